// `explain`: the plan of an Ingress, from files or a cluster: what Google's load balancer would be, and where it breaks.
// With a cluster, what is seen there stands beside it; with both, the files lie over the cluster, as after an apply.
import { exemptionSettings } from '../admission/admit.ts';
import { AppError } from '../errors.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { nearest } from '../nearest.ts';
import { createPlanner, type IngressPlan } from '../plan/plan.ts';
import { loadPolicy } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import { explainAllJson, explainJson } from '../report/explain-json.ts';
import type { SeenReport } from '../report/explain-seen.ts';
import { renderExplainText } from '../report/explain-text.ts';
import { findAppProblems } from '../rules/app-problems.ts';
import { RULES } from '../rules/index.ts';
import type { Rule, SharedContext } from '../rules/rule.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { readForExplain } from './explain-live.ts';
import { EXIT, type ExitCode, type Io, today } from './io.ts';
import { type ClusterSources, knowCluster } from './know-cluster.ts';
import { readManifests } from './manifests.ts';
import { createNeighbourhoods } from './neighbourhood.ts';
import { failureLine } from './reading-report.ts';
import { storeObjects } from './stored-objects.ts';

export interface ExplainOptions extends ClusterSources {
  /** NAME or ingress/NAME; undefined for all that GKE serves. */
  readonly ingress: string | undefined;
  readonly namespace: string | undefined;
  readonly paths: readonly string[];
  readonly policy: string | undefined;
  readonly format: 'text' | 'json';
  /** Every Ingress, those that GKE does not serve too. */
  readonly all: boolean;
  /** False explains objects as written. */
  readonly mutate: boolean;
  /** Of the cluster. */
  readonly allNamespaces: boolean;
}

interface FoundPlan {
  readonly plan: IngressPlan;
  /** Its file, or that it is in the cluster. */
  readonly place: string;
  readonly seen: SeenReport | undefined;
}

/**
 * @throws AppError option-invalid where the Ingress is not there, or not the only one of its name
 * @throws AppError cluster-unreachable, facts-invalid, file-unreadable
 */
export async function explain(options: ExplainOptions, io: Io): Promise<ExitCode> {
  const { policy, apps } = loadPolicy(
    options.policy,
    RULES.map(({ id }) => id),
  );
  const { objects: manifests, failures } = await readManifests(options.paths, io.readStdin);
  const known = knowCluster(options, io, (cluster, controller) =>
    readForExplain(cluster, manifests, controller, options),
  );
  const { facts, live } = await orFiles(options, known);
  const stored = storeObjects(manifests, { facts, policy, mutates: options.mutate, ...live });
  const neighbours = createNeighbourhoods(stored, live?.cluster.snapshot);
  const planOf = createFullPlanner({ facts, policy, apps, injects: options.mutate });
  const found = [
    ...stored.flatMap(({ object, live: old, manifest: { file } }): FoundPlan[] => {
      if (object.kind !== 'Ingress' || !isAsked(object, options)) return [];
      // The file's own version of the Ingress is the one that is planned, and the one that its neighbours see.
      const plan = planOf(object, neighbours(file).overlay(object));
      return [{ plan, place: file, seen: old?.kind === 'Ingress' ? live?.see(old, plan, facts) : undefined }];
    }),
    ...(live?.ingressesBeside(stored) ?? []).flatMap((ingress): FoundPlan[] => {
      if (!isAsked(ingress, options)) return [];
      const plan = planOf(ingress, neighbours(undefined));
      return [{ plan, place: 'in the cluster', seen: live?.see(ingress, plan, facts) }];
    }),
  ];
  for (const failure of failures) io.err(`${failureLine(failure)}\n`);
  if (options.format === 'json') io.out(renderJson(found, options));
  else io.out(renderText(found, options, io.hasColour));
  return failures.length > 0 ? EXIT.failed : EXIT.clean;
}

/** Whoever gave no file may not have meant the cluster. */
async function orFiles<T>({ paths }: ExplainOptions, cluster: Promise<T>): Promise<T> {
  try {
    return await cluster;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'cluster-unreachable' || paths.length > 0) throw error;
    throw new AppError(error.code, `${error.detail} (To explain files instead, name them with -f.)`, { cause: error });
  }
}

