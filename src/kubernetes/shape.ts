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

/** A path of keys, "*" for each item of a list, and what stands there. */
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

/** @returns in the order of the fields */
export function findShapeFaults(raw: JsonObject, { kind, apiVersion }: KubernetesObject): readonly ShapeFault[] {
  const faults: ShapeFault[] = [];
  for (const [path, wanted] of [...META, ...(EXPECTED[kind] ?? [])]) {
    for (const [place, is] of valuesAt(raw, path)) {
      // In a mapping of strings the value that is none is the fault, and not the mapping.
      const wrong =
        wanted === 'strings' && isJsonObject(is) ? Object.entries(is).filter(([, one]) => !fits(one, 'string')) : [];
      for (const [key, one] of wrong) faults.push({ why: 'type', path: [...place, key], is: one, wanted: 'string' });
      if (!fits(is, wanted)) faults.push({ why: 'type', path: place, is, wanted });
      if (faults.length >= MAX_FAULTS) return faults.slice(0, MAX_FAULTS);
    }
  }
  return kind === 'Ingress' ? [...faults, ...findOtherVersion(raw, apiVersion)].slice(0, MAX_FAULTS) : faults;
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
