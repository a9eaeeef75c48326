// cert-manager's own kinds, as far as the plan and the rules read them (cert-manager pkg/apis/certmanager/v1,
// pkg/apis/acme/v1).
import type { TypeMeta } from './object-meta.ts';
import type { StringMap } from './read.ts';

/** cert-manager.io/v1 */
export type Issuer = IssuerOf<'Issuer'>;
/** The same for all namespaces. */
export type ClusterIssuer = IssuerOf<'ClusterIssuer'>;

interface IssuerOf<K extends string> extends TypeMeta<K> {
  /** undefined where the issuer is no ACME one: it asks for no challenge. */
  readonly solvers: readonly AcmeSolver[] | undefined;
}

export interface AcmeSolver {
  /** `other`: DNS-01, or HTTP-01 through a Gateway. */
  readonly type: 'http01Ingress' | 'other';
  /** The Ingress that gets the path of the challenge; "" where cert-manager makes one. */
  readonly ingressName: string;
  /** Of the Ingress that cert-manager makes: the annotation, and the field. */
  readonly ingressClass: string;
  readonly ingressClassName: string;
  readonly dnsNames: readonly string[];
  readonly dnsZones: readonly string[];
  /** Of the Certificate. */
  readonly matchLabels: StringMap;
}

/** cert-manager.io/v1 */
export interface Certificate extends TypeMeta<'Certificate'> {
  readonly secretName: string;
}
