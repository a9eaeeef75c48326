// The webhook as a cluster meets it: objects come one after the other, and each is judged by what has come before.
import { admit, type Corridor } from '../../src/admission/admit.ts';
import { parseReview } from '../../src/admission/review.ts';
import type { Facts } from '../../src/facts/facts.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { RULES } from '../../src/rules/index.ts';
import { judge } from '../../src/rules/judge.ts';
import { createSnapshot, type Knowledge } from '../../src/snapshot/snapshot.ts';
import { EXEMPTIONS, TODAY } from './corridor.ts';
import type { RawObject } from './objects.ts';
import { reviewOf } from './reviews.ts';

export interface Arrival {
  readonly allowed: boolean;
  readonly message: string;
  readonly warnings: readonly string[];
  /** `rule of Kind/namespace/name`, the neighbours' among them. */
  readonly rules: readonly string[];
}

const loaded = loadPolicy(
  undefined,
  RULES.map(({ id }) => id),
);

/** The shipped policy, with every rule that refuses made to warn. */
export const WARNING_POLICY: Policy = {
  ...loaded.policy,
  modes: new Map([...loaded.policy.modes].map(([id, mode]) => [id, mode === 'off' ? 'off' : 'warn'])),
};

export interface ArrivalOptions {
  readonly knowledge?: Knowledge;
  readonly policy?: Policy;
}

/** @returns the answer of /validate to each; an object that comes twice is an UPDATE; what is refused is not stored */
export function checkWith(objects: readonly RawObject[], facts: Facts, options: ArrivalOptions = {}): Arrival[] {
  const { knowledge = 'listed', policy = loaded.policy } = options;
  const stored = new Map<string, { readonly raw: RawObject; readonly object: KubernetesObject }>();
  return objects.map((raw) => {
    const object = parseObject(raw);
    if (object === undefined) throw new TypeError('no kind that the guard reads');
    const key = `${object.kind}/${object.metadata.namespace}/${object.metadata.name}`;
    const old = stored.get(key);
    const snapshot = createSnapshot(
      [...stored.values()].map((entry) => entry.object),
      knowledge,
    );
    const corridor: Corridor = { rules: RULES, apps: loaded.apps, policy, facts, snapshot, today: TODAY };
    const parsed = parseReview(reviewOf(raw, old === undefined ? {} : { old: old.raw }));
    if (!parsed.ok) throw new TypeError(parsed.detail);
    const { answer, findings } = admit('validate', parsed.review, corridor);
    const { allowed, status, warnings = [] } = answer.response;
    if (allowed) stored.set(key, { raw, object });
    const rules = findings.map(({ finding }) => `${finding.rule} of ${nameIn(finding.object)}`);
    return { allowed, message: status?.message ?? '', warnings, rules };
  });
}

function nameIn({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.namespace}/${metadata.name}`;
}

/** What is found in the end, when everything is there: the findings of `check` on the same objects. */
export function findAtTheEnd(objects: readonly RawObject[], facts: Facts): string[] {
  const parsed = objects.flatMap((raw) => parseObject(raw) ?? []);
  const snapshot = createSnapshot(parsed, 'listed');
  const { apps, policy } = loaded;
  return parsed.flatMap((object) => {
    const input = {
      rules: RULES,
      object,
      old: undefined,
      snapshot,
      facts,
      apps,
      trustsObserved: policy.trustsObserved,
      exemptions: EXEMPTIONS,
      injects: true,
    };
    return judge(input).findings.map(({ rule }) => `${rule} of ${nameIn(object)}`);
  });
}
