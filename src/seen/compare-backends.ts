// The backends of the plan beside those that Google has: in the right kind of group, and healthy.

import type { Finding } from '../judge/finding.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { ConditionNumber } from '../plan/conditions.ts';
import { findReplaced } from '../plan/replaced.ts';
import { quotedPort } from '../plan/service-port.ts';
import { operand } from '../shell-quote.ts';
import type { CompareInput } from './compare-input.ts';
import { type Difference, describing } from './difference.ts';
import { type BackendMatches, type MatchedBackend, matchBackends } from './seen-backends.ts';

const BACKENDS = 'ingress.kubernetes.io/backends';

/** It is written after the front end (ingress-gce pkg/controller/controller.go PostProcess), the URL map before (l7.go edgeHop). */
const WRITTEN_LAST =
  'It is written when a sync has succeeded; one that fails at the front end has changed the hosts and paths already.';

/** As an argument of kubectl. */
const NEG_ANNOTATION = 'cloud.google.com/neg={"ingress": true}';

export function compareBackends(input: CompareInput): readonly Difference[] {
  const { plan, seen } = input;
  const matches = matchBackends(plan.backends, seen);
  const stale = seen.backends.filter((one) => matches.planOf(one) === undefined).map(({ name }) => name);
  const replaced = findReplaced(plan.ingress, () => plan.urlMap);
  return [
    ...plan.backends.flatMap((backend) => compareBackend(backend, matches, input, replaced.has(backend.key))),
    ...(stale.length === 0 || isAnyUnknown(plan.backends) ? [] : [staleBackends(stale, input)]),
  ];
}

/** A backend that nobody could read may be any of those that Google has. */
function isAnyUnknown(backends: readonly BackendPlan[]): boolean {
  return backends.some(
    ({ service, error, isSystemDefault }) => service === undefined && error === undefined && !isSystemDefault,
  );
}

/** @param isReplaced it has a NEG, and no path leads to it: it is in no load balancer */
function compareBackend(
  backend: BackendPlan,
  matches: BackendMatches,
  input: CompareInput,
  isReplaced: boolean,
): readonly Difference[] {
  // What fails to translate is reported by its error; of what is not known, nothing can be said.
  if (backend.group === undefined || backend.error !== undefined) return [];
  const found = matches.of(backend);
  const asPredicted = found.filter(({ group }) => group === backend.group);
  return [
    // One that nobody would use is not missed; one that is annotated for is made all the same.
    ...(isReplaced && backend.isNegForced ? [] : compareNeg(backend, matches, input)),
    ...(found.length > 0 && asPredicted.length === 0 ? [otherGroup(backend, found)] : []),
    ...(found.length === 0 && input.seen.backends.length > 0 && backend.service !== undefined && !isReplaced
      ? [notInLoadBalancer(backend, input)]
      : []),
    ...(asPredicted.length > 0 ? asPredicted : found).flatMap((one) => compareHealth(backend, one, input)),
  ];
}

function compareNeg(backend: BackendPlan, matches: BackendMatches, input: CompareInput): readonly Difference[] {
  if (backend.group !== 'neg' || backend.isSystemDefault || backend.service === undefined) return [];
  const { serviceName, namespace, key } = backend;
  const neg = matches.negOf(backend);
  const subject = inWords(backend);
  const describe = describing('service', serviceName, namespace);
  if (neg === undefined) {
    return [
      {
        id: 'neg-missing',
        message: `${subject} should have a NEG, but its annotation cloud.google.com/neg-status names none. ${whyNoNeg(backend, input)}`,
        next: backend.isNegForced
          ? { command: ['kubectl', 'annotate', 'service', operand(serviceName), '-n', namespace, NEG_ANNOTATION] }
          : describe,
        isPredicted: backend.isNegForced,
        backend: key,
      },
    ];
  }
  if (neg.zones.length > 0) return [];
  return [
    {
      id: 'neg-without-zones',
      message: `${subject} has NEG "${neg.name}" in no zone: there is no node or no subnet that it could be made in, or the NEG controller is not done.`,
      next: describe,
      isPredicted: false,
      backend: key,
    },
  ];
}

function whyNoNeg({ isNegForced, serviceName }: BackendPlan, { seen }: CompareInput): string {
  if (isNegForced)
    return 'The NEG controller reads the annotation cloud.google.com/neg only, and the Service has none.';
  const event = seen.events.find(({ source, name }) => source === 'neg-controller' && name === serviceName);
  if (event !== undefined && event.type === 'Warning') return `The NEG controller says: ${event.message}`;
  return 'The NEG controller has not acted on it: it is new, or the controller does not run.';
}

