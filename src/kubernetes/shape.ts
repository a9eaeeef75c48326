// Fields of core objects that the API server cannot decode: it refuses the whole object, so nothing that a tolerant reader makes of
// it is worth a word. Only files have such objects (k8s.io/api networking/v1, networking/v1beta1, core/v1 types.go).
import type { FieldPath } from './field-path.ts';
import type { KubernetesObject } from './objects.ts';
import { at, isJsonObject, type JsonObject, listOf } from './read.ts';

export type ShapeFault =
  | { readonly why: 'type'; readonly path: FieldPath; readonly is: unknown; readonly wanted: Shape }
  /** A field of another API version; `instead` is what this one has. */
  | { readonly why: 'version'; readonly path: FieldPath; readonly instead: string };

export type Shape = 'string' | 'number' | 'port' | 'mapping' | 'list' | 'strings';

/** A path of keys, "*" for each item of a list, and what is there. */
type Expected = readonly [path: string, shape: Shape];

const META: readonly Expected[] = [
  ['metadata', 'mapping'],
  ['metadata.name', 'string'],
  ['metadata.namespace', 'string'],
  ['metadata.labels', 'strings'],
  ['metadata.annotations', 'strings'],
];

const V1_BACKEND: readonly Expected[] = [
  ['', 'mapping'],
  ['.service', 'mapping'],
  ['.service.name', 'string'],
  ['.service.port', 'mapping'],
  ['.service.port.number', 'number'],
  ['.service.port.name', 'string'],
];

const INGRESS: readonly Expected[] = [
  ['spec', 'mapping'],
  ['spec.ingressClassName', 'string'],
  ...V1_BACKEND.map(([path, shape]): Expected => [`spec.defaultBackend${path}`, shape]),
  ['spec.rules', 'list'],
  ['spec.rules.*', 'mapping'],
  ['spec.rules.*.host', 'string'],
  ['spec.rules.*.http', 'mapping'],
  ['spec.rules.*.http.paths', 'list'],
  ['spec.rules.*.http.paths.*', 'mapping'],
  ['spec.rules.*.http.paths.*.path', 'string'],
  ['spec.rules.*.http.paths.*.pathType', 'string'],
  ...V1_BACKEND.map(([path, shape]): Expected => [`spec.rules.*.http.paths.*.backend${path}`, shape]),
  ['spec.tls', 'list'],
  ['spec.tls.*', 'mapping'],
  ['spec.tls.*.hosts', 'list'],
  ['spec.tls.*.hosts.*', 'string'],
  ['spec.tls.*.secretName', 'string'],
];

const SERVICE: readonly Expected[] = [
  ['spec', 'mapping'],
  ['spec.type', 'string'],
  ['spec.selector', 'strings'],
  ['spec.ports', 'list'],
  ['spec.ports.*', 'mapping'],
  ['spec.ports.*.name', 'string'],
  ['spec.ports.*.port', 'number'],
  ['spec.ports.*.targetPort', 'port'],
  ['spec.ports.*.nodePort', 'number'],
  ['spec.ports.*.protocol', 'string'],
];

const POD: readonly Expected[] = [
  ['', 'mapping'],
  ['.containers', 'list'],
  ['.containers.*', 'mapping'],
  ['.containers.*.name', 'string'],
  ['.containers.*.image', 'string'],
  ['.containers.*.args', 'list'],
  ['.containers.*.args.*', 'string'],
  ['.containers.*.command', 'list'],
  ['.containers.*.command.*', 'string'],
  ['.containers.*.env', 'list'],
  ['.containers.*.env.*', 'mapping'],
  ['.containers.*.env.*.name', 'string'],
  ['.containers.*.env.*.value', 'string'],
  ['.containers.*.ports', 'list'],
  ['.containers.*.ports.*', 'mapping'],
  ['.containers.*.ports.*.name', 'string'],
  ['.containers.*.ports.*.containerPort', 'number'],
  ['.containers.*.readinessProbe', 'mapping'],
  ['.containers.*.readinessProbe.periodSeconds', 'number'],
  ['.containers.*.readinessProbe.timeoutSeconds', 'number'],
  ['.containers.*.readinessProbe.httpGet', 'mapping'],
  ['.containers.*.readinessProbe.httpGet.path', 'string'],
  ['.containers.*.readinessProbe.httpGet.port', 'port'],
];

const WORKLOAD: readonly Expected[] = [
  ['spec', 'mapping'],
  ['spec.replicas', 'number'],
  ['spec.template', 'mapping'],
  ['spec.template.metadata', 'mapping'],
  ['spec.template.metadata.labels', 'strings'],
  ['spec.template.metadata.annotations', 'strings'],
  ...POD.map(([path, shape]): Expected => [`spec.template.spec${path}`, shape]),
];

