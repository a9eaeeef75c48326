// The webhook as a cluster meets it: objects come one after the other, and each is judged by what has come before.
import { admit } from '../../src/admission/admit.ts';
import { parseReview } from '../../src/admission/review.ts';
import type { Facts } from '../../src/facts/facts.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { RULES } from '../../src/rules/index.ts';
import { createSnapshot, type KnownKinds } from '../../src/snapshot/snapshot.ts';
import type { Corridor } from '../../src/verdict/corridor.ts';
import type { RawObject } from './objects.ts';
import { reviewOf } from './reviews.ts';
import { TODAY } from './rule-ids.ts';

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

export interface ArrivalOptions {
  readonly known?: KnownKinds;
  readonly policy?: Policy;
}

/** @returns the answer of /validate to each; an object that comes twice is an UPDATE; what is refused is not stored */
export function checkWith(objects: readonly RawObject[], facts: Facts, options: ArrivalOptions = {}): Arrival[] {
  const { known = 'listed', policy = loaded.policy } = options;
  const stored = new Map<string, { readonly raw: RawObject; readonly object: KubernetesObject }>();
  return objects.map((raw) => {
    const object = parseObject(raw);
    if (object === undefined) throw new TypeError('no kind that the guard reads');
    const key = `${object.kind}/${object.metadata.namespace}/${object.metadata.name}`;
    const old = stored.get(key);
    const snapshot = createSnapshot(
      [...stored.values()].map((entry) => entry.object),
      known,
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
