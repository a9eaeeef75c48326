// Container-native load balancing: what the annotation cloud.google.com/neg says, and whether a backend is reached
// through network endpoint groups or instance groups (ingress-gce pkg/negannotation, maybeEnableNEG).
import { decodeGoJson, goBool, goMap, goSlice, goString, goStruct, unknownGoKeys } from '../kubernetes/go-json.ts';
import { readJsonTree } from '../kubernetes/go-json-syntax.ts';
import type { Service, ServicePort } from '../kubernetes/objects.ts';
import type { StringMap } from '../kubernetes/read.ts';
import { NEG } from './annotation-keys.ts';
import { readOnce } from './lazy.ts';

/** The keys that mean something in the annotation, with the types of their values. */
export const NEG_FIELDS = {
  ingress: goBool,
  exposed_ports: goMap('int32', goStruct({ name: goString })),
  zones: goSlice(goString),
} as const;

export type NegKey = keyof typeof NEG_FIELDS;

const NEG_ANNOTATION = goStruct(NEG_FIELDS);

export type NegAnnotation =
  | { readonly state: 'absent' }
  | { readonly state: 'invalid'; readonly text: string; readonly error: string }
  | {
      readonly state: 'valid';
      readonly text: string;
      readonly ingress: boolean;
      /** Service port number → custom NEG name, "" for none. */
      readonly exposedPorts: ReadonlyMap<number, string>;
      readonly zones: readonly string[];
    };

export const readNegAnnotation: (annotations: StringMap) => NegAnnotation = readOnce((annotations) => {
  const text = annotations[NEG];
  return text === undefined ? { state: 'absent' } : parseNegAnnotation(text);
});

function parseNegAnnotation(text: string): Exclude<NegAnnotation, { readonly state: 'absent' }> {
  const decoded = decodeGoJson(text, NEG_ANNOTATION);
  if (!decoded.ok) return { state: 'invalid', text, error: decoded.error };
  const { ingress, exposed_ports: exposed, zones } = decoded.value;
  return { state: 'valid', text, ingress, exposedPorts: exposedPortsOf(exposed), zones: zones ?? [] };
}

/** Service port number → custom NEG name, "" for none. */
export function exposedPortsOf(
  decoded: ReadonlyMap<number, { readonly name: string }> | null | undefined,
): ReadonlyMap<number, string> {
  return new Map([...(decoded ?? [])].map(([port, { name }]) => [port, name]));
}

export const NEG_KEYS: readonly NegKey[] = ['ingress', 'exposed_ports', 'zones'];

/** The keys that Go passes over in silence. */
export function unknownNegKeys(text: string): readonly string[] {
  return unknownGoKeys(text, NEG_ANNOTATION);
}

/** Whether the text itself says yes or no to NEGs for an Ingress: `{"ingress": false}` is a choice, `{}` and `null` are none. */
export function saysWhetherIngress(text: string): boolean {
  const tree = readJsonTree(text);
  if (!tree.ok || tree.value.kind !== 'object') return false;
  return tree.value.entries.some(([key, { kind }]) => key.toLowerCase() === 'ingress' && kind === 'bool');
}

/** Whether the annotation turns NEGs on for the ports that an Ingress uses; `exposed_ports` alone does not. */
export function isNegForIngress(annotation: NegAnnotation): boolean {
  return annotation.state === 'valid' && annotation.ingress;
}

/** Whether the value says `{"ingress": true}` and nothing else. */
export function isPlainIngressNeg(annotation: NegAnnotation): boolean {
  return (
    isNegForIngress(annotation) &&
    annotation.state === 'valid' &&
    annotation.exposedPorts.size === 0 &&
    annotation.zones.length === 0
  );
}

export type BackendGroup = 'neg' | 'instanceGroup';

export type GroupDecision =
  | { readonly ok: true; readonly group: BackendGroup; readonly isForced: boolean }
  | { readonly ok: false };

/**
 * NEG or instance group. The check of the Service's type comes before the regional classes force a NEG, so a ClusterIP
 * Service without the annotation fails behind those too.
 *
 * @param takesNeg whether GKE is taken to write the annotation that is not there
 */
export function decideGroup(service: Service, isRegional: boolean, takesNeg = false): GroupDecision {
  if (takesNeg || isNegForIngress(readNegAnnotation(service.metadata.annotations)))
    return { ok: true, group: 'neg', isForced: false };
  if (service.type !== 'NodePort' && service.type !== 'LoadBalancer') return { ok: false };
  return isRegional
    ? { ok: true, group: 'neg', isForced: true }
    : { ok: true, group: 'instanceGroup', isForced: false };
}

/**
 * Whether the NEG controller makes the NEG that an Ingress looks for: it reads the annotation alone. An exposed port
 * without a custom name gets the very name that the Ingress's NEG would have (pkg/neg/controller.go
 * mergeIngressPortInfo, mergeStandaloneNEGsPortInfo).
 */
export function willNegBeMade(service: Service, port: ServicePort): boolean {
  const annotation = readNegAnnotation(service.metadata.annotations);
  return annotation.state === 'valid' && (annotation.ingress || annotation.exposedPorts.get(port.port) === '');
}
