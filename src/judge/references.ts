// What objects name and nobody has shown: neither there nor known to be absent. Nothing is wrong with it as far as anybody can
// tell, and nothing of it has been looked at.
import type { ObjectName } from '../kubernetes/field-path.ts';
import { referenceTo } from '../kubernetes/field-path.ts';
import type { BackendConfig, Ingress, Kind, KubernetesObject, Service } from '../kubernetes/objects.ts';
import { FRONTEND_CONFIG } from '../plan/annotation-keys.ts';
import { backendConfigsNamedBy } from '../plan/backend-config.ts';
import type { Planner } from '../plan/plan.ts';
import { planTls } from '../plan/tls.ts';
import { type Snapshot, servicesNamedBy } from '../snapshot/snapshot.ts';

export interface UnseenReference {
  readonly object: ObjectName;
  readonly namedBy: ObjectName;
}

/** @returns each once, in the order of the object's fields */
export function findUnseen(object: KubernetesObject, planner: Planner): readonly UnseenReference[] {
  const { namespace } = object.metadata;
  const { snapshot } = planner;
  const namedBy = referenceTo(object);
  const unseen = namesIn(object, planner).filter(([kind, name]) => isUnseen(kind, namespace, name, snapshot));
  return unseen.map(([kind, name]) => ({ object: { kind, namespace, name }, namedBy }));
}

type Name = readonly [kind: Kind, name: string];

function isUnseen(kind: Kind, namespace: string, name: string, snapshot: Snapshot): boolean {
  return snapshot.get(kind, namespace, name) === undefined && !snapshot.isKnown(kind, namespace, name);
}

function namesIn(object: KubernetesObject, planner: Planner): readonly Name[] {
  switch (object.kind) {
    case 'Ingress':
      return planner.planOf(object).served.concern === 'none' ? [] : namesInIngress(object);
    case 'Service':
      return namesInService(object);
    case 'BackendConfig':
      return namesInConfig(object);
    default:
      return [];
  }
}

function namesInIngress(ingress: Ingress): readonly Name[] {
  const tls = planTls(ingress);
  const frontendConfig = ingress.metadata.annotations[FRONTEND_CONFIG] ?? '';
  return [
    ...named('Service', servicesNamedBy(ingress)),
    ...named('FrontendConfig', frontendConfig === '' ? [] : [frontendConfig]),
    ...named('Secret', tls.secretNames),
    ...named('ManagedCertificate', [...new Set(tls.managedCertificates)]),
  ];
}

function namesInService(service: Service): readonly Name[] {
  return named('BackendConfig', backendConfigsNamedBy(service));
}

function namesInConfig({ iap, cdn }: BackendConfig): readonly Name[] {
  const ofIap = iap?.isEnabled ? [iap.secretName] : [];
  const ofCdn = cdn?.isEnabled ? cdn.signedUrlKeys.map(({ secretName }) => secretName) : [];
  return named(
    'Secret',
    [...new Set([...ofIap, ...ofCdn])].filter((name) => name !== ''),
  );
}

function named(kind: Kind, names: readonly string[]): readonly Name[] {
  return names.map((name) => [kind, name]);
}
