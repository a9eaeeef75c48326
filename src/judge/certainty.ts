// What of a part of a plan is certain, only possible, or not to be said at all: where no Ingress is known, where the controller
// does not run yet, and where GKE may or may not write the NEG annotation.
import type { BackendWithFaults } from '../plan/backend.ts';
import type { ConditionNumber } from '../plan/conditions.ts';
import type { Fault } from '../plan/fault.ts';
import { asPossible, type Draft, keyOfDraft } from './draft.ts';
import { lowerOf } from './finding.ts';

/** Faults that a Service or a BackendConfig has whichever Ingress will use it. */
const ALONE: ReadonlySet<ConditionNumber> = new Set<ConditionNumber>([
  ...([
    'C7',
    'C8',
    'C9',
    'C11',
    'C13',
    'C31',
    'C35',
    'C36',
    'C37',
    'C38',
    'C39',
    'C40',
    'C44',
    'C56',
    'C57',
    'G2',
    'G4',
  ] as const),
]);

export function holdsAlone(fault: Fault): boolean {
  if (fault.condition === 'C48') return fault.timeoutFrom === 'backendConfig' && fault.intervalFrom === 'backendConfig';
  return ALONE.has(fault.condition);
}

/** The controller does not run yet; what an app answers does not depend on it. */
export function onceItIsOn(draft: Draft): Draft {
  return draft.prepared.rule.holdsWithoutAddOn ? draft : asPossible(draft);
}

/** What the absence of the NEG annotation alone does: nothing to be said where it is expected to be written. */
const WITHOUT_NEG: readonly (ConditionNumber | undefined)[] = ['C6', 'C33', 'C34'];

/**
 * GKE may or may not write the NEG annotation: certain is only what holds either way. What holds one way is possible, and never
 * above a warning; of what holds only if GKE does not do what is expected, the missing annotation itself is left out.
 */
export function eitherWay(
  { negSource }: BackendWithFaults,
  drafts: readonly Draft[],
  others: readonly Draft[],
): readonly Draft[] {
  const keys = new Set(drafts.map(keyOfDraft));
  const otherKeys = new Set(others.map(keyOfDraft));
  const maybe = (draft: Draft): Draft => ({
    ...draft,
    isCertain: false,
    severity: lowerOf(draft.severity, 'warning'),
  });
  const kept = drafts.map((draft) => (otherKeys.has(keyOfDraft(draft)) ? draft : maybe(draft)));
  if (negSource !== 'gke') return kept;
  const only = others.filter((draft) => !keys.has(keyOfDraft(draft)) && !WITHOUT_NEG.includes(draft.condition));
  return [...kept, ...only.map(maybe)];
}