const EXPECTED: Partial<Readonly<Record<KubernetesObject['kind'], readonly Expected[]>>> = {
  Ingress: INGRESS,
  Service: SERVICE,
  Deployment: WORKLOAD,
  StatefulSet: WORKLOAD,
  DaemonSet: WORKLOAD,
  ReplicationController: WORKLOAD,
  Pod: POD.map(([path, shape]): Expected => [`spec${path}`, shape]),
};

/** Of one object: nobody reads on. */
const MAX_FAULTS = 20;

/** The same as a tree, so that an object is gone through once. */
interface Field {
  shape: Shape | undefined;
  readonly fields: { readonly key: string; readonly field: Field }[];
}

const OF_META = toTree(META);
const TREES = new Map(
  Object.entries(EXPECTED).map(([kind, expected]) => [kind, toTree([...META, ...expected])] as const),
);

function toTree(expected: readonly Expected[]): Field {
  const root: Field = { shape: undefined, fields: [] };
  for (const [path, shape] of expected) path.split('.').reduce(fieldOf, root).shape = shape;
  return root;
}

function fieldOf({ fields }: Field, key: string): Field {
  const known = fields.find((one) => one.key === key);
  if (known !== undefined) return known.field;
  const field: Field = { shape: undefined, fields: [] };
  fields.push({ key, field });
  return field;
}

/** @returns in the order of the fields */
export function findShapeFaults(raw: JsonObject, { kind, apiVersion }: KubernetesObject): readonly ShapeFault[] {
  const faults: ShapeFault[] = [];
  findFaults(raw, TREES.get(kind) ?? OF_META, [], faults);
  return (kind === 'Ingress' ? [...faults, ...findOtherVersion(raw, apiVersion)] : faults).slice(0, MAX_FAULTS);
}

/** @param place of the value; it is the same array all the way down */
function findFaults(value: unknown, { shape, fields }: Field, place: (string | number)[], faults: ShapeFault[]): void {
  if (value === undefined || value === null || faults.length >= MAX_FAULTS) return;
  if (shape !== undefined) takeMisfit(value, shape, place, faults);
  for (const { key, field } of fields) {
    if (key !== '*') findInside(at(value, key), key, field, place, faults);
    else if (Array.isArray(value)) value.forEach((item, index) => void findInside(item, index, field, place, faults));
  }
}

function findInside(
  value: unknown,
  last: string | number,
  field: Field,
  place: (string | number)[],
  faults: ShapeFault[],
): void {
  place.push(last);
  findFaults(value, field, place, faults);
  place.pop();
}

function takeMisfit(is: unknown, wanted: Shape, place: FieldPath, faults: ShapeFault[]): void {
  if (!fits(is, wanted)) faults.push({ why: 'type', path: [...place], is, wanted });
  if (wanted !== 'strings' || !isJsonObject(is)) return;
  // In a mapping of strings the value that is none is the fault, and not the mapping.
  for (const key in is) {
    if (!fits(is[key], 'string')) faults.push({ why: 'type', path: [...place, key], is: is[key], wanted: 'string' });
  }
}

/** What is not there, or null, is nobody's fault. */
function fits(value: unknown, shape: Shape): boolean {
  if (value === undefined || value === null) return true;
  switch (shape) {
    case 'string':
      return typeof value === 'string';
    case 'number':
      return Number.isInteger(value);
    case 'port':
      return typeof value === 'string' || Number.isInteger(value);
    case 'list':
      return Array.isArray(value);
    case 'mapping':
    case 'strings':
      return isJsonObject(value);
  }
}

type Found = readonly [path: FieldPath, value: unknown];

function valuesAt(raw: JsonObject, path: string): readonly Found[] {
  let found: readonly Found[] = [[[], raw]];
  for (const key of path.split('.')) {
    found = found.flatMap(([place, value]): readonly Found[] => {
      if (key === '*') return listOf(value).map((item, index) => [[...place, index], item]);
      const next = at(value, key);
      return next === undefined ? [] : [[[...place, key], next]];
    });
  }
  return found;
}

/** What v1 and v1beta1 call differently. */
function findOtherVersion(raw: JsonObject, apiVersion: string): readonly ShapeFault[] {
  const isV1 = apiVersion === 'networking.k8s.io/v1';
  const backend = 'spec.rules.*.http.paths.*.backend';
  const own = isV1 ? 'spec.backend' : 'spec.defaultBackend';
  const named = [
    ...(isV1
      ? [`${backend}.serviceName`, `${backend}.servicePort`].map(
          (path) => [path, path.endsWith('Name') ? 'service.name' : 'service.port'] as const,
        )
      : [[`${backend}.service`, 'serviceName and servicePort'] as const]),
    [own, isV1 ? 'spec.defaultBackend' : 'spec.backend'] as const,
  ];
  return named.flatMap(([path, instead]) =>
    valuesAt(raw, path).map(([place]): ShapeFault => ({ why: 'version', path: place, instead })),
  );
}
