// NetworkPolicy (networking.k8s.io/v1), as far as it decides who may reach a Pod. A peer of Pods or namespaces keeps no
// more than that it is none of addresses.
import type { PortReference, TypeMeta } from './object-meta.ts';
import type { StringMap } from './read.ts';

export interface NetworkPolicy extends TypeMeta<'NetworkPolicy'> {
  readonly podSelector: LabelSelector;
  /** Whether the Pods that it selects take nothing in but what some policy's `ingress` admits. */
  readonly restrictsIngress: boolean;
  readonly ingress: readonly NetworkPolicyRule[];
}

/** Empty selects everything. */
export interface LabelSelector {
  readonly matchLabels: StringMap;
  readonly matchExpressions: readonly LabelExpression[];
}

export interface LabelExpression {
  readonly key: string;
  /** In, NotIn, Exists or DoesNotExist. */
  readonly operator: string;
  readonly values: readonly string[];
}

export interface NetworkPolicyRule {
  /** undefined for everybody. */
  readonly from: readonly NetworkPolicyPeer[] | undefined;
  /** undefined for every port. */
  readonly ports: readonly NetworkPolicyPort[] | undefined;
}

export interface NetworkPolicyPeer {
  /** undefined for Pods and namespaces. */
  readonly ipBlock: { readonly cidr: string; readonly except: readonly string[] } | undefined;
}

export interface NetworkPolicyPort {
  readonly protocol: string;
  /** undefined for every port of the protocol. */
  readonly port: PortReference | undefined;
  /** The last of a range that begins at `port`. */
  readonly endPort: number | undefined;
}
