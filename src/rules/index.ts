// Every rule, in the order in which findings of one severity are told: what stops an Ingress altogether first.
import { clusterIpWithoutNeg } from './cluster-ip-without-neg.ts';
import { exemptionExpired } from './exemption-expired.ts';
import { exemptionInvalid } from './exemption-invalid.ts';
import { httpLoadBalancingDisabled } from './http-load-balancing-disabled.ts';
import { httpLoadBalancingUnknown } from './http-load-balancing-unknown.ts';
import { ingressClassMissing } from './ingress-class-missing.ts';
import { ingressClassMisspelt } from './ingress-class-misspelt.ts';
import { ingressClassNameIgnored } from './ingress-class-name-ignored.ts';
import { negAnnotationInvalid } from './neg-annotation-invalid.ts';
import { negOnRoutesBasedCluster } from './neg-on-routes-based-cluster.ts';
import { probeNotAdopted } from './probe-not-adopted.ts';
import { probeRedirectsToHttps } from './probe-redirects-to-https.ts';
import type { Rule } from './rule.ts';

export const RULES = [
  httpLoadBalancingDisabled,
  ingressClassNameIgnored,
  ingressClassMisspelt,
  ingressClassMissing,
  httpLoadBalancingUnknown,
  negAnnotationInvalid,
  negOnRoutesBasedCluster,
  clusterIpWithoutNeg,
  probeRedirectsToHttps,
  probeNotAdopted,
  exemptionInvalid,
  exemptionExpired,
] as const satisfies readonly Rule[];
