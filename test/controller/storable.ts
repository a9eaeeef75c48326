// Cases as an API server stores them. Generated objects have faults that its own validation refuses; here these are taken
// out, so that what is left can be asked of the controller. Both sides are given the result.
import type { ControllerCase, Raw, RawObject } from './case.ts';

type Part = Record<string, unknown>;

export function storable(one: ControllerCase): ControllerCase {
  return { ...one, objects: one.objects.map(storableObject) };
}

function storableObject(object: RawObject): RawObject {
  const { creationTimestamp: _, ...metadata } = object.metadata;
  // The order of creation is the harness's to make: createdInOrder in store.ts reads it.
  const kept = object.kind === 'Ingress' || object.kind === 'Service' ? { ...object, metadata } : object;
  if (object.kind === 'Ingress') return { ...kept, spec: ingressSpec(object.spec ?? {}) };
  if (object.kind === 'Service') return { ...kept, spec: serviceSpec(object.spec ?? {}) };
  const spec = podSpecOf(object);
  return spec === undefined ? object : withPodSpec(object, storablePodSpec(spec));
}

const PATH_TYPES = ['Exact', 'Prefix', 'ImplementationSpecific'];

/** pkg/apis/networking/validation of Kubernetes: an absolute path, and no "//" where the type is checked. */
function isStorablePath({ path = '', pathType }: Part): boolean {
  if (!PATH_TYPES.includes(String(pathType))) return false;
  const text = String(path);
  if (pathType === 'ImplementationSpecific') return text === '' || text.startsWith('/');
  return text.startsWith('/') && !/\/\/|\/\.\.?(\/|$)|%2f/i.test(text);
}

function ingressSpec(spec: Raw): Raw {
  const rules = listOf(spec['rules']).map((rule): Part => {
    const { http, ...rest } = rule;
    const paths = listOf((http as Part | undefined)?.['paths']).filter(isStorablePath);
    return paths.length === 0 ? rest : { ...rest, http: { paths } };
  });
  // The API server has refused a class named "" since networking.k8s.io/v1; the plan tells it from none all the same.
  const className = spec['ingressClassName'] === '' ? { ingressClassName: 'gce' } : {};
  const isEmpty = rules.length === 0 && spec['defaultBackend'] === undefined;
  return {
    ...spec,
    ...className,
    ...(spec['rules'] === undefined ? {} : { rules }),
    ...(isEmpty ? { defaultBackend: { service: { name: 'web', port: { number: 80 } } } } : {}),
  };
}

function serviceSpec(spec: Raw): Raw {
  const seen = new Set<string>();
  const all = listOf(spec['ports']).filter(({ port, protocol = 'TCP' }) => {
    const key = `${port} ${protocol}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  // One port may have no name; of several each needs one.
  const ports = all.map((port) => (all.length > 1 && !port['name'] ? { ...port, name: `p${port['port']}` } : port));
  return {
    ...spec,
    ...(spec['ports'] === undefined ? {} : { ports }),
    ...(spec['type'] === 'ExternalName' ? { externalName: spec['externalName'] ?? 'example.com' } : {}),
  };
}

function storablePodSpec(spec: Raw): Raw {
  const containers = listOf(spec['containers']).map((container, index) => {
    const portNames = new Set<unknown>();
    const ports = listOf(container['ports']).filter(({ containerPort, name = containerPort }) => {
      if (portNames.has(name)) return false;
      portNames.add(name);
      return true;
    });
    const isRepeated = listOf(spec['containers']).findIndex(({ name }) => name === container['name']) < index;
    return {
      image: 'registry.example/app:1.0',
      ...container,
      name: isRepeated ? `${container['name']}-${index}` : container['name'],
      ...(container['ports'] === undefined ? {} : { ports }),
    };
  });
  return { ...spec, containers };
}

/** Of a bare Pod, or of the template of what makes Pods; undefined for anything else. */
export function podSpecOf(object: RawObject): Raw | undefined {
  return object.kind === 'Pod' ? object.spec : templateOf(object)?.spec;
}

export interface PodTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: Raw;
}

/** Of anything that makes Pods, whether the guard knows its kind or not. */
export function templateOf({ spec }: RawObject): PodTemplate | undefined {
  const jobTemplate = spec?.['jobTemplate'] as { readonly spec?: Raw } | undefined;
  return (jobTemplate?.spec ?? spec)?.['template'] as PodTemplate | undefined;
}

function withPodSpec(object: RawObject, podSpec: Raw): RawObject {
  if (object.kind === 'Pod') return { ...object, spec: podSpec };
  if (object.spec?.['template'] === undefined) return object;
  const template = object.spec?.['template'] as Part;
  return { ...object, spec: { ...object.spec, template: { ...template, spec: podSpec } } };
}

// Raw objects, written by hand or generated here: what is no list counts as an empty one.
function listOf(value: unknown): readonly Part[] {
  return Array.isArray(value) ? (value as Part[]) : [];
}
