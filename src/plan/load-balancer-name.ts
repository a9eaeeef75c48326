// Whether the load balancer of an Ingress gets a legal name: a dot in the name of the Ingress makes it illegal, unless the
// name is truncated before it (ingress-gce pkg/utils/namer, IsValidLoadBalancer; C32).
import { referenceTo } from '../kubernetes/field-path.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { AT_FRONT_END, type Fault, fault } from './fault.ts';

export type NamingScheme = 'v1' | 'v2';

const FINALIZER_V1 = 'networking.gke.io/ingress-finalizer';
const FINALIZER_V2 = 'networking.gke.io/ingress-finalizer-V2';

/** Where both exist, V2 decides. */
export function findGceFinalizer({ metadata }: Ingress): string | undefined {
  return [FINALIZER_V2, FINALIZER_V1].find((finalizer) => metadata.finalizers.includes(finalizer));
}

/** FrontendNamingScheme. undefined without either: the controller adds one, V2's for an Ingress that it has not seen. */
export function namingSchemeOf(ingress: Ingress): NamingScheme | undefined {
  const finalizer = findGceFinalizer(ingress);
  if (finalizer === undefined) return undefined;
  return finalizer === FINALIZER_V2 ? 'v2' : 'v1';
}

/** Whether the controller has served this Ingress before: its finalizer is there, or an address in the status. */
export function hasLoadBalancer(ingress: Ingress): boolean {
  return ingress.hasAddress || namingSchemeOf(ingress) !== undefined;
}

/** maximumAllowedCombinedLength: 63 less "k8s2-um-", three more dashes, the cluster's and the Ingress's hash of 8 each. */
const V2_LENGTH = 36;
/** nameLenLimit, less the prefix "k8s-um-" of a URL map. */
const V1_LENGTH = 62 - 'k8s-um-'.length;

/** Whether a dot of the Ingress's name gets into the name of its URL map. */
export function keepsDot({ metadata: { namespace, name } }: Ingress, scheme: NamingScheme): boolean {
  if (scheme === 'v1') return `${namespace}-${name}`.slice(0, V1_LENGTH).includes('.');
  const [, kept = ''] = trimEvenly(V2_LENGTH, [namespace, name]);
  return kept.includes('.');
}

/** TrimFieldsEvenly: longer fields lose more; what rounding takes too much goes back to the first ones. */
export function trimEvenly(max: number, fields: readonly string[]): readonly string[] {
  const total = fields.reduce((sum, field) => sum + field.length, 0);
  if (total <= max) return fields;
  const excess = total - max;
  const lengths = fields.map(({ length }) => length - Math.floor((length * excess) / total) - 1);
  const remaining = max - lengths.reduce((sum, length) => sum + length, 0);
  return fields.map((field, index) => field.slice(0, Math.max(0, (lengths[index] ?? 0) + (index < remaining ? 1 : 0))));
}

/** C32 */
export function findNameFault(ingress: Ingress): Fault | undefined {
  const { name } = ingress.metadata;
  const scheme = namingSchemeOf(ingress);
  const schemes: readonly NamingScheme[] = scheme === undefined ? ['v1', 'v2'] : [scheme];
  const failing = schemes.filter((one) => keepsDot(ingress, one));
  if (failing.length === 0) return undefined;
  const isCertain = failing.length === schemes.length;
  const path = ['metadata', 'name'];
  return fault('C32', { name, owner: referenceTo(ingress), path, place: AT_FRONT_END, isCertain });
}
