// Which condition of the catalogue an Event of the controller speaks of. Its words change between versions, so each is
// known by the part that says what is wrong (ingress-gce pkg/controller/errors/errors.go, translator.go, l7.go).
import type { ConditionNumber } from '../plan/conditions.ts';

const WORDS: readonly (readonly [condition: ConditionNumber, words: RegExp])[] = [
  ['C1', /gce-regional-external instead|class "?gce"? is (?:unsupported|not supported)/i],
  // Before what it quotes.
  ['C17', /failed to retrieve the system default backend service/i],
  // Google's words, after the health check that the controller quotes; they said "less than" once.
  ['C48', /TimeoutSec should be less than (?:or equal to )?checkIntervalSec/i],
  // It names the kind, ServiceNetworkEndpointGroup.
  ['G2', /failed to ensure svc neg cr .*metadata\.name: Invalid value|Failed to sync NEG .*'resource\.name'/i],
  ['C3', /ingress backend is not a service/i],
  ['C4', /could not find service "/i],
  ['C5', /could not find port "/i],
  ['C6', /is type "[^"]*",? (?:but )?expected "?NodePort/i],
  ['C7', /could not parse "[^"]*app-protocols" annotation/i],
  ['C8', /max-rate-per-endpoint|capacity-scaler/i],
  ['C12', /(?:IAP|CDN) configuration is not supported in TPC/i],
  ['C13', /BackendConfig \S+ is not valid: (?:error retrieving )?secret /i],
  ['C10', /no BackendConfig for service port exists|BackendConfig .*(?:does not exist|not found)/i],
  ['C9', /error getting BackendConfig for port/i],
  ['C11', /BackendConfig \S+ is not valid/i],
  ['C14', /exact path/i],
  ['C15', /prefix path/i],
  ['C16', /path ?type/i],
  ['C18', /both global-static-ip and regional-static-ip/i],
  ['C19', /static IP name \S+ doesn't translate/i],
  ['C20', /both HTTP and HTTPS are disabled/i],
  ['C21', /invalid internal ingress https config|gce-internal Ingress class must be configured with a static-ip/i],
  ['C23', /secret "" does not exist/i],
  ['C24', /secret "[^"]*" (?:does not specify|has no) (?:cert|private key|'?tls\.)/i],
  ['C22', /secrets? "[^"]+" (?:not found|does not exist)/i],
  ['C26', /no FrontendConfig for Ingress exists/i],
  ['C27', /cannot enable HTTPS redirects with L7 ILB/i],
  ['C28', /HTTPS redirects?.*re-?create/i],
  ['C30', /security policies not supported for regional/i],
  ['C31', /Protocol \S+ is not valid/i],
  ['C32', /invalid loadbalancer name/i],
  ['C38', /found conflicting description in neg/i],
  ['C33', /NetworkEndpointGroup|failed to get NEG|network endpoint group/i],
  ['C34', /unable to find nodeport/i],
  ['C35', /NEG annotation is invalid/i],
  ['C36', /doesn't exist in the service/i],
  ['C37', /custom neg name/i],
  ['C39', /NEG is not supported for ipv6 only/i],
  ['C54', /json: unsupported value: [+-]?(?:NaN|Inf)/],
  ['C40', /THC annotation (?:is )?present|Both THC and BackendConfig annotations present/i],
];

/** How far a sync of an Ingress has come, in the order in which it does things (ingress-gce pkg/controller/controller.go sync). */
export const STAGES = ['translate', 'backends', 'load-balancer', 'done'] as const;
export type Stage = (typeof STAGES)[number];

/** Of the Events of a sync, and what each shows of it: a stage is reached once those before it have succeeded. */
const STAGE_WORDS: readonly (readonly [stage: Stage, words: RegExp])[] = [
  ['translate', /^Translation failed: /],
  ['backends', /^Error syncing to GCP: error running backend syncing routine: /],
  ['load-balancer', /^Error syncing to GCP: error running load balancer syncing routine: /],
  // Each is said once it is so (pkg/loadbalancers url_maps.go, target_proxies.go, forwarding_rules.go).
  ['load-balancer', /^(?:UrlMap|(?:Regional )?Target(?:Https)?Proxy|ForwardingRule) "[^"]*" /],
  ['done', /^IP is now /],
];

/** undefined where it does not say it. */
export function stageIn(message: string): Stage | undefined {
  return STAGE_WORDS.find(([, words]) => words.test(message))?.[0];
}

/** Numbers of the conditions that the message names, each once; none where the words are not known. */
export function conditionsIn(message: string): readonly ConditionNumber[] {
  // A translation error joins those of all paths. A part that matches two patterns counts for the first.
  const found = message.split('; ').flatMap((part) => {
    const known = WORDS.find(([, words]) => words.test(part));
    return known === undefined ? [] : [known[0]];
  });
  return [...new Set(found)];
}
