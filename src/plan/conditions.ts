// The catalogue of what can be between an Ingress and a working load balancer: C for what the GKE Ingress controller
// decides, G for what it hands on and Google refuses, R for causes that users met and looked for. Sources are files of
// ingress-gce; "Compute API" is Google's reference of the resource that is refused.

/**
 * How a condition is known. `run`: the controller itself was asked, in test/controller, and its answer is what the plan
 * predicts. `source`: read in the source of ingress-gce. `google`: from Google's documentation; what the controller hands on
 * may have been run, but what Google makes of it has not.
 */
export type Evidence = 'run' | 'source' | 'google';

export interface Condition {
  /** What is wrong, as a noun phrase. */
  readonly phrase: string;
  /** Where the controller, or Google, decides it. */
  readonly source: string;
  /** Left out: `run` for C, `google` for G. */
  readonly knownBy?: Evidence;
  /** Why no rule decides it; left out where one does. */
  readonly notDecided?: string;
}

export const CONDITIONS = {
  C1: { phrase: 'a GKE class that this cluster does not offer', source: 'pkg/utils/utils.go IsGCEIngress' },
  C2: { phrase: 'a class that GKE does not read, or the add-on is off', source: 'pkg/utils/utils.go IsGLBCIngress' },
  C3: { phrase: 'a backend that is not a Service', source: 'pkg/controller/translator/translator.go TranslateIngress' },
  C4: { phrase: 'the Service does not exist', source: 'pkg/controller/translator/translator.go getServicePort' },
  C5: { phrase: 'the Service does not have the port', source: 'pkg/controller/translator/utils.go ServicePort' },
  C6: { phrase: 'neither a NEG nor a node port', source: 'pkg/controller/translator/translator.go getServicePort' },
  C7: { phrase: 'app-protocols cannot be decoded', source: 'pkg/annotations/service.go ApplicationProtocols' },
  C8: {
    phrase: 'traffic scaling is out of range',
    source: 'pkg/controller/translator/translator.go setTrafficScaling',
  },
  C9: { phrase: 'backend-config cannot be decoded', source: 'pkg/annotations/service.go GetBackendConfigs' },
  C10: { phrase: 'the BackendConfig does not exist', source: 'pkg/backendconfig/backendconfig.go' },
  C11: { phrase: 'the BackendConfig is not valid', source: 'pkg/backendconfig/validation.go' },
  C12: { phrase: 'IAP or CDN on a regional class', source: 'pkg/backendconfig/validation.go' },
  C13: { phrase: 'a Secret of IAP or CDN cannot be used', source: 'pkg/backendconfig/validation.go' },
  C14: { phrase: 'an Exact path is empty or has a wildcard', source: 'pkg/controller/translator validateAndGetPaths' },
  C15: { phrase: 'a Prefix path is empty or has a wildcard', source: 'pkg/controller/translator validateAndGetPaths' },
  C16: {
    phrase: 'an unknown path type',
    source: 'pkg/controller/translator validateAndGetPaths',
    // The API server of the tests refuses it before the controller can see it.
    knownBy: 'source',
  },
  C17: { phrase: "the system's default backend cannot be used", source: 'pkg/controller/translator TranslateIngress' },
  C18: { phrase: 'both static IP annotations', source: 'pkg/annotations/ingress.go StaticIPName' },
  C19: { phrase: 'a static IP of another scope, or no name', source: 'pkg/loadbalancers/forwarding_rules.go' },
  C20: { phrase: 'neither HTTP nor HTTPS', source: 'pkg/loadbalancers/l7.go edgeHop' },
  C21: { phrase: 'an internal Ingress without a shared address', source: 'pkg/controller/controller.go toRuntimeInfo' },
  C22: { phrase: 'the TLS Secret does not exist', source: 'pkg/translator/translator.go secrets' },
  C23: { phrase: 'a TLS entry without a Secret', source: 'pkg/translator/translator.go secrets' },
  C24: { phrase: 'the TLS Secret has no certificate or no key', source: 'pkg/translator/translator.go secrets' },
  C25: {
    phrase: 'too many certificates',
    source: 'pkg/loadbalancers/certificates.go TargetProxyCertLimit',
    knownBy: 'google',
  },
  C26: { phrase: 'the FrontendConfig does not exist', source: 'pkg/frontendconfig/frontendconfig.go' },
  C27: { phrase: 'an HTTPS redirect on an internal Ingress', source: 'pkg/loadbalancers/url_maps.go' },
  C28: { phrase: 'an HTTPS redirect under the old naming scheme', source: 'pkg/loadbalancers/url_maps.go' },
  C29: { phrase: 'an HTTPS redirect without HTTPS, or without HTTP', source: 'pkg/loadbalancers/url_maps.go' },
  C30: { phrase: 'Cloud Armor on a regional class', source: 'pkg/backends/features/securitypolicy.go' },
  C31: { phrase: 'an unknown health check type', source: 'pkg/translator/healthchecks.go' },
  C32: { phrase: 'a name that no load balancer can have', source: 'pkg/utils/namer IsValidLoadBalancer' },
  C33: { phrase: 'a NEG is needed and never made', source: 'pkg/backends/neg_linker.go' },
  C34: { phrase: 'neither node ports nor a NEG', source: 'pkg/controller/translator/translator.go GetProbe' },
  C35: { phrase: 'the NEG annotation cannot be decoded', source: 'pkg/negannotation/negannotation.go' },
  C36: { phrase: 'a NEG for a port that the Service does not have', source: 'pkg/neg/controller.go' },
  C37: { phrase: 'a custom NEG name together with "ingress": true', source: 'pkg/neg/controller.go' },
  C38: { phrase: 'a NEG name that is taken', source: 'pkg/neg/syncers/utils.go ensureNetworkEndpointGroup' },
  C39: { phrase: 'a NEG for an IPv6-only Service', source: 'pkg/neg/controller.go isSingleStackIPv6Service' },
  C40: {
    phrase: 'transparent health checks that are turned off',
    source: 'pkg/controller/translator setThcOptInOnSvc',
  },
  C41: { phrase: 'one host in two rules', source: 'pkg/utils/gceurlmap.go PutPathRulesForHost' },
  C42: { phrase: 'one path twice', source: 'pkg/utils/gceurlmap.go PutPathRulesForHost' },
  C43: { phrase: 'a rule without paths', source: 'pkg/controller/translator/translator.go TranslateIngress' },
  C44: { phrase: 'app-protocols names no port of the Service', source: 'pkg/controller/translator setAppProtocol' },
  C45: { phrase: 'allow-http is not a boolean', source: 'pkg/annotations/ingress.go AllowHTTP' },
  C46: { phrase: 'a readiness probe that is not used', source: 'pkg/controller/translator getHTTPProbe' },
  C47: {
    phrase: 'the app does not answer with 200',
    source: 'Google health checks: only the status 200 passes',
    knownBy: 'google',
  },
  C48: {
    phrase: 'a health check timeout above its interval',
    source: 'Compute API healthChecks.timeoutSec',
    knownBy: 'google',
  },
  C49: { phrase: 'a port that is not TCP', source: 'pkg/controller/translator: the protocol is never read' },
  C50: {
    phrase: 'load balancer annotations that conflict',
    source: 'pkg/l4/annotations, pkg/l4/controllers',
    knownBy: 'source',
  },
  C51: { phrase: 'the firewall of a Shared VPC', source: 'pkg/firewalls/controller.go', knownBy: 'source' },
  C52: {
    phrase: 'Pods that break the labels of their Service, or endpoints without a Pod',
    source: 'pkg/neg/syncers/endpoints_calculator.go',
    knownBy: 'source',
    notDecided: 'It shows only in running Pods and EndpointSlices, after everything has been stored.',
  },
  C53: { phrase: 'pre-shared-cert names no certificate', source: 'pkg/annotations/ingress.go UseNamedTLS' },
  C54: { phrase: 'traffic scaling that is no number', source: 'pkg/backends/neg_linker.go backendsForNEGs' },
  C55: { phrase: 'the TLS Secret has an empty certificate', source: 'pkg/loadbalancers/certificates.go' },
  C56: { phrase: 'a cache key that leaves parts out', source: 'pkg/backends/features/cdn.go renderConfig' },
  C57: { phrase: 'a TTL that the cache mode does not use', source: 'pkg/backends/features/cdn.go renderConfig' },
  C58: { phrase: 'one port by its name and by its number', source: 'pkg/backends/backends.go ensureDescription' },
  G1: { phrase: 'Google refuses the path', source: 'Compute API urlMaps.pathMatchers.pathRules.paths' },
  G2: {
    phrase: 'Kubernetes or Google refuses the NEG name',
    source: 'pkg/neg/manager.go ensureSvcNegCR, Compute API networkEndpointGroups.name',
  },
  G3: { phrase: 'Google refuses the redirect code', source: 'Compute API HttpRedirectAction.redirectResponseCode' },
  G4: { phrase: 'Google refuses more than three signed URL keys', source: 'pkg/backends/syncer.go' },
  G5: { phrase: 'an SSL policy on an internal Ingress', source: 'pkg/translator/translator.go sslPolicyLink' },
} as const satisfies Readonly<Record<string, Condition>>;

