// What an answer depends on besides the objects, and what of it judging needs: the same for the webhook and every command.
import type { Facts } from '../facts/facts.ts';
import type { ExemptionSettings } from '../judge/exemption.ts';
import type { JudgeSettings } from '../judge/judge.ts';
import { type PreparedRules, prepareRules } from '../judge/prepared-rules.ts';
import type { Rule } from '../judge/rule.ts';
import type { AppCatalogue } from '../plan/app.ts';
import { readOnce } from '../plan/lazy.ts';
import { type PlanSettings, settingsAsStored } from '../plan/plan-input.ts';
import { createModes, type Policy } from '../policy/policy.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export interface Corridor {
  readonly rules: readonly Rule[];
  readonly policy: Policy;
  readonly apps: AppCatalogue;
  readonly facts: Facts;
  readonly snapshot: Snapshot;
  /** YYYY-MM-DD in UTC, for exemptions that end. */
  readonly today: string;
  /** Whether a part of the control plane made the change, which reads nothing: rules for people are left out then. */
  readonly isForControlPlane?: boolean;
}

type Known = Omit<Corridor, 'snapshot'>;

/** @param namespace whose modes count; @param plans left out: objects as they are stored */
export function judgeSettings(
  corridor: Known,
  snapshot: Snapshot,
  namespace: string,
  plans: PlanSettings = settingsAsStored(corridor.facts),
): JudgeSettings {
  const { policy, facts, apps } = corridor;
  return {
    rules: runningRules(corridor, snapshot, namespace),
    facts,
    apps,
    trustsObserved: policy.trustsObserved,
    exemptions: exemptionSettings(corridor),
    plans,
    isExcluded: policy.isExcluded,
  };
}

export function exemptionSettings({
  policy,
  today,
  rules,
}: Pick<Corridor, 'policy' | 'today' | 'rules'>): ExemptionSettings {
  return { allows: policy.allowsExemptions, today, ruleIds: idsOf(rules) };
}

const idsOf = readOnce((rules: readonly Rule[]) => rules.map(({ id }) => id));

/** By rules and policy, then by what refuses and what is off in a namespace: few namespaces differ. */
const prepared = new WeakMap<readonly Rule[], WeakMap<Policy, Map<string, PreparedRules>>>();

function runningRules(
  { rules, policy, isForControlPlane = false }: Known,
  snapshot: Snapshot,
  namespace: string,
): PreparedRules {
  let byPolicy = prepared.get(rules);
  if (byPolicy === undefined) {
    byPolicy = new WeakMap();
    prepared.set(rules, byPolicy);
  }
  let byModes = byPolicy.get(policy);
  if (byModes === undefined) {
    byModes = new Map();
    byPolicy.set(policy, byModes);
  }
  // Without modes for namespaces one set is for all.
  const modeOf = createModes(policy, snapshot);
  const modes =
    policy.namespaces.length === 0
      ? ''
      : rules.map(({ id }) =>
          modeOf(id, namespace) === 'enforce' ? 'e' : modeOf(id, namespace) === 'off' ? 'o' : 's',
        );
  const key = `${isForControlPlane ? 'c' : 'p'}${modes}`;
  let found = byModes.get(key);
  if (found === undefined) {
    const running = rules.filter(
      ({ id, isForPeople = false }) => modeOf(id, namespace) !== 'off' && !(isForControlPlane && isForPeople),
    );
    found = prepareRules(running, (id) => modeOf(id, namespace) === 'enforce');
    byModes.set(key, found);
  }
  return found;
}
