// Every rule, in the order in which findings of one severity are reported: what stops an Ingress altogether first.

import type { Rule } from '../judge/rule.ts';
import { addressShared } from './address-shared.ts';
import { allowHttpUnparsable } from './allow-http-unparsable.ts';
import { annotationOnWrongKind } from './annotation-on-wrong-kind.ts';
import { annotationUnread } from './annotation-unread.ts';
import { apiVersionNotServed } from './api-version-not-served.ts';
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
import { cdnCacheKeyPartial } from './cdn-cache-key-partial.ts';
import { certManagerChallenge } from './cert-manager-challenge.ts';
import { clusterIpWithoutNeg } from './cluster-ip-without-neg.ts';
import { configFieldUnknown } from './config-field-unknown.ts';
import { configValueDropped } from './config-value-dropped.ts';
import { configValueRefused } from './config-value-refused.ts';
import { defaultBackendUnprotected } from './default-backend-unprotected.ts';
import { exemptionExpired } from './exemption-expired.ts';
import { exemptionInvalid } from './exemption-invalid.ts';
import { externalNameBackend } from './external-name-backend.ts';
import { finalizerWithoutController } from './finalizer-without-controller.ts';
import { foreignAnnotationIgnored } from './foreign-annotation-ignored.ts';
import { frontEndConfigUnused } from './front-end-config-unused.ts';
import { frontendConfigMissing } from './frontend-config-missing.ts';
import { gceClassNotOffered } from './gce-class-not-offered.ts';
import { gkeAnnotationOnOtherClass } from './gke-annotation-on-other-class.ts';
import { healthCheckNotOk } from './health-check-not-ok.ts';
import { healthCheckPortClosed } from './health-check-port-closed.ts';
import { healthCheckTimeout } from './health-check-timeout.ts';
import { healthCheckTypeInherited } from './health-check-type-inherited.ts';
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
import { loadBalancerBypassesIngress } from './load-balancer-bypasses-ingress.ts';
import { loadBalancerChanges } from './load-balancer-changes.ts';
import { loadBalancerWillBeDeleted } from './load-balancer-will-be-deleted.ts';
import { localTrafficPolicy } from './local-traffic-policy.ts';
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
import { objectUnreadable } from './object-unreadable.ts';
import { objectWrittenTwice } from './object-written-twice.ts';
import { pathInvalid } from './path-invalid.ts';
import { pathMatchesRootOnly } from './path-matches-root-only.ts';
import { pathRepeated } from './path-repeated.ts';
import { pathWildcardMisplaced } from './path-wildcard-misplaced.ts';
import { portNamedBothWays } from './port-named-both-ways.ts';
import { probeEditIgnored } from './probe-edit-ignored.ts';
import { probeMissing } from './probe-missing.ts';
import { probeNotAdopted } from './probe-not-adopted.ts';
import { probeProtocolMismatch } from './probe-protocol-mismatch.ts';
import { probeRedirectsToHttps } from './probe-redirects-to-https.ts';
import { redirectBeforeCertificate } from './redirect-before-certificate.ts';
import { redirectUnsupported } from './redirect-unsupported.ts';
import { ruleWithoutPaths } from './rule-without-paths.ts';
import { securityNotApplied } from './security-not-applied.ts';
import { serviceBehindTwoIngresses } from './service-behind-two-ingresses.ts';
import { servicePortNotTcp } from './service-port-not-tcp.ts';
import { sharedVpcFirewall } from './shared-vpc-firewall.ts';
import { staticIpConflict } from './static-ip-conflict.ts';
import { staticIpScope } from './static-ip-scope.ts';
import { systemDefaultBackendUnusable } from './system-default-backend-unusable.ts';
import { targetPortUndeclared } from './target-port-undeclared.ts';
import { tlsHostUnserved } from './tls-host-unserved.ts';
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
  annotationUnread,
  gkeAnnotationOnOtherClass,
  // Backends, paths and hosts
  backendNotAService,
  pathInvalid,
  ingressNameInvalid,
  backendServiceMissing,
  backendPortMissing,
  systemDefaultBackendUnusable,
  defaultBackendUnprotected,
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
  configValueRefused,
  configFieldUnknown,
  configValueDropped,
  securityNotApplied,
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
  loadBalancerBypassesIngress,
  portNamedBothWays,
  cdnCacheKeyPartial,
  http2NeedsTls,
  localTrafficPolicy,
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
  addressShared,
  certManagerChallenge,
  frontendConfigMissing,
  frontEndConfigUnused,
  managedCertificateProblem,
  redirectBeforeCertificate,
  tlsHostUnserved,
  allowHttpUnparsable,
  // Health
  healthCheckTimeout,
  probeRedirectsToHttps,
  healthCheckNotOk,
  healthCheckTypeInherited,
  probeProtocolMismatch,
  probeNotAdopted,
  networkPolicyBlocksGoogle,
  healthCheckPortClosed,
  probeEditIgnored,
  probeMissing,
  sharedVpcFirewall,
  negRolloutUnprotected,
  // What a change does
  loadBalancerChanges,
  // What a file says of itself
  objectUnreadable,
  objectWrittenTwice,
  apiVersionNotServed,
  // The guard's own
  exemptionInvalid,
  exemptionExpired,
] as const satisfies readonly Rule[];
