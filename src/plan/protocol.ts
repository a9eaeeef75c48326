// The protocol towards a backend (ingress-gce pkg/annotations/service.go, setAppProtocol). Keys are matched by
// the Service port's name only; spec.ports[].appProtocol is not read at all.
import { decodeGoJson, goMap, goString } from '../kubernetes/go-json.ts';
import type { Service, ServicePort } from '../kubernetes/objects.ts';
import type { StringMap } from '../kubernetes/read.ts';
import { APP_PROTOCOLS } from './annotation-keys.ts';
import { readOnce } from './lazy.ts';

export type AppProtocol = 'HTTP' | 'HTTPS' | 'HTTP2';

const LEGAL: readonly string[] = ['HTTP', 'HTTPS', 'HTTP2'] satisfies readonly AppProtocol[];

const APP_PROTOCOLS_ANNOTATION = goMap('string', goString);

export type AppProtocols =
  | { readonly state: 'absent' }
  | { readonly state: 'invalid'; readonly key: string; readonly text: string; readonly error: string }
  | { readonly state: 'valid'; readonly key: string; readonly byPortName: ReadonlyMap<string, AppProtocol> };

/** The older key is looked at first; where it is present, the other is not consulted, even if this one is invalid. */
export const readAppProtocols: (annotations: StringMap) => AppProtocols = readOnce((annotations) => {
  const key = APP_PROTOCOLS.find((candidate) => annotations[candidate] !== undefined);
  if (key === undefined) return { state: 'absent' };
  const text = annotations[key] ?? '';
  const decoded = decodeGoJson(text, APP_PROTOCOLS_ANNOTATION);
  if (!decoded.ok) return { state: 'invalid', key, text, error: decoded.error };
  const byPortName = new Map<string, AppProtocol>();
  for (const [portName, protocol] of decoded.value ?? []) {
    if (!isAppProtocol(protocol)) {
      return {
        state: 'invalid',
        key,
        text,
        error: `"${protocol}" (port "${portName}") is none of ${LEGAL.join(', ')}`,
      };
    }
    byPortName.set(String(portName), protocol);
  }
  return { state: 'valid', key, byPortName };
});

export function isAppProtocol(text: string): text is AppProtocol {
  return LEGAL.includes(text);
}

export interface UnusedProtocol {
  readonly key: string;
  /** As the annotation has it. */
  readonly portName: string;
  readonly protocol: AppProtocol;
}

/** Entries whose key is no port name of the Service: the controller passes them over (C44). */
export function findUnusedProtocols(service: Service): readonly UnusedProtocol[] {
  const protocols = readAppProtocols(service.metadata.annotations);
  if (protocols.state !== 'valid') return [];
  const { key, byPortName } = protocols;
  const names = new Set(service.ports.map(({ name }) => name));
  const unused = [...byPortName].filter(([portName]) => !names.has(portName));
  return unused.map(([portName, protocol]) => ({ key, portName, protocol }));
}

/** @returns undefined where the annotation is invalid: every backend of the Service fails then */
export function protocolOf(service: Service, port: ServicePort): AppProtocol | undefined {
  const protocols = readAppProtocols(service.metadata.annotations);
  if (protocols.state === 'invalid') return undefined;
  return (protocols.state === 'valid' ? protocols.byPortName.get(port.name) : undefined) ?? 'HTTP';
}