function otherGroup(backend: BackendPlan, found: readonly MatchedBackend[]): Difference {
  const isNeg = backend.group === 'neg';
  const names = found.map(({ seen }) => `"${seen.name}"`).join(', ');
  return {
    id: isNeg ? 'instance-group-instead-of-neg' : 'neg-instead-of-instance-group',
    message: `${inWords(backend)} should be reached through ${isNeg ? 'a NEG' : 'instance groups'}, but by the annotation ${BACKENDS} the load balancer has ${names}, which is ${isNeg ? 'an instance group' : 'a NEG'}. The annotation cloud.google.com/neg was changed on a live Service, and the switch is not done, or failed.`,
    next: describing('service', backend.serviceName, backend.namespace),
    isPredicted: false,
    backend: backend.key,
  };
}

function notInLoadBalancer(backend: BackendPlan, { plan }: CompareInput): Difference {
  const { namespace, name } = plan.ingress.metadata;
  return {
    id: 'backend-not-in-load-balancer',
    message: `${inWords(backend)} should be in the load balancer, and by the annotation ${BACKENDS} is not: the last sync failed, or did not come yet. ${WRITTEN_LAST}`,
    next: describing('ingress', name, namespace),
    isPredicted: false,
    backend: backend.key,
  };
}

function staleBackends(names: readonly string[], { plan }: CompareInput): Difference {
  const { namespace, name } = plan.ingress.metadata;
  const list = names
    .slice(0, 5)
    .map((one) => `"${one}"`)
    .join(', ');
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return {
    id: 'backend-not-in-plan',
    message: `By the annotation ${BACKENDS} the load balancer has ${list}${more}, which nothing in the Ingress leads to: left from an older version of it. The last sync failed, or did not come yet. ${WRITTEN_LAST}`,
    next: describing('ingress', name, namespace),
    isPredicted: false,
    backend: undefined,
  };
}

function compareHealth(backend: BackendPlan, { seen }: MatchedBackend, input: CompareInput): readonly Difference[] {
  if (seen.health === 'HEALTHY') return [];
  return [seen.health === 'UNHEALTHY' ? unhealthy(backend, seen.name, input) : unclear(backend, seen, input)];
}

/** Conditions by which a health check misses, or the app answers it with something else than 200. */
const HEALTH: readonly (ConditionNumber | undefined)[] = ['C46', 'C47', 'C48'];

function unhealthy(backend: BackendPlan, name: string, { findings }: CompareInput): Difference {
  const cause = causeOf(backend, findings);
  const said =
    cause === undefined
      ? 'Nothing in the plan says why: ask the Pods what Google asks them.'
      : `Predicted: ${cause.condition} [${cause.rule}], ${cause.message}`;
  return {
    id: 'backend-unhealthy',
    message: `Google finds ${inWords(backend)} UNHEALTHY ("${name}"). ${checkInWords(backend)} ${said}`,
    next: cause === undefined ? portForward(backend) : { text: cause.fix.text },
    isPredicted: cause !== undefined,
    backend: backend.key,
  };
}

function portForward({ namespace, serviceName, servicePort }: BackendPlan): Difference['next'] {
  const ports = `8080:${servicePort?.port ?? 'PORT'}`;
  return { command: ['kubectl', 'port-forward', '-n', namespace, `service/${serviceName}`, ports] };
}

function causeOf(backend: BackendPlan, findings: readonly Finding[]): Finding | undefined {
  const own = findings.filter(({ places }) =>
    places.some(({ place }) => place.at === 'backend' && place.key === backend.key),
  );
  // What the app answers says more than that its probe is not used.
  return own.find(({ condition }) => condition === 'C47') ?? own.find(({ condition }) => HEALTH.includes(condition));
}

function checkInWords({ healthCheck }: BackendPlan): string {
  if (healthCheck === undefined) return '';
  const { protocol, path, host, port } = healthCheck.check;
  const over = protocol === 'HTTP' ? '' : ` over ${protocol}`;
  const forHost = host === '' ? '' : ` with Host: ${host}`;
  const at = port === null ? 'the serving port' : `port ${port}`;
  return `By the plan it asks GET ${path}${over}${forHost} on ${at}, and wants 200 (a check made earlier keeps its path).`;
}

function unclear(
  backend: BackendPlan,
  seen: { readonly name: string; readonly health: string },
  { findings }: CompareInput,
): Difference {
  const cause = causeOf(backend, findings);
  return {
    id: 'backend-health-unknown',
    message: `Of ${inWords(backend)} Google says "${seen.health}" ("${seen.name}"): no endpoint is in its group, none has been checked yet, or the controller may not ask.`,
    next: {
      command: [
        ...['kubectl', 'get', 'endpointslices', '-n', backend.namespace, '-l'],
        `kubernetes.io/service-name=${backend.serviceName}`,
      ],
    },
    isPredicted: cause !== undefined,
    backend: backend.key,
  };
}

function inWords({ namespace, serviceName, port, isSystemDefault }: BackendPlan): string {
  return `Service ${isSystemDefault ? `${namespace}/` : ''}${serviceName}, port ${quotedPort(port)},`;
}
