// Which BackendConfig a Service port uses (facts: ingress-gce pkg/annotations/service.go, pkg/backendconfig).
import { decodeGoJson, goMap, goString, goStruct } from '../kubernetes/go-json.ts';
import type { BackendConfig, Service, ServicePort } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { BACKEND_CONFIG } from './annotation-keys.ts';

const BACKEND_CONFIG_ANNOTATION = goStruct({ default: goString, ports: goMap('string', goString) });

export type BackendConfigReference =
  | { readonly state: 'none' }
  | { readonly state: 'invalid'; readonly key: string; readonly error: string }
  | { readonly state: 'missing'; readonly key: string; readonly name: string }
  /** Named, but the guard has not been told what BackendConfigs there are. */
  | { readonly state: 'unknown'; readonly key: string; readonly name: string }
  | { readonly state: 'found'; readonly key: string; readonly object: BackendConfig };

/** Port name before port number before default; a matched empty name ends the search without a BackendConfig. */
export function findBackendConfig(service: Service, port: ServicePort, snapshot: Snapshot): BackendConfigReference {
  const { annotations, namespace } = service.metadata;
  const key = BACKEND_CONFIG.find((candidate) => annotations[candidate] !== undefined);
  if (key === undefined) return { state: 'none' };
  const decoded = decodeGoJson(annotations[key] ?? '', BACKEND_CONFIG_ANNOTATION);
  if (!decoded.ok) return { state: 'invalid', key, error: decoded.error };
  const { default: byDefault, ports } = decoded.value;
  if (byDefault === '' && (ports?.size ?? 0) === 0) {
    return { state: 'invalid', key, error: 'it names no BackendConfig: "default" or "ports" must' };
  }
  const name = ports?.get(port.name) ?? ports?.get(String(port.port)) ?? byDefault;
  if (name === '') return { state: 'none' };
  const object = snapshot.get('BackendConfig', namespace, name);
  if (object !== undefined) return { state: 'found', key, object };
  return { state: snapshot.isKnown('BackendConfig', namespace) ? 'missing' : 'unknown', key, name };
}
