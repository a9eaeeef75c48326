// Plans and findings as the data of a page: a card for each Ingress, and one for each object beside them that has a finding.
import type { Finding } from '../../judge/finding.ts';
import { formatName, formatPath, referenceTo } from '../../kubernetes/field-path.ts';
import { nameOf } from '../../kubernetes/objects.ts';
import { phraseOf } from '../../plan/conditions.ts';
import type { Place } from '../../plan/fault.ts';
import { shellCommand } from '../../shell-quote.ts';
import { type ClusterCause, groupClusterCauses } from '../explain-overview.ts';
import type { ExplainedPlan, LocatedExplanation } from '../explained-plan.ts';
import { messageOf } from '../finding-json.ts';
import { createFingerprints } from '../pipeline-finding.ts';
import { planView } from './plan-view.ts';
import type { CardView, CauseView, FindingView, MadeView, PageView, Stage } from './view.ts';

export interface PageInput {
  readonly made: MadeView;
  readonly plans: readonly PlacedPlan[];
  /** Of objects that are behind no Ingress of `plans`. */
  readonly others: readonly Finding[];
  /** Rules whose cause is the cluster's. */
  readonly ofCluster: ReadonlySet<string>;
  readonly leftOut: string;
}

export interface PlacedPlan extends ExplainedPlan {
  /** Its file; "" for one of a cluster. */
  readonly place: string;
}

export function pageView({ made, plans, others, ofCluster, leftOut }: PageInput): PageView {
  const groups = groupClusterCauses(plans, ofCluster);
  const causeOf = new Map(groups.flatMap((same, index) => same.map(({ found }) => [found, index] as const)));
  const keys = keysOf(plans);
  const cards = plans.map((explained): CardView => {
    const { plan, findings, place } = explained;
    const { namespace, name } = plan.ingress.metadata;
    const fingerprintOf = createFingerprints();
    const views = findings.map((found) => locatedView(found, fingerprintOf(found.finding), causeOf.get(found)));
    const key = keys.get(explained) ?? '';
    return { key, kind: 'Ingress', namespace, name, place, findings: views, plan: planView(explained) };
  });
  const all = [...cards, ...otherCards(others)];
  return { made, leftOut, causes: groups.flatMap((same) => causeView(same, keys)), cards: worstCardsFirst(all) };
}

/** NAMESPACE/NAME, and its place too where several files have one of that name. */
function keysOf(plans: readonly PlacedPlan[]): ReadonlyMap<ExplainedPlan, string> {
  const used = new Set<string>();
  const keys = new Map<ExplainedPlan, string>();
  for (const explained of plans) {
    const { namespace, name } = explained.plan.ingress.metadata;
    const short = `${namespace}/${name}`;
    let key = used.has(short) ? `${short}@${explained.place}` : short;
    while (used.has(key)) key += "'";
    used.add(key);
    keys.set(explained, key);
  }
  return keys;
}

function causeView(same: readonly ClusterCause[], keys: ReadonlyMap<ExplainedPlan, string>): readonly CauseView[] {
  const [first] = same;
  if (first === undefined) return [];
  const { rule, fix } = first.found.finding;
  const id = `${rule} ${fix.text}`;
  return [
    { finding: locatedView(first.found, id, undefined), stops: same.map(({ explained }) => keys.get(explained) ?? '') },
  ];
}

function otherCards(others: readonly Finding[]): readonly CardView[] {
  const objects = Map.groupBy(others, ({ object }) => nameOf(object));
  return [...objects].map(([key, findings]) => {
    const fingerprintOf = createFingerprints();
    const [{ object } = { object: undefined }] = findings;
    const { namespace = '', name = '' } = object?.metadata ?? {};
    const views = findings.map((finding) => findingView(finding, fingerprintOf(finding), 'ingress'));
    return { key, kind: object?.kind ?? '', namespace, name, place: '', findings: views };
  });
}

function locatedView(
  { finding, place, file, line }: LocatedExplanation,
  id: string,
  cause: number | undefined,
): FindingView {
  const where = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}`;
  const view = { ...findingView(finding, id, stageOf(finding, place)), place: where };
  return cause === undefined ? view : { ...view, cause };
}

/** Of a hash: enough to tell the findings of a card apart. */
const ID_LENGTH = 12;

function findingView(finding: Finding, id: string, stage: Stage): FindingView {
  const { rule, severity, isCertain, condition, object, path, elsewhere, fix } = finding;
  const commands = [...fix.commands, ...fix.alternatives.flatMap((one) => one.commands)];
  return {
    id: id.slice(0, ID_LENGTH),
    ...{ rule, severity, certain: isCertain, elsewhere, stage, place: '' },
    condition: condition === undefined ? '' : `${condition}, ${phraseOf(condition)}`,
    object: formatName(referenceTo(object)),
    path: formatPath(path),
    message: messageOf(finding),
    fix: fix.text,
    commands: commands.map(shellCommand),
  };
}

const PODS = /^(?:Pod|Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Job|CronJob)$/;

/** A place of the plan says which backend; the field says which link of its chain. */
function stageOf({ object, path, rule }: Finding, { at }: Place): Stage {
  if (at === 'default') return 'path';
  if (at !== 'backend') return at;
  const isOfProbe = path.some((key) => key === 'readinessProbe' || key === 'healthCheck');
  if (isOfProbe || rule.startsWith('probe-') || rule.startsWith('health-check-')) return 'health';
  return PODS.test(object.kind) ? 'pods' : 'service';
}

function worstCardsFirst(cards: readonly CardView[]): readonly CardView[] {
  const weight = ({ findings }: CardView): number =>
    findings.reduce((sum, { severity, certain }) => sum + (certain ? WEIGHTS[severity] : 1), 0);
  const weights = new Map(cards.map((card) => [card, weight(card)]));
  return cards.toSorted((a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0) || (a.key < b.key ? -1 : 1));
}

const WEIGHTS = { error: 1_000_000, warning: 1000, info: 1 } as const;
