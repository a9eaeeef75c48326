// Predicted and seen: the plan of an Ingress beside what GKE has made of it. Each difference says what it means and what
// to do next; where the two agree, nothing is said. Pure: the time is handed in.

import { enableAddOnCommand, isKnownToBe, isProof } from '../facts/facts.ts';
import type { Finding } from '../judge/finding.ts';
import type { ConditionNumber } from '../plan/conditions.ts';
import { MULTI_CLUSTER } from '../plan/ingress-class.ts';
import { operand } from '../shell-quote.ts';
import { compareBackends } from './compare-backends.ts';
import { compareEvents } from './compare-events.ts';
import { compareFrontEnd } from './compare-front-end.ts';
import type { CompareInput } from './compare-input.ts';
import { ageInWords, type Difference, describing, MINUTE_MS, type NextStep } from './difference.ts';
import type { SeenIngress } from './seen.ts';

/** What concerns the whole Ingress first, then backends, front end, Events. */
export function compare(input: CompareInput): readonly Difference[] {
  const whole = compareServed(input);
  const events = compareEvents(input);
  // An Ingress that nobody has touched, or should touch, has no parts to compare.
  const { served, class: decision } = input.plan;
  if (!isTaken(input.seen) || !served.served || decision.annotation === MULTI_CLUSTER) return [...whole, ...events];
  return [...whole, ...compareBackends(input), ...compareFrontEnd(input), ...events];
}

/** A controller of GKE's has been there. An address alone may be another controller's. */
function isTaken({ finalizer, resources, backends, events }: SeenIngress): boolean {
  return (
    finalizer !== undefined ||
    Object.keys(resources).length > 0 ||
    backends.length > 0 ||
    events.some(({ kind }) => kind === 'Ingress')
  );
}

function compareServed(input: CompareInput): readonly Difference[] {
  const { plan, seen } = input;
  // Of a multi-cluster Ingress another controller makes what is seen, or makes it too.
  if (plan.class.annotation === MULTI_CLUSTER) return [];
  if (plan.served.served) return isTaken(seen) ? compareProgress(input) : [neverTaken(input)];
  return seen.finalizer !== undefined || Object.keys(seen.resources).length > 0 ? [leftBehind(input)] : [];
}

/** Adding the finalizer is the first thing that the controller does, and takes it seconds. */
const TAKEN_WITHIN_MS = 5 * MINUTE_MS;

function neverTaken(input: CompareInput): Difference {
  const { seen, plan, nowMs } = input;
  const age = nowMs - Date.parse(seen.createdAt);
  const { namespace, name } = plan.ingress.metadata;
  if (age < TAKEN_WITHIN_MS) {
    return {
      id: 'not-taken-yet',
      message: `GKE has not touched it yet; it is ${ageInWords(age)} old. Wait, and look again.`,
      next: { command: ['kubectl', 'get', 'ingress', operand(name), '-n', namespace] },
      isPredicted: false,
      backend: undefined,
    };
  }
  const old = Number.isFinite(age) ? `, and it is ${ageInWords(age)} old` : '';
  return {
    id: 'never-taken',
    message: `GKE should serve it, but has never touched it: no finalizer, no address${seen.knowsEvents ? ', no Event' : ''}${old}. ${whyNeverTaken(input)}`,
    next: addOnCommand(input),
    isPredicted: false,
    backend: undefined,
  };
}

function whyNeverTaken({ facts, seen, plan }: CompareInput): string {
  if (!isGke(seen)) {
    return `The API server is of version ${seen.serverVersion}, which is not GKE's: nobody here serves Ingresses of GKE.`;
  }
  const absent = 'The Service of the system default backend is not there either, as where the add-on is off.';
  if (seen.hasSystemDefault === false) return `The HTTP load balancing add-on is most likely off. ${absent}`;
  if (isKnownToBe(facts.httpLoadBalancing, 'enabled')) {
    return 'The HTTP load balancing add-on was on when last asked: look at it again, and at the version of the cluster.';
  }
  const flagged = plan.class.isClassless ? '' : ` or does not offer class "${plan.class.name}"`;
  return `Nobody tells when the HTTP load balancing add-on is off: this is how it looks. Else the cluster is no GKE cluster${flagged}.`;
}

