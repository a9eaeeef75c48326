// Objects of files as the API server would store them: the NEG annotation injected, the default IngressClass filled in;
// where a cluster is known too, laid over what it has.
import { decideInjection, type InjectionInput } from '../../admission/neg-injection.ts';
import { addAnnotationAt, type JsonPatch } from '../../admission/patch.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Ingress, KubernetesObject, Service } from '../../kubernetes/objects.ts';
import { withText } from '../../kubernetes/text-faults.ts';
import { INGRESS_CLASS, NEG } from '../../plan/annotation-keys.ts';
import type { PlanSettings } from '../../plan/plan-input.ts';
import type { Policy } from '../../policy/policy.ts';
import { createSnapshot, layer, type Snapshot } from '../../snapshot/snapshot.ts';
import type { ManifestObject } from './manifests.ts';
import { mergeWithStored } from './merge-with-stored.ts';
import { withoutOwnedPods } from './owned-pods.ts';
import { objectOf } from './written-object.ts';

/** An object of a file that the guard reads, as it would be stored. */
export interface StoredObject {
  readonly manifest: ManifestObject;
  readonly object: KubernetesObject;
  /** What the cluster has of it; undefined where it has none, or where no cluster is asked. */
  readonly live: KubernetesObject | undefined;
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
  /** Left out: files are all there is. */
  readonly cluster?: { readonly snapshot: Snapshot; readonly objects: readonly KubernetesObject[] } | undefined;
  /** Of objects that do not say it. */
  readonly namespace?: string;
}

/** As an option has it; left out where it has not. */
export function namespaceOf({
  namespace,
}: {
  readonly namespace: string | undefined;
}): Pick<StoreOptions, 'namespace'> {
  return namespace === undefined ? {} : { namespace };
}

export function storeObjects(manifests: readonly ManifestObject[], options: StoreOptions): readonly StoredObject[] {
  const { cluster } = options;
  const againOf = findAgain(manifests, options.namespace);
  const all = manifests.flatMap((manifest) => {
    const written = objectOf(manifest.written, options.namespace);
    if (written === undefined) return [];
    const { kind, metadata } = written;
    const live = cluster?.snapshot.get(kind, metadata.namespace, metadata.name);
    const merged = live === undefined ? written : mergeWithStored(written, manifest.written.specFields, live);
    const { shapeFaults: shape } = manifest.written;
    const object = withText(merged, { shape, duplicateKeys: manifest.duplicateKeys, again: againOf(manifest) });
    return [{ manifest, object, live, patch: undefined, undecidedBy: undefined }];
  });
  const parsed = withoutOwnedPods(all);
  const objects = parsed.map(({ object }) => object).filter((object) => !isRefused(object));
  // Whether a Service needs the annotation is asked of Ingresses only.
  const ingresses = objects.filter(({ kind }) => kind === 'Ingress');
  const written = cluster === undefined ? createSnapshot(ingresses, 'nothing') : layer(cluster.snapshot, ingresses);
  const defaultClass = findDefaultClass([...objects, ...(cluster?.objects ?? [])]);
  return parsed.map((plain) => {
    const { manifest, object, live } = plain;
    if (isRefused(object)) return plain;
    if (object.kind === 'Service' && options.mutates) {
      const old = live?.kind === 'Service' ? live : undefined;
      return { ...plain, ...inject(manifest, object, old, written, options) };
    }
    // The plugin that fills the class in acts on what is new only.
    if (object.kind === 'Ingress' && live === undefined)
      return { ...plain, object: withDefaultClass(object, defaultClass) };
    return plain;
  });
}

/** Whether the API server cannot read it: there is no such object then, and nobody knows what is meant. */
export function isRefused({ text }: KubernetesObject): boolean {
  return text !== undefined && text.shape.length > 0;
}

/** @returns where the same object follows in the same file; other files may be other worlds */
function findAgain(
  manifests: readonly ManifestObject[],
  namespace = 'default',
): (one: ManifestObject) => string | undefined {
  const next = new Map<ManifestObject, ManifestObject>();
  const last = new Map<string, ManifestObject>();
  for (const manifest of manifests) {
    const { written, file } = manifest;
    const { apiVersion, kind, name } = written;
    if (name === undefined) continue;
    const group = apiVersion.split('/').slice(0, -1).join();
    const key = [file, group, kind, written.namespace || namespace, name].join('\0');
    const before = last.get(key);
    if (before !== undefined) next.set(before, manifest);
    last.set(key, manifest);
  }
  return (one) => {
    const again = next.get(one);
    return again === undefined ? undefined : `${again.file}:${again.lineOf([])}`;
  };
}

/** How the plans of such objects are made: what is on its way into a cluster may still be given a NEG annotation by GKE. */
export function plansOfFiles(
  stored: readonly StoredObject[],
  { facts, mutates, cluster }: Pick<StoreOptions, 'facts' | 'mutates' | 'cluster'>,
): PlanSettings {
  const injected = new Set<KubernetesObject>(
    stored.filter(({ patch }) => patch !== undefined).map(({ object }) => object),
  );
  return {
    facts,
    expectsGkeNeg: mutates && cluster === undefined,
    isInjected: (service) => injected.has(service),
  };
}

function inject(
  { written }: ManifestObject,
  service: Service,
  old: Service | undefined,
  snapshot: InjectionInput['snapshot'],
  { facts, policy }: StoreOptions,
): Pick<StoredObject, 'object' | 'patch' | 'undecidedBy'> {
  const injection = decideInjection({ service, old, facts, policy, snapshot });
  if (!injection.inject) return { object: service, patch: undefined, undecidedBy: injection.unknownFact };
  const { metadata } = service;
  const annotations = { ...metadata.annotations, [NEG]: injection.value };
  const object = { ...service, metadata: { ...metadata, annotations } };
  return { object, patch: addAnnotationAt(written.annotationsPlace, NEG, injection.value), undecidedBy: undefined };
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
