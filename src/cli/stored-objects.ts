// Objects of files as the API server would store them: the NEG annotation injected, the default IngressClass filled in.
import { decideInjection } from '../admission/neg-injection.ts';
import { addAnnotation, type JsonPatch } from '../admission/patch.ts';
import type { Facts } from '../facts/facts.ts';
import type { Ingress, KubernetesObject, Service } from '../kubernetes/objects.ts';
import { parseObject } from '../kubernetes/parse.ts';
import { INGRESS_CLASS, NEG } from '../plan/annotation-keys.ts';
import type { Policy } from '../policy/policy.ts';
import { createSnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import type { ManifestObject } from './manifests.ts';

/** An object of a file that the guard reads, as it would be stored. */
export interface StoredObject {
  readonly manifest: ManifestObject;
  readonly object: KubernetesObject;
  /** What was injected, if anything. */
  readonly patch: JsonPatch | undefined;
  /** Injection would depend on this fact, which is not known. */
  readonly undecidedBy: 'vpcNative' | undefined;
}

export interface StoreOptions {
  readonly facts: Facts;
  readonly policy: Policy;
  /** False judges objects as written. */
  readonly mutates: boolean;
}

export function storeObjects(manifests: readonly ManifestObject[], options: StoreOptions): readonly StoredObject[] {
  const parsed = manifests.flatMap((manifest) => {
    const object = parseObject(manifest.raw);
    return object === undefined ? [] : [{ manifest, object }];
  });
  const written = createSnapshot(
    parsed.map(({ object }) => object),
    'listed',
  );
  const defaultClass = findDefaultClass(parsed.map(({ object }) => object));
  return parsed.map(({ manifest, object }) => {
    const plain = { manifest, object, patch: undefined, undecidedBy: undefined };
    if (object.kind === 'Service' && options.mutates)
      return { ...plain, ...inject(manifest, object, written, options) };
    if (object.kind === 'Ingress') return { ...plain, object: withDefaultClass(object, defaultClass) };
    return plain;
  });
}

function inject(
  { raw }: ManifestObject,
  service: Service,
  snapshot: Snapshot,
  { facts, policy }: StoreOptions,
): Pick<StoredObject, 'object' | 'patch' | 'undecidedBy'> {
  const injection = decideInjection({ service, old: undefined, facts, policy, snapshot });
  if (!injection.inject) return { object: service, patch: undefined, undecidedBy: injection.unknownFact };
  const { metadata } = service;
  const annotations = { ...metadata.annotations, [NEG]: injection.value };
  const object = { ...service, metadata: { ...metadata, annotations } };
  return { object, patch: addAnnotation(raw, NEG, injection.value), undecidedBy: undefined };
}

const IS_DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';

function findDefaultClass(objects: readonly KubernetesObject[]): string | undefined {
  return objects.find(
    (object) => object.kind === 'IngressClass' && object.metadata.annotations[IS_DEFAULT_CLASS] === 'true',
  )?.metadata.name;
}

/** As the DefaultIngressClass admission plugin does it, before any webhook sees the object. */
function withDefaultClass(ingress: Ingress, defaultClass: string | undefined): Ingress {
  const isClassed = ingress.ingressClassName !== undefined || ingress.metadata.annotations[INGRESS_CLASS] !== undefined;
  return defaultClass === undefined || isClassed ? ingress : { ...ingress, ingressClassName: defaultClass };
}