export type ConditionNumber = keyof typeof CONDITIONS;

/** What users of GKE looked for when something did not work: causes, ranked by how often they were met. */
export const ROOT_CAUSES = {
  R1: { phrase: 'a health endpoint that does not answer exactly 200' },
  R2: { phrase: 'a readiness probe that is not adopted' },
  R3: { phrase: 'a ClusterIP Service without a NEG' },
  R4: { phrase: 'ingressClassName in place of the annotation' },
  R5: { phrase: 'a class-less Ingress meant for another controller' },
  R6: { phrase: 'path semantics' },
  R7: { phrase: 'the HTTP load balancing add-on is off' },
  R8: { phrase: 'an app that redirects to HTTPS' },
  R9: { phrase: 'a static IP of the wrong scope or name' },
  R10: { phrase: 'ManagedCertificate mistakes' },
  R11: { phrase: 'a BackendConfig annotation on the wrong object or port' },
  R12: { phrase: '502 during a rollout behind NEGs' },
  R13: { phrase: 'the firewall of a Shared VPC' },
  R14: { phrase: 'a backend protocol that does not match' },
  R15: { phrase: 'a NEG readiness gate that is never true' },
  R16: { phrase: 'prerequisites of gce-internal' },
  R17: { phrase: 'annotations of nginx on a GKE Ingress' },
  R18: { phrase: 'tls without a secretName, or a Secret that is missing' },
  R19: { phrase: 'a NEG annotation on a routes-based cluster' },
  R20: { phrase: 'an HTTP/2 or gRPC backend without TLS' },
  R21: { phrase: 'the same host in two rules' },
  R22: { phrase: 'an Ingress before its Pods' },
  R23: { phrase: 'a probe edited after the Ingress' },
  R24: {
    phrase: 'a chart that cannot set annotations of a Service',
    notDecided: 'Nothing is wrong with the object: the guard sets the annotation itself (docs/neg-injection.md).',
  },
  R25: { phrase: 'misuse of a FrontendConfig' },
} as const satisfies Readonly<Record<string, Omit<Condition, 'source'>>>;

export type CatalogueNumber = ConditionNumber | keyof typeof ROOT_CAUSES;

const ALL: Readonly<Record<CatalogueNumber, Omit<Condition, 'source'>>> = { ...CONDITIONS, ...ROOT_CAUSES };

export const CATALOGUE: readonly (readonly [CatalogueNumber, Omit<Condition, 'source'>])[] = Object.keys(ALL).map(
  (number) => [number as CatalogueNumber, ALL[number as CatalogueNumber]],
);

export function isCatalogueNumber(text: string): text is CatalogueNumber {
  return Object.hasOwn(ALL, text);
}

export function phraseOf(number: CatalogueNumber): string {
  return ALL[number].phrase;
}

export function evidenceFor(number: ConditionNumber): Evidence {
  const { knownBy }: Condition = CONDITIONS[number];
  return knownBy ?? (number.startsWith('G') ? 'google' : 'run');
}

export function isCondition(number: CatalogueNumber): number is ConditionNumber {
  return Object.hasOwn(CONDITIONS, number);
}