/** With what a plan alone does not have: what a known app answers to the health check. */
function createFullPlanner({
  policy,
  ...known
}: Pick<SharedContext, 'facts' | 'apps' | 'injects'> & { readonly policy: Policy }): (
  ingress: Ingress,
  snapshot: Snapshot,
) => IngressPlan {
  const rules: readonly Rule[] = RULES;
  const exemptions = exemptionSettings({ policy, today: today(), rules });
  const shared = { ...known, exemptions, trustsObserved: policy.trustsObserved };
  return (ingress, snapshot) => {
    const plan = createPlanner(snapshot, known.facts).planOf(ingress);
    const answers = findAppProblems(plan, rules, { ...shared, snapshot });
    return { ...plan, problems: [...plan.problems, ...answers] };
  };
}

function isAsked({ metadata }: Ingress, { namespace }: ExplainOptions): boolean {
  return namespace === undefined || metadata.namespace === namespace;
}

function renderJson(found: readonly FoundPlan[], options: ExplainOptions): string {
  const seenOf = seenIn(found);
  const document = options.all
    ? explainAllJson(
        found.map(({ plan }) => plan),
        seenOf,
      )
    : explainJson(chooseOne(found, options).plan, seenOf);
  return `${JSON.stringify(document, null, 2)}\n`;
}

function seenIn(found: readonly FoundPlan[]): (plan: IngressPlan) => SeenReport | undefined {
  const reports = new Map(found.map(({ plan, seen }) => [plan, seen]));
  return (plan) => reports.get(plan);
}

function renderText(found: readonly FoundPlan[], options: ExplainOptions, hasColour: boolean): string {
  const render = (shown: readonly FoundPlan[]): string =>
    renderExplainText(
      shown.map(({ plan }) => plan),
      { hasColour, seenOf: seenIn(shown) },
    );
  if (options.all) return render(found);
  if (options.ingress !== undefined) return render([chooseOne(found, options)]);
  // What is of another class, and has nothing left of GKE's, is somebody else's.
  const shown = found.filter(
    ({ plan, seen }) => plan.served || plan.class.isClaimed || (seen?.differences.length ?? 0) > 0,
  );
  if (shown.length === found.length) return render(found);
  const others = found.length - shown.length;
  const count = others === 1 ? '1 Ingress' : `${others} Ingresses`;
  const where = options.live === undefined ? 'of the input' : 'of the cluster';
  const them = others === 1 ? 'it' : 'them';
  const text = shown.length === 0 ? '' : `${render(shown)}\n`;
  return `${text}GKE does not serve ${count} ${where}; --all explains ${them} too.\n`;
}

/** The one that is asked for, or the only one there is. */
function chooseOne(found: readonly FoundPlan[], { ingress, namespace, live }: ExplainOptions): FoundPlan {
  const wanted = ingress?.replace(/^(ingress|ingresses|ing)(\.networking\.k8s\.io)?\//, '');
  const matching = wanted === undefined ? found : found.filter(({ plan }) => plan.ingress.metadata.name === wanted);
  const [first, second] = matching;
  if (first !== undefined && second === undefined) return first;
  const list = (plans: readonly FoundPlan[]): string => [...new Set(plans.map(inWords))].join(', ');
  if (first !== undefined) {
    throw new AppError(
      'option-invalid',
      `There are several: ${list(matching)}. Name one (with -n for its namespace), or use --all.`,
    );
  }
  const where =
    namespace === undefined ? (live === undefined ? 'in the input' : 'here') : `in namespace "${namespace}"`;
  if (wanted === undefined || found.length === 0) throw new AppError('option-invalid', `There is no Ingress ${where}.`);
  const guess = nearest(
    wanted,
    found.map(({ plan }) => plan.ingress.metadata.name),
  );
  const hint = guess === undefined ? `There are: ${list(found)}.` : `Did you mean "${guess}"?`;
  throw new AppError('option-invalid', `There is no Ingress "${wanted}" ${where}. ${hint}`);
}

function inWords({ plan, place }: FoundPlan): string {
  const { namespace, name } = plan.ingress.metadata;
  return `${namespace}/${name} (${place})`;
}
