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
import { createSnapshot, type KnownKinds, WORKLOAD_KINDS } from '../../src/snapshot/snapshot.ts';
import { type Corridor, judgeSettings } from '../../src/verdict/corridor.ts';
import type { RawObject } from './objects.ts';
import { remembered } from './remembered.ts';
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

/** An hour after the one before of those whose ages are compared, so that what came first is the older one. */
function storedAt(raw: RawObject, age: number): RawObject {
  const metadata = raw['metadata'];
  const creationTimestamp = new Date(Date.UTC(2026, 0, 1, age)).toISOString();
  return { ...raw, metadata: { ...(typeof metadata === 'object' ? metadata : {}), creationTimestamp } };
}

const isWorkloadKind = (kind: string): boolean => WORKLOAD_KINDS.some((one) => one === kind);

/** Ages are compared among objects of one kind, and among all that run the Pods of a Service. */
function comparedAs(raw: RawObject): string {
  const kind = String(raw['kind']);
  return isWorkloadKind(kind) ? 'workload' : kind;
}

/** The objects that are stored at one time, and what the webhook says then of what comes next. */
interface Moment {
  readonly stored: readonly KubernetesObject[];
  answerTo(raw: RawObject): readonly Finding[];
}

/**
 * The webhook over objects that come one after the other. Many orders lead to the same objects, and it is asked about them once:
 * and hands out the same `stored` for them.
 *
 * @returns a function of the objects in the order in which they come; those that the webhook is not sent are there before
 */
export function arrivals({ facts, policy = WARNING_POLICY }: Settings): (raws: readonly RawObject[]) => Arrivals {
  const answer = (raw: RawObject, stored: Moment['stored']): readonly Finding[] => {
    const snapshot = createSnapshot(stored, 'everything');
    const corridor: Corridor = { rules: RULES, apps: loaded.apps, policy, facts, snapshot, today: TODAY };
    const parsed = parseReview(reviewOf(raw));
    if (!parsed.ok) throw new TypeError(parsed.detail);
    const { findings, failures } = admit('validate', parsed.review, corridor);
    if (failures.length > 0) throw failures[0]?.error;
    return findings.map(({ finding }) => finding).filter(({ rule }) => !ABOUT_FACTS.has(rule));
  };
  // The webhook is not asked about namespaces that the policy leaves out.
  const isAdmitted = remembered(
    (raw: RawObject) =>
      ADMITTED.includes(String(raw['kind'])) && !policy.isExcluded(parseObject(raw)?.metadata.namespace ?? ''),
  );
  // The same object each time, so that what is read of it is read once.
  const atAge = remembered((raw: RawObject) => remembered((age: number) => parseObject(storedAt(raw, age))));
  let count = 0;
  const numberOf = remembered((_: KubernetesObject) => count++);
  const moments = new Map<string, Moment>();
  const momentOf = (stored: Moment['stored']): Moment => {
    const key = stored
      .map(numberOf)
      .toSorted((a, b) => a - b)
      .join();
    const moment = moments.get(key) ?? { stored, answerTo: remembered((raw: RawObject) => answer(raw, stored)) };
    moments.set(key, moment);
    return moment;
  };
  return (raws) => {
    const said: Finding[] = [];
    const ages = new Map<string, number>();
    const stored = new Map<string, KubernetesObject>();
    for (const raw of [...raws.filter((one) => !isAdmitted(one)), ...raws.filter(isAdmitted)]) {
      if (isAdmitted(raw)) said.push(...momentOf([...stored.values()]).answerTo(raw));
      const age = ages.get(comparedAs(raw)) ?? 0;
      ages.set(comparedAs(raw), age + 1);
      const object = atAge(raw)(age);
      if (object !== undefined) stored.set(formatName(referenceTo(object)), object);
    }
    return { said, stored: momentOf([...stored.values()]).stored };
  };
}
