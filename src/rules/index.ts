// Every rule, in the order in which findings of one severity are told: what stops an Ingress altogether first.

import type { Rule } from '../judge/rule.ts';
import { allowHttpUnparsable } from './allow-http-unparsable.ts';
import { annotationOnWrongKind } from './annotation-on-wrong-kind.ts';
import { appProtocolsInvalid } from './app-protocols-invalid.ts';
import { appProtocolsPortUnknown } from './app-protocols-port-unknown.ts';
import { backendConfigAnnotationInvalid } from './backend-config-annotation-invalid.ts';
import { backendConfigInvalid } from './backend-config-invalid.ts';
import { backendConfigMissing } from './backend-config-missing.ts';
import { backendConfigPortUnknown } from './backend-config-port-unknown.ts';
import { backendNotAService } from './backend-not-a-service.ts';
import { backendPortMissing } from './backend-port-missing.ts';
import { backendServiceMissing } from './backend-service-missing.ts';
import { backendTimeoutDefault } from './backend-timeout-default.ts';
import { backendWithoutEndpoints } from './backend-without-endpoints.ts';
import { clusterIpWithoutNeg } from './cluster-ip-without-neg.ts';
import { exemptionExpired } from './exemption-expired.ts';
import { exemptionInvalid } from './exemption-invalid.ts';
import { externalNameBackend } from './external-name-backend.ts';
import { finalizerWithoutController } from './finalizer-without-controller.ts';
import { foreignAnnotationIgnored } from './foreign-annotation-ignored.ts';
import { frontendConfigMissing } from './frontend-config-missing.ts';
import { gceClassNotOffered } from './gce-class-not-offered.ts';
import { healthCheckNotOk } from './health-check-not-ok.ts';
import { healthCheckPortClosed } from './health-check-port-closed.ts';
import { healthCheckTimeout } from './health-check-timeout.ts';
import { hostRepeated } from './host-repeated.ts';
import { httpLoadBalancingDisabled } from './http-load-balancing-disabled.ts';
import { httpLoadBalancingUnknown } from './http-load-balancing-unknown.ts';
import { http2NeedsTls } from './http2-needs-tls.ts';
import { ingressClassMissing } from './ingress-class-missing.ts';
import { ingressClassMisspelt } from './ingress-class-misspelt.ts';
import { ingressClassNameIgnored } from './ingress-class-name-ignored.ts';
import { ingressNameInvalid } from './ingress-name-invalid.ts';
import { internalIngressNeedsIp } from './internal-ingress-needs-ip.ts';
import { internalIngressWithoutNeg } from './internal-ingress-without-neg.ts';
import { loadBalancerAnnotationConflict } from './load-balancer-annotation-conflict.ts';
import { loadBalancerWillBeDeleted } from './load-balancer-will-be-deleted.ts';
import { managedCertificateProblem } from './managed-certificate-problem.ts';
import { negAnnotationIneffective } from './neg-annotation-ineffective.ts';
import { negAnnotationInvalid } from './neg-annotation-invalid.ts';
import { negExposedPortMissing } from './neg-exposed-port-missing.ts';
import { negIpv6Only } from './neg-ipv6-only.ts';
import { negNameWithIngress } from './neg-name-with-ingress.ts';
import { negOnRoutesBasedCluster } from './neg-on-routes-based-cluster.ts';
import { negRolloutUnprotected } from './neg-rollout-unprotected.ts';
import { negSwitchedOnLiveService } from './neg-switched-on-live-service.ts';
import { networkPolicyBlocksGoogle } from './network-policy-blocks-google.ts';
import { noFrontEnd } from './no-front-end.ts';
import { nodePortUnallocated } from './node-port-unallocated.ts';
import { pathInvalid } from './path-invalid.ts';
import { pathMatchesRootOnly } from './path-matches-root-only.ts';
import { pathRepeated } from './path-repeated.ts';
import { pathWildcardMisplaced } from './path-wildcard-misplaced.ts';
import { probeEditIgnored } from './probe-edit-ignored.ts';
import { probeMissing } from './probe-missing.ts';
import { probeNotAdopted } from './probe-not-adopted.ts';
import { probeProtocolMismatch } from './probe-protocol-mismatch.ts';
import { probeRedirectsToHttps } from './probe-redirects-to-https.ts';
import { redirectUnsupported } from './redirect-unsupported.ts';
import { ruleWithoutPaths } from './rule-without-paths.ts';
import { serviceBehindTwoIngresses } from './service-behind-two-ingresses.ts';
import { servicePortNotTcp } from './service-port-not-tcp.ts';
import { sharedVpcFirewall } from './shared-vpc-firewall.ts';
import { staticIpConflict } from './static-ip-conflict.ts';
import { staticIpScope } from './static-ip-scope.ts';
import { systemDefaultBackendUnusable } from './system-default-backend-unusable.ts';
import { targetPortUndeclared } from './target-port-undeclared.ts';
import { tlsSecretMissing } from './tls-secret-missing.ts';
import { tlsSecretUnnamed } from './tls-secret-unnamed.ts';
import { tooManyCertificates } from './too-many-certificates.ts';
import { trafficScalingInvalid } from './traffic-scaling-invalid.ts';
import { transparentHealthCheckConflict } from './transparent-health-check-conflict.ts';