/** Elsewhere the absence of what GKE deploys says nothing. True where the version is not known. */
function isGke({ serverVersion = '-gke.' }: SeenIngress): boolean {
  return serverVersion.includes('-gke.');
}

function addOnCommand({ facts, seen }: CompareInput): NextStep {
  if (!isGke(seen)) return { command: ['kubectl', 'config', 'get-contexts'] };
  if (seen.hasSystemDefault === false) return { command: enableAddOnCommand(facts.cluster) };
  const { name, location, project } = facts.cluster;
  return {
    command: [
      ...[
        'gcloud',
        'container',
        'clusters',
        'describe',
        operand(name ?? 'NAME'),
        `--location=${location ?? 'LOCATION'}`,
      ],
      ...(project === undefined ? [] : [`--project=${project}`]),
      '--format=value(addonsConfig.httpLoadBalancing.disabled)',
    ],
  };
}

/** Google needs a few minutes for a load balancer; longer than this it has failed. */
const BUILT_WITHIN_MS = 15 * MINUTE_MS;

function compareProgress({ plan, findings, seen, nowMs }: CompareInput): readonly Difference[] {
  const { namespace, name } = plan.ingress.metadata;
  const fatal = plan.backends.filter(({ error }) => error !== undefined);
  if (seen.addresses.length > 0) {
    const [first] = fatal;
    if (first?.error === undefined) return [];
    return [
      {
        id: 'keeps-old-configuration',
        message: `It has an address, but the controller cannot translate it as it is now (${first.error.condition}): the load balancer keeps what it had before.`,
        next: fixOf(first.error.condition, findings) ?? describing('ingress', name, namespace),
        isPredicted: true,
        backend: undefined,
      },
    ];
  }
  const age = nowMs - Date.parse(seen.createdAt);
  const isExplained = findings.some(({ condition, severity }) => condition !== undefined && severity !== 'info');
  if (fatal.length > 0 || isExplained || age < BUILT_WITHIN_MS) return [];
  return [
    {
      id: 'no-address',
      message: `GKE has taken it, but it has no address after ${ageInWords(age)}, and nothing in the plan says why.`,
      next: describing('ingress', name, namespace),
      isPredicted: false,
      backend: undefined,
    },
  ];
}

/** What the finding about that condition says to do. */
function fixOf(condition: ConditionNumber, findings: readonly Finding[]): NextStep | undefined {
  const found = findings.find((finding) => finding.condition === condition);
  return found === undefined ? undefined : { text: found.fix.text };
}

/** Made while it was GKE's: by a class that it had, or an add-on that was on. */
function leftBehind({ plan, seen, facts }: CompareInput): Difference {
  const { namespace, name } = plan.ingress.metadata;
  const what = seen.addresses.length > 0 ? `address ${seen.addresses.join(', ')}` : 'what was built';
  const holds =
    seen.finalizer === undefined ? '' : ` Its finalizer keeps it from being deleted until GKE takes it off.`;
  const base = { id: 'left-behind', isPredicted: true, backend: undefined } as const;
  const addOn = facts.httpLoadBalancing;
  if (isKnownToBe(addOn, 'disabled')) {
    const is = isProof(addOn, false) ? 'is' : 'seems to be';
    return {
      ...base,
      message: `It was served once, and the add-on that would look after it ${is} off: ${what} stays in the project as it was.${holds}`,
      next: { command: enableAddOnCommand(facts.cluster) },
    };
  }
  return {
    ...base,
    message:
      seen.finalizer === undefined
        ? `It was served once, and its class is no longer GKE's: its finalizer is gone, which the controller takes off once the load balancer is deleted. The Ingress still names ${what}, of which nothing should be left.`
        : `It was served once, and its class is no longer GKE's: the controller deletes its load balancer, and ${what} goes with it.${holds}`,
    next: describing('ingress', name, namespace),
  };
}
