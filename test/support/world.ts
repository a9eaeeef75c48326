// The doors of the guard over one set of objects, each as it works in earnest: what `check` finds, what `explain` marks, and what
// the webhook says when the objects come one after the other.
import { admit } from '../../src/admission/admit.ts';
import { ADMISSION_STEPS } from '../../src/admission/left-out.ts';
import { parseReview } from '../../src/admission/review.ts';
import { auditObjects } from '../../src/audit/audit.ts';
import type { Facts } from '../../src/facts/facts.ts';
import { explainFindings } from '../../src/judge/explained.ts';
import type { Finding } from '../../src/judge/finding.ts';
import { createJudge, type Judge } from '../../src/judge/judge.ts';
import { formatName, formatPath, referenceTo } from '../../src/kubernetes/field-path.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import type { PlanSettings } from '../../src/plan/plan-input.ts';
import { settingsAsStored } from '../../src/plan/plan-input.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { RULES } from '../../src/rules/index.ts';
import { createSnapshot, type KnownKinds } from '../../src/snapshot/snapshot.ts';
import { type Corridor, judgeSettings } from '../../src/verdict/corridor.ts';
import type { RawObject } from './objects.ts';
import { reviewOf } from './reviews.ts';
import { TODAY } from './rule-ids.ts';

const loaded = loadPolicy(
  undefined,
  RULES.map(({ id }) => id),
);

/** The shipped policy, with every rule that refuses made to warn, so that everything is stored. */
export const WARNING_POLICY: Policy = {
  ...loaded.policy,
  modes: new Map([...loaded.policy.modes].map(([id, mode]) => [id, mode === 'off' ? 'off' : 'warn'])),
};

/** Kinds that the webhook is sent; the others are known before anything of these comes. */
export const ADMITTED: readonly string[] = [
  'Ingress',
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'BackendConfig',
  'FrontendConfig',
  'ManagedCertificate',
];

export interface Said {
  /** `rule Kind/namespace/name path` */
  readonly key: string;
  /** Everything that a reader sees of it. */
  readonly words: string;
  readonly isCertain: boolean;
  readonly isLate: boolean;
}

export function inWords(finding: Finding): Said {
  const { rule, object, path, message, fix, severity, isCertain, isLate, identity } = finding;
  const name = `${rule} ${formatName(referenceTo(object))}`;
  return {
    key: `${name} ${identity}`,
    words: `${isCertain ? '' : 'possible '}${severity} ${name} ${formatPath(path)}: ${message} Fix: ${fix.text}`,
    isCertain,
    isLate,
  };
}

export interface Settings {
  readonly facts: Facts;
  readonly known?: KnownKinds;
  readonly plans?: PlanSettings;
  readonly policy?: Policy;
}

export function judgeOver(
  objects: readonly KubernetesObject[],
  { facts, known = 'everything', plans, policy }: Settings,
): Judge {
  const snapshot = createSnapshot(objects, known);
  const corridor = { rules: RULES, apps: loaded.apps, policy: policy ?? WARNING_POLICY, facts, today: TODAY };
  return createJudge(judgeSettings(corridor, snapshot, 'shop', plans ?? settingsAsStored(facts)), snapshot);
}

/** Rules that say what is not known of the cluster: one line in `check`, no finding. */
export const ABOUT_FACTS = new Set(RULES.flatMap((rule) => (rule.reportsUnknownFact === undefined ? [] : [rule.id])));

/** @returns what `check` finds on each object, and what it would if no finding silenced another */
export function checked(
  objects: readonly KubernetesObject[],
  settings: Settings,
): { readonly findings: readonly Finding[]; readonly superseded: readonly Finding[] } {
  const judge = judgeOver(objects, settings);
  const judged = objects.filter(({ metadata }) => !loaded.policy.isExcluded(metadata.namespace));
  const judgements = judged.map((object) => judge.judge(object));
  const isFinding = ({ rule }: Finding): boolean => !ABOUT_FACTS.has(rule);
  return {
    findings: judgements.flatMap(({ findings }) => findings).filter(isFinding),
    superseded: judgements.flatMap(({ superseded }) => superseded).filter(isFinding),
  };
}

