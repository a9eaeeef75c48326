// Objects that are not objects yet: kustomize patches, and what only a kustomization makes whole.
import { basename } from 'node:path';
import { at, isJsonObject, type JsonObject, objectsOf } from '../../kubernetes/read.ts';

const DIRECTIVE = /^\$(?:patch|retainKeys|deleteFromPrimitiveList\/|setElementOrder\/)/;
const KUSTOMIZE = 'kustomize.config.k8s.io/';
const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicationController', 'Rollout']);

export function isKustomization(file: string, apiVersion: string): boolean {
  return isKustomizationFile(file) || apiVersion.startsWith(KUSTOMIZE);
}

export function isKustomizationFile(file: string): boolean {
  return /^kustomization(?:\.ya?ml)?$/i.test(basename(file));
}

/** A strategic merge patch: by its directives, by what it takes away, or because the API server would refuse it as it is. */
export function isPatch(raw: JsonObject): boolean {
  return takesAnnotationsAway(raw) || isPartial(raw) || hasDirective(raw);
}

function takesAnnotationsAway(raw: JsonObject): boolean {
  return ['annotations', 'labels'].some((map) => {
    const values = at(raw, 'metadata', map);
    return isJsonObject(values) && Object.values(values).includes(null);
  });
}

function hasDirective(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasDirective);
  if (!isJsonObject(value)) return false;
  for (const key in value) if (DIRECTIVE.test(key) || hasDirective(value[key])) return true;
  return false;
}

/** What the API server demands of each kind (pkg/apis/networking/validation, pkg/apis/core/validation). */
function isPartial(raw: JsonObject): boolean {
  const kind = at(raw, 'kind');
  const spec = at(raw, 'spec');
  if (spec !== undefined && spec !== null && !isJsonObject(spec)) return false;
  if (kind === 'Ingress') return ['rules', 'defaultBackend', 'backend'].every((field) => isAbsent(at(spec, field)));
  if (kind === 'Service') {
    const needsPorts = at(spec, 'type') !== 'ExternalName' && at(spec, 'clusterIP') !== 'None';
    return needsPorts && isAbsent(at(spec, 'ports'));
  }
  const pod = kind === 'Pod' ? spec : WORKLOADS.has(String(kind)) ? at(spec, 'template', 'spec') : undefined;
  if (kind !== 'Pod' && !WORKLOADS.has(String(kind))) return false;
  // A Rollout may point to a Deployment for its Pods.
  if (!isAbsent(at(spec, 'workloadRef'))) return false;
  if (isAbsent(at(pod, 'containers'))) return true;
  const containers = objectsOf(at(pod, 'containers'));
  return containers.length > 0 && containers.every((container) => isAbsent(at(container, 'image')));
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
