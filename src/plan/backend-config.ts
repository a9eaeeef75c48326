// Which BackendConfig a Service port uses (follows ingress-gce pkg/annotations/service.go,
// pkg/backendconfig).
import { decodeGoJson, goMap, goString, goStruct } from '../kubernetes/go-json.ts';
import type { BackendConfig, Service, ServicePort } from '../kubernetes/objects.ts';
import type { StringMap } from '../kubernetes/read.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { BACKEND_CONFIG } from './annotation-keys.ts';
import { readOnce } from './lazy.ts';

const BACKEND_CONFIG_ANNOTATION = goStruct({ default: goString, ports: goMap('string', goString) });

export type BackendConfigAnnotation =
  | { readonly state: 'absent' }
  | { readonly state: 'invalid'; readonly key: string; readonly text: string; readonly error: string }
  | {
      readonly state: 'valid';
      readonly key: string;
      /** "" for none. */
      readonly byDefault: string;
      /** By port name, or port number as text. */
      readonly byPort: ReadonlyMap<string, string>;
    };

/** The newer key wins, even where it is the one that is bad. */
export const readBackendConfigAnnotation: (annotations: StringMap) => BackendConfigAnnotation = readOnce(
  (annotations) => {
    const key = BACKEND_CONFIG.find((candidate) => annotations[candidate] !== undefined);
    if (key === undefined) return { state: 'absent' };
    const text = annotations[key] ?? '';
    const decoded = decodeGoJson(text, BACKEND_CONFIG_ANNOTATION);
    if (!decoded.ok) return { state: 'invalid', key, text, error: decoded.error };
    const { default: byDefault, ports } = decoded.value;
    if (byDefault === '' && (ports?.size ?? 0) === 0) {
      return { state: 'invalid', key, text, error: 'it names no BackendConfig: "default" or "ports" must' };
    }
    return { state: 'valid', key, byDefault, byPort: ports ?? new Map() };
  },
);

/** The names of the BackendConfigs that a Service may use, each once. */
export function backendConfigsNamedBy({ metadata }: Service): readonly string[] {
  const annotation = readBackendConfigAnnotation(metadata.annotations);
  if (annotation.state !== 'valid') return [];
  return [...new Set([...annotation.byPort.values(), annotation.byDefault])].filter((name) => name !== '');
}

export type BackendConfigReference =
  | { readonly state: 'none' }
  | { readonly state: 'invalid'; readonly key: string; readonly text: string; readonly error: string }
  | { readonly state: 'missing'; readonly key: string; readonly name: string }
  /** Named, but the guard does not know what BackendConfigs there are. */
  | { readonly state: 'unknown'; readonly key: string; readonly name: string }
  | { readonly state: 'found'; readonly key: string; readonly object: BackendConfig };

/** Port name before port number before default; a matched empty name ends the search without a BackendConfig. */
export function findBackendConfig(service: Service, port: ServicePort, snapshot: Snapshot): BackendConfigReference {
  const { annotations, namespace } = service.metadata;
  const annotation = readBackendConfigAnnotation(annotations);
  if (annotation.state === 'absent') return { state: 'none' };
  if (annotation.state === 'invalid') return annotation;
  const { key, byDefault, byPort } = annotation;
  const name = byPort.get(port.name) ?? byPort.get(String(port.port)) ?? byDefault;
  if (name === '') return { state: 'none' };
  const object = snapshot.get('BackendConfig', namespace, name);
  if (object !== undefined) return { state: 'found', key, object };
  return { state: snapshot.isKnown('BackendConfig', namespace, name) ? 'missing' : 'unknown', key, name };
}