/** What `audit` finds: of the same objects, certain errors and warnings. */
export function audited(objects: readonly KubernetesObject[], facts: Facts): readonly Finding[] {
  const snapshot = createSnapshot(objects, 'everything');
  const corridor = { rules: RULES, apps: loaded.apps, policy: WARNING_POLICY, facts, today: TODAY, snapshot };
  return [...auditObjects(objects, { corridor, steps: ADMISSION_STEPS })].flatMap(({ findings, exempted }) =>
    [...findings, ...exempted].map(({ finding }) => finding),
  );
}

/** What `explain --all` marks on the chains of all Ingresses. */
export function explained(objects: readonly KubernetesObject[], settings: Settings): readonly Finding[] {
  const judge = judgeOver(objects, settings);
  return objects.flatMap((object) => {
    if (object.kind !== 'Ingress' || loaded.policy.isExcluded(object.metadata.namespace)) return [];
    return explainFindings(judge.planner.planOf(object), judge)
      .map(({ finding }) => finding)
      .filter(({ rule }) => !ABOUT_FACTS.has(rule));
  });
}

export interface Arrivals {
  /** Everything that was said on the way. */
  readonly said: readonly Finding[];
  /** What is stored in the end. */
  readonly stored: readonly KubernetesObject[];
}

/** An hour after another, so that what came first is the older one. */
function storedAt(raw: RawObject, index: number): RawObject {
  const metadata = raw['metadata'];
  const creationTimestamp = new Date(Date.UTC(2026, 0, 1, index)).toISOString();
  return { ...raw, metadata: { ...(typeof metadata === 'object' ? metadata : {}), creationTimestamp } };
}

/** What has come so far, and what comes next was answered before: orders that begin alike are answered alike. */
class Moment {
  readonly stored: ReadonlyMap<string, KubernetesObject>;
  readonly said: readonly Finding[];
  readonly #next = new Map<RawObject, Map<number, Moment>>();

  constructor(stored: ReadonlyMap<string, KubernetesObject>, said: readonly Finding[]) {
    this.stored = stored;
    this.said = said;
  }

  /** @param index in the order: it says how old the object is */
  after(raw: RawObject, index: number, answer: () => readonly Finding[]): Moment {
    const byIndex = this.#next.get(raw) ?? new Map<number, Moment>();
    this.#next.set(raw, byIndex);
    let moment = byIndex.get(index);
    if (moment === undefined) {
      const said = [...this.said, ...answer()];
      const object = parseObject(storedAt(raw, index));
      const name = object === undefined ? undefined : formatName(referenceTo(object));
      moment = new Moment(
        object === undefined || name === undefined ? this.stored : new Map([...this.stored, [name, object]]),
        said,
      );
      byIndex.set(index, moment);
    }
    return moment;
  }
}

/**
 * The webhook over objects that come one after the other.
 *
 * @returns a function of the objects in the order in which they come; those that the webhook is not sent are there before
 */
export function arrivals({ facts, policy = WARNING_POLICY }: Settings): (raws: readonly RawObject[]) => Arrivals {
  const start = new Moment(new Map(), []);
  // The webhook is not asked about namespaces that the policy leaves out.
  const isAdmitted = (raw: RawObject): boolean =>
    ADMITTED.includes(String(raw['kind'])) && !policy.isExcluded(parseObject(raw)?.metadata.namespace ?? '');
  const answer = (raw: RawObject, stored: Moment['stored']): readonly Finding[] => {
    const snapshot = createSnapshot([...stored.values()], 'everything');
    const corridor: Corridor = { rules: RULES, apps: loaded.apps, policy, facts, snapshot, today: TODAY };
    const parsed = parseReview(reviewOf(raw));
    if (!parsed.ok) throw new TypeError(parsed.detail);
    const { findings, failures } = admit('validate', parsed.review, corridor);
    if (failures.length > 0) throw failures[0]?.error;
    return findings.map(({ finding }) => finding).filter(({ rule }) => !ABOUT_FACTS.has(rule));
  };
  return (raws) => {
    let moment = start;
    for (const [index, raw] of raws.entries()) if (!isAdmitted(raw)) moment = moment.after(raw, index, () => []);
    for (const [index, raw] of raws.entries()) {
      const before = moment;
      if (isAdmitted(raw)) moment = moment.after(raw, index, () => answer(raw, before.stored));
    }
    return { said: moment.said, stored: [...moment.stored.values()] };
  };
}
