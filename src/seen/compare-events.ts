// What the controllers say in Events, beside the problems of the plan: foreseen, or new.

import type { Finding } from '../judge/finding.ts';
import type { ObjectEvent } from '../kubernetes/event.ts';
import { shortenMiddle } from '../kubernetes/shorten-middle.ts';
import type { ConditionNumber } from '../plan/conditions.ts';
import type { CompareInput } from './compare-input.ts';
import { conditionsIn, STAGES, stageIn } from './controller-words.ts';
import { ageInWords, type Difference, describing, MINUTE_MS } from './difference.ts';

/** A failing sync is tried again within minutes, so an older complaint is most likely settled. */
const CURRENT_MS = 30 * MINUTE_MS;

/** Some repeat whole requests to Google's API. */
const MAX_MESSAGE = 400;

/** One for each different complaint, newest first. */
export function compareEvents(input: CompareInput): readonly Difference[] {
  const { seen, nowMs } = input;
  const complaints = seen.events.filter(
    (event) => event.type === 'Warning' && nowMs - event.lastSeenMs < CURRENT_MS && !isSettled(event, seen.events),
  );
  const known = new Set<string>();
  return complaints.flatMap((event) => {
    const conditions = conditionsIn(event.message);
    const subject = `${event.kind}/${event.name} ${conditions.length > 0 ? conditions.join() : event.message}`;
    if (known.has(subject)) return [];
    known.add(subject);
    return [compareEvent(event, conditions, input)];
  });
}

/**
 * Whether a sync has come further since, or fails at something else: each ends with one error at most. Every new NEG begins
 * with complaints, for the Ingress is synced before the NEG controller has made it. Events have no fractions of a second: in
 * the same one, getting further is taken to be later, for what still fails is soon said again.
 */
function isSettled(complaint: ObjectEvent, events: readonly ObjectEvent[]): boolean {
  const stage = stageIn(complaint.message);
  if (stage === undefined) return false;
  const reached = STAGES.indexOf(stage);
  return events.some(({ kind, name, source, type, message, lastSeenMs }) => {
    if (kind !== complaint.kind || name !== complaint.name || source !== complaint.source) return false;
    const other = stageIn(message);
    if (other === undefined || lastSeenMs < complaint.lastSeenMs) return false;
    const isLater = lastSeenMs > complaint.lastSeenMs;
    const further = STAGES.indexOf(other) - reached;
    // Of the same stage: what is done before it fails is said before it.
    return further > 0 || (isLater && (type === 'Warning' || further === 0));
  });
}

function compareEvent(event: ObjectEvent, conditions: readonly ConditionNumber[], input: CompareInput): Difference {
  const said = inWords(event, input.nowMs);
  const predicted = findPredicted(conditions, input);
  if (predicted !== undefined) return eventOf(predicted, said, conditions, input);
  const next = describing(event.kind.toLowerCase(), event.name, event.namespace);
  if (conditions.length > 0 && conditions.every((one) => isPlanned(one, input))) {
    // No rule reports it, as where an exemption is written.
    const message = `Predicted: ${conditions.join(', ')}. The controller says the same: ${said}`;
    return { id: 'event-predicted', message, next, isPredicted: true, backend: undefined };
  }
  const number = conditions.length === 0 ? '' : ` (${conditions.join(', ')})`;
  const maybe =
    conditions.length === 0 ? maybePredicted(input.findings.flatMap((one) => one.condition ?? [])) : unread(conditions);
  const message = `Not predicted${number}: ${said}${maybe}`;
  return { id: 'event-not-predicted', message, next, isPredicted: false, backend: undefined };
}

function inWords(event: ObjectEvent, nowMs: number): string {
  const { kind, name, message, source, reason, count, lastSeenMs } = event;
  const text = shortenMiddle(message, MAX_MESSAGE);
  const often = count === 1 ? '' : `, ${count} times`;
  return `${source} says of ${kind} ${name} (${reason}, ${ageInWords(nowMs - lastSeenMs)} ago${often}): ${text}`;
}

function eventOf(
  predicted: Finding,
  said: string,
  conditions: readonly ConditionNumber[],
  input: CompareInput,
): Difference {
  const others = conditions.filter((one) => !isPlanned(one, input) && !comesOf(one, predicted.condition));
  const rest = others.length === 0 ? '' : ` Not predicted in it: ${others.join(', ')}.`;
  const what = conditions.some((one) => one === predicted.condition) ? 'the same' : 'what comes of it';
  return {
    id: 'event-predicted',
    message: `Predicted: ${predicted.condition} [${predicted.rule}]. The controller says ${what}: ${said}${rest}`,
    next: { text: predicted.fix.text },
    isPredicted: others.length === 0,
    backend: backendOf(predicted),
  };
}

/** What says the same, and else what it comes of. */
function findPredicted(conditions: readonly ConditionNumber[], { findings }: CompareInput): Finding | undefined {
  return (
    findings.find(({ condition }) => conditions.some((one) => one === condition)) ??
    findings.find(({ condition }) => conditions.some((one) => comesOf(one, condition)))
  );
}

function isPlanned(wanted: ConditionNumber, { plan, findings }: CompareInput): boolean {
  return [...findings, ...plan.faults].some(({ condition }) => condition === wanted);
}

/** What keeps the NEG controller from making a NEG is met by the Ingress controller as one that is not there. */
const NO_NEG: readonly (ConditionNumber | undefined)[] = ['C36', 'C37', 'C38', 'C39', 'G2'];

function comesOf(consequence: ConditionNumber, cause: ConditionNumber | undefined): boolean {
  return consequence === 'C33' && NO_NEG.includes(cause);
}

function backendOf({ places }: Finding): string | undefined {
  const found = places.find(({ place }) => place.at === 'backend');
  return found?.place.at === 'backend' ? found.place.key : undefined;
}

/** What only a Secret shows: a missing one, or missing keys, also those that a BackendConfig names. */
const OF_SECRETS = ['C13', 'C22', 'C24'];

function unread(conditions: readonly string[]): string {
  return conditions.every((one) => OF_SECRETS.includes(one)) ? ' (Secrets are never read, so it could not be.)' : '';
}

/** Words that are not known may still be those of a problem that is. */
function maybePredicted(conditions: readonly string[]): string {
  if (conditions.length === 0) return '';
  return ` (It may be one of those that the plan has: ${[...new Set(conditions)].join(', ')}.)`;
}
