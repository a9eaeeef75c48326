// What the controllers say, by the kind of error: the very texts of v1.41.0. A text that is not here fails the suite: it
// is something that nobody has thought of.

/** Conditions of the catalogue that the controller tells in the same words. */
const WORDS: readonly (readonly [kind: string, words: RegExp])[] = [
  // pkg/controller/controller.go NewLoadBalancerController
  ['C1', /^Ingress class "gce" is not supported in this environment/],
  // pkg/controller/translator/translator.go, pkg/controller/errors/errors.go: joined, so each is a part.
  ['C17', /^failed to retrieve the system default backend service /],
  ['C3', /^Ingress Backend is not a service/],
  ['C4', /^could not find service "/],
  ['C5', /^could not find port "/],
  ['C6', /^service "[^"]+" is type "[^"]+", expected "NodePort" or "LoadBalancer"/],
  ['C7', /^could not parse "service.alpha.kubernetes.io\/app-protocols" annotation/],
  ['C8', /^invalid value for Service annotation networking.gke.io\//],
  ['C9/C10', /^error getting BackendConfig for port /],
  ['C11-C13', /^BackendConfig \S+ is not valid: /],
  ['C14', /^failed to validate exact path/],
  ['C15', /^failed to validate prefix path/],
  ['C16', /^unsupported path type/],
  // pkg/backends/syncer.go, in the order of a sync
  ['C34', /unable to find nodeport .* in any service/],
  ['C31', /Protocol "[^"]*" is not valid, must be one of/],
  ['C48', /TimeoutSec should be less than or equal to checkIntervalSec/],
  ['C30', /cloud armor security policies not supported for regional/i],
  // pkg/neg/manager.go ensureSvcNegCR: the API server's words
  ['NEG name refused', /failed to ensure svc neg cr \S+ for port: [\s\S]*metadata\.name: Invalid value/],
  // pkg/backends/neg_linker.go: the NEG is not there, whatever the reason
  ['no NEG', /Mock(Alpha|Beta)?NetworkEndpointGroups .* not found/],
  // pkg/backends/neg_linker.go again: Go reads NaN and Inf as numbers, JSON has none of them
  ['no number', /json: unsupported value: [+-]?(NaN|Inf)/],
  // pkg/translator/translator.go NewEnv, secrets
  ['C22', /error initializing translator env: secrets "[^"]+" not found/],
  ['C23', /secret "" does not exist/],
  ['C24', /secret "[^"]*" does not specify (cert|private key) as string data/],
  ['C18', /both global-static-ip and regional-static-ip cannot be specified/],
  // pkg/loadbalancers
  ['C32', /invalid loadbalancer name /],
  ['C20', /both HTTP and HTTPS are disabled/],
  ['C21', /error invalid internal ingress https config/],
  ['host or path refused', /(CreateUrlMap|UpdateURLMap): [\s\S]*Invalid (host|path) pattern/],
  ['C27', /cannot enable HTTPS Redirects with L7 ILB/],
  ['C28', /cannot enable HTTPS Redirects with the V1 Ingress naming scheme/],
  ['redirect code refused', /resource.defaultUrlRedirect.redirectResponseCode/],
  ['C19', /the given static IP name \S+ doesn't translate to an existing static IP/],
  ['address in use', /Specified IP address is in-use and would result in a conflict/],
  ['C25', /certificates\. Between 1 and 15 must be given/],
  ['SSL policy refused', /A regional proxy takes a policy of its region/],
  // pkg/controller/controller.go: after all is built
  ['C26', /^(Error: )?no FrontendConfig for Ingress exists/],
  // pkg/neg/controller.go processService, pkg/neg/syncers
  ['C35', /NEG annotation is invalid/],
  ['C36', /specified in "cloud.google.com\/neg" doesn't exist in the service/],
  ['C37', /custom neg name cannot be used with ingress enabled/],
  ['C39', /NEG is not supported for ipv6 only service/],
  ['C38', /NEG \S* ?(?:with|already|is)|neg name/i],
  ['NEG name refused', /Invalid value for field 'resource.name'/],
];

/** Kinds of error in a text of the controller, sorted, each once. What nobody knows is there in full. */
export function kindsIn(text: string): readonly string[] {
  if (text === '') return [];
  const translation = /^(?:Translation failed: )?invalid ingress spec: (.*)$/s.exec(text)?.[1];
  const parts = translation === undefined ? [text] : splitJoined(translation);
  return [...new Set(parts.map(kindOf))].toSorted();
}

/** Errors are joined by "; ", which a JSON error of Go has in none of its texts. */
function splitJoined(text: string): readonly string[] {
  return text.split('; ');
}

function kindOf(text: string): string {
  return WORDS.find(([, words]) => words.test(text))?.[0] ?? `unknown: ${text}`;
}