export const RULES = [
  // Class
  httpLoadBalancingDisabled,
  ingressClassNameIgnored,
  gceClassNotOffered,
  ingressClassMisspelt,
  ingressClassMissing,
  loadBalancerWillBeDeleted,
  finalizerWithoutController,
  httpLoadBalancingUnknown,
  foreignAnnotationIgnored,
  // Backends, paths and hosts
  backendNotAService,
  pathInvalid,
  ingressNameInvalid,
  backendServiceMissing,
  backendPortMissing,
  systemDefaultBackendUnusable,
  pathWildcardMisplaced,
  hostRepeated,
  pathRepeated,
  pathMatchesRootOnly,
  ruleWithoutPaths,
  backendWithoutEndpoints,
  targetPortUndeclared,
  serviceBehindTwoIngresses,
  // Service and NEG
  negAnnotationInvalid,
  negOnRoutesBasedCluster,
  clusterIpWithoutNeg,
  externalNameBackend,
  nodePortUnallocated,
  internalIngressWithoutNeg,
  appProtocolsInvalid,
  backendConfigAnnotationInvalid,
  backendConfigMissing,
  backendConfigInvalid,
  trafficScalingInvalid,
  negIpv6Only,
  negNameWithIngress,
  negExposedPortMissing,
  negAnnotationIneffective,
  negSwitchedOnLiveService,
  servicePortNotTcp,
  appProtocolsPortUnknown,
  backendConfigPortUnknown,
  transparentHealthCheckConflict,
  annotationOnWrongKind,
  loadBalancerAnnotationConflict,
  http2NeedsTls,
  backendTimeoutDefault,
  // Front end
  staticIpConflict,
  noFrontEnd,
  tlsSecretUnnamed,
  tlsSecretMissing,
  internalIngressNeedsIp,
  redirectUnsupported,
  tooManyCertificates,
  staticIpScope,
  frontendConfigMissing,
  managedCertificateProblem,
  allowHttpUnparsable,
  // Health
  healthCheckTimeout,
  probeRedirectsToHttps,
  healthCheckNotOk,
  probeProtocolMismatch,
  probeNotAdopted,
  networkPolicyBlocksGoogle,
  healthCheckPortClosed,
  probeEditIgnored,
  probeMissing,
  sharedVpcFirewall,
  negRolloutUnprotected,
  // The guard's own
  exemptionInvalid,
  exemptionExpired,
] as const satisfies readonly Rule[];
