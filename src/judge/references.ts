// What objects name and nobody has shown: neither there nor known to be absent. Nothing is wrong with it as far as anybody can
// tell, and nothing of it has been looked at.
import type { ObjectName } from '../kubernetes/field-path.ts';
import { referenceTo } from '../kubernetes/field-path.ts';
import type { BackendConfig, Ingress, Kind, KubernetesObject, Service, Workload } from '../kubernetes/objects.ts';
import { FRONTEND_CONFIG, isMadeByCertManager } from '../plan/annotation-keys.ts';
import { backendConfigsNamedBy } from '../plan/backend-config.ts';
import { isOfSolver, isSolverName } from '../plan/cert-manager.ts';
import type { IngressPlan, Planner } from '../plan/plan.ts';
import { planTls } from '../plan/tls.ts';
import { isWorkload, type Snapshot, servicesNamedBy } from '../snapshot/snapshot.ts';
import { backendsOf } from './chain.ts';
import { elsewhereInWords, NOWHERE_ELSE, type OtherNamespaces } from './elsewhere.ts';
import { nearName } from './near-name.ts';

export interface UnseenReference {
  readonly object: ObjectName;
  readonly namedBy: ObjectName;
  /** A name of that kind in the same namespace that may be meant. */
  readonly near: string | undefined;
  /** Other namespaces that have one of that kind and name. */
  readonly elsewhere: readonly string[];
}

/** @returns each once, in the order of the object's fields */
export function findUnseen(
  object: KubernetesObject,
  planner: Planner,
  otherNamespaces: OtherNamespaces = NOWHERE_ELSE,
): readonly UnseenReference[] {
  if (isOfSolver(object)) return [];
  return toReferences(object, namesIn(object, planner), planner, otherNamespaces);
}

/** Of all that the load balancer of one Ingress is made of. */
export function findUnseenBehind(
  { ingress, backends }: IngressPlan,
  planner: Planner,
  otherNamespaces: OtherNamespaces = NOWHERE_ELSE,
): readonly UnseenReference[] {
  const parts = new Set<Service | BackendConfig | Workload>();
  for (const { service, backendConfig, workloads, isSystemDefault } of backends) {
    if (service === undefined || isSystemDefault) continue;
    parts.add(service);
    if (backendConfig.state === 'found') parts.add(backendConfig.object);
    for (const workload of workloads) parts.add(workload);
  }
  return [
    ...toReferences(ingress, namesInIngress(ingress), planner, otherNamespaces),
    ...[...parts].flatMap((part) => toReferences(part, namesInPart(part), planner, otherNamespaces)),
  ];
}

/** Of a cluster ConfigMaps are read by the names that known apps have: nobody misses the others. */
export function withoutUnreadKinds(unseen: readonly UnseenReference[]): readonly UnseenReference[] {
  return unseen.filter(({ object }) => object.kind !== 'ConfigMap');
}

/** What else there is to know of it; "" for nothing. */
export function hintsInWords({ object, namedBy, near, elsewhere }: UnseenReference): string {
  const other = elsewhereInWords(object, namedBy.kind, elsewhere);
  return [...(near === undefined ? [] : [`Did you mean ${near}?`]), ...(other === '' ? [] : [other])].join(' ');
}

type Name = readonly [kind: Kind, name: string];

function toReferences(
  object: KubernetesObject,
  names: readonly Name[],
  { snapshot }: Planner,
  otherNamespaces: OtherNamespaces,
): readonly UnseenReference[] {
  const { namespace } = object.metadata;
  const namedBy = referenceTo(object);
  return names.flatMap(([kind, name]) => {
    if (!isUnseen(kind, namespace, name, snapshot)) return [];
    const unseen = { kind, namespace, name };
    const taken = names.flatMap(([other, one]) => (other === kind ? [one] : []));
    return [{ object: unseen, namedBy, near: nearName(unseen, snapshot, taken), elsewhere: otherNamespaces(unseen) }];
  });
}

function isUnseen(kind: Kind, namespace: string, name: string, snapshot: Snapshot): boolean {
  return snapshot.get(kind, namespace, name) === undefined && !snapshot.isKnown(kind, namespace, name);
}

function namesIn(object: KubernetesObject, planner: Planner): readonly Name[] {
  if (object.kind === 'Ingress') {
    return planner.planOf(object).served.concern === 'none' ? [] : namesInIngress(object);
  }
  if (object.kind === 'Service' || object.kind === 'BackendConfig') return namesInPart(object);
  // What other Pods read is nothing to the load balancer.
  return isWorkload(object) && backendsOf(object, planner).next().done !== true ? namesInPart(object) : [];
}

function namesInIngress(ingress: Ingress): readonly Name[] {
  const tls = planTls(ingress);
  const frontendConfig = ingress.metadata.annotations[FRONTEND_CONFIG] ?? '';
  return [
    ...named(
      'Service',
      servicesNamedBy(ingress).filter((name) => !isSolverName(name)),
    ),
    ...named('FrontendConfig', frontendConfig === '' ? [] : [frontendConfig]),
    // What cert-manager makes is in no file.
    ...named('Secret', isMadeByCertManager(ingress.metadata.annotations) ? [] : tls.secretNames),
    ...named('ManagedCertificate', [...new Set(tls.managedCertificates)]),
  ];
}

function namesInPart(part: Service | BackendConfig | Workload): readonly Name[] {
  if (part.kind === 'Service') return named('BackendConfig', backendConfigsNamedBy(part));
  return part.kind === 'BackendConfig' ? namesInConfig(part) : namesInWorkload(part);
}

function namesInConfig({ iap, cdn }: BackendConfig): readonly Name[] {
  const ofIap = iap?.isEnabled ? [iap.secretName] : [];
  const ofCdn = cdn?.isEnabled ? cdn.signedUrlKeys.map(({ secretName }) => secretName) : [];
  return named(
    'Secret',
    [...new Set([...ofIap, ...ofCdn])].filter((name) => name !== ''),
  );
}

/** Where the settings of known apps may be. */
function namesInWorkload({ containers }: Workload): readonly Name[] {
  const names = containers.flatMap(({ env, envFrom }) => [
    ...env.flatMap(({ from }) => (from?.kind === 'configMap' ? [from.name] : [])),
    ...envFrom.flatMap(({ configMap }) => configMap ?? []),
  ]);
  return named('ConfigMap', [...new Set(names)]);
}

function named(kind: Kind, names: readonly string[]): readonly Name[] {
  return names.map((name) => [kind, name]);
}
