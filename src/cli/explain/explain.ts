// `explain`: the plan of an Ingress, from files or a cluster: what Google's load balancer would be, and where it breaks.
// With a cluster, what is seen there is beside it; with both, the files lie over the cluster, as after an apply.

import { AppError } from '../../errors.ts';
import type { Facts } from '../../facts/facts.ts';
import { indexNamespaces } from '../../judge/elsewhere.ts';
import type { Rule } from '../../judge/rule.ts';
import type { Ingress } from '../../kubernetes/objects.ts';
import { otherSettings } from '../../learned/hints.ts';
import { nearest } from '../../nearest.ts';
import type { AppCatalogue } from '../../plan/app.ts';
import { settingsAsStored } from '../../plan/plan-input.ts';
import { loadPolicy } from '../../policy/load.ts';
import { explainAllJson, explainJson } from '../../report/explain-json.ts';
import { renderExplainText } from '../../report/explain-text.ts';
import type { ExplainedPlan } from '../../report/explained-plan.ts';
import { renderHtmlPage } from '../../report/html/page.ts';
import { jsonText } from '../../report/json-text.ts';
import { notFinalLine } from '../../report/not-final.ts';
import { renderQuiet } from '../../report/quiet-lines.ts';
import { RULES } from '../../rules/index.ts';
import { askShown, hasUnhealthy, isUnheard } from '../ask/ask-shown.ts';
import { type ClusterSources, gatherCluster } from '../cluster/gather-cluster.ts';
import { exceptSystemBackend, knownOfFinal, type Rested, summarise, takeFinal } from '../files/final.ts';
import { readManifests } from '../files/manifests.ts';
import { createNeighbourhoods } from '../files/neighbourhood.ts';
import { failureLine, refusedLine } from '../files/reading-report.ts';
import { isRefused, namespaceOf, plansOfFiles, storeObjects } from '../files/stored-objects.ts';
import { EXIT, type ExitCode, type Io, today } from '../io.ts';
import { appsWithLearned, learnedInput } from '../learned-apps.ts';
import { givenOptions, madeOf } from '../page-made.ts';
import { readForExplain } from './explain-live.ts';
import { createExplainer } from './explainer.ts';

export interface ExplainOptions extends ClusterSources {
  /** NAME or ingress/NAME; undefined for all that GKE serves. */
  readonly ingress: string | undefined;
  readonly namespace: string | undefined;
  readonly paths: readonly string[];
  readonly policy: string | undefined;
  readonly format: 'text' | 'json' | 'html';
  /** Every Ingress, those that GKE does not serve too. */
  readonly all: boolean;
  /** As text: a line an error and a warning, and nothing else. */
  readonly quiet: boolean;
  /** False explains objects as written. */
  readonly mutate: boolean;
  /** Of the cluster. */
  readonly allNamespaces: boolean;
  /** Whether files are everything there is, so that what is not in them does not exist. */
  readonly complete: boolean;
  /** Of the program. */
  readonly version: string;
  /** Whether running Pods are asked. */
  readonly ask: boolean;
  /** Directory of a policy for what was learned; undefined: it is printed only. */
  readonly saveApp: string | undefined;
}

interface FoundPlan extends ExplainedPlan {
  /** Its file, or that it is in the cluster. */
  readonly place: string;
  readonly isInFile: boolean;
  /** The same with another catalogue. */
  again(apps: AppCatalogue): FoundPlan;
}

/**
 * @throws AppError option-invalid where the Ingress is not there, or not the only one of its name
 * @throws AppError cluster-unreachable, facts-invalid, file-unreadable
 */
export async function explain(options: ExplainOptions, io: Io): Promise<ExitCode> {
  const {
    policy,
    apps: catalogue,
    appFiles,
  } = loadPolicy(
    options.policy,
    RULES.map(({ id }) => id),
  );
  const apps = appsWithLearned(catalogue);
  const { objects, failures, files } = await readManifests(options.paths, io.readStdin);
  const final = takeFinal(objects, files);
  const { manifests } = final;
  const known = gatherCluster(options, io, (cluster, controller) =>
    readForExplain(cluster, manifests, controller, options),
  );
  const { facts, live, context } = await orFiles(options, known);
  const storing = { facts, policy, mutates: options.mutate, ...namespaceOf(options), ...live };
  const written = storeObjects(manifests, storing);
  const stored = written.filter(({ object }) => !isRefused(object));
  const refused = written.filter(({ object }) => isRefused(object));
  const corridor = { rules: RULES, facts, policy, apps, today: today() };
  const neighbours = createNeighbourhoods(
    stored,
    exceptSystemBackend(
      knownOfFinal(
        options.complete,
        failures,
        final,
        refused.map(({ object }) => object),
        options.namespace,
      ),
      facts,
    ),
    live?.cluster.snapshot,
  );
  const elsewhere = indexNamespaces([...stored.map(({ object }) => object), ...(live?.cluster.objects ?? [])]);
  const rested: Rested[] = [];
  const explainOne = createExplainer(corridor, stored, {
    elsewhere,
    isLive: live !== undefined,
    hints: otherSettings(learnedInput()),
    final,
    rested,
  });
  const found = [
    ...stored.flatMap(({ object, live: old, manifest: { file } }): FoundPlan[] => {
      if (object.kind !== 'Ingress' || !isAsked(object, options)) return [];
      // The file's own version of the Ingress is the one that is planned, and the one that its neighbours see.
      const explain = (apps = corridor.apps): FoundPlan => {
        const snapshot = neighbours(file).overlay(object);
        const explained = explainOne(object, snapshot, plansOfFiles(stored, storing), file, apps);
        const seen = old?.kind === 'Ingress' ? live?.see(old, explained) : undefined;
        return { ...explained, place: file, isInFile: true, seen, again: explain };
      };
      return [explain()];
    }),
    ...(live?.ingressesBeside(stored) ?? []).flatMap((ingress): FoundPlan[] => {
      if (!isAsked(ingress, options)) return [];
      const explain = (apps = corridor.apps): FoundPlan => {
        const explained = explainOne(ingress, neighbours(undefined), settingsAsStored(facts), undefined, apps);
        const seen = live?.see(ingress, explained);
        return { ...explained, place: 'in the cluster', isInFile: false, seen, again: explain };
      };
      return [explain()];
    }),
  ];
  for (const failure of failures) io.err(`${failureLine(failure)}\n`);
  for (const { manifest, object } of refused) io.err(`${refusedLine(manifest, object)}\n`);
  const notFinal = notFinalLine(summarise(final, rested));
  if (notFinal !== '' && !options.quiet) io.err(`${notFinal}\n`);
  const chosen = choose(found, { ...options, scope: live?.scope });
  const shown =
    options.ask && live !== undefined
      ? await askShown(chosen, { ...options, snapshot: live.cluster.snapshot, apps, appFiles }, io)
      : chosen;
  if (options.format === 'html') io.out(renderHtml(shown, found.length, options, { facts, context }));
  else if (options.format === 'json') io.out(renderJson(shown, options));
  else io.out(renderText(shown, found.length, options, io.hasColour));
  const asked = shown.flatMap((plan) => plan.asked?.targets ?? []);
  if (failures.length > 0 || isUnheard(asked)) return EXIT.failed;
  const hasErrors = shown.some(({ findings }) =>
    findings.some(({ finding }) => finding.isCertain && finding.severity === 'error'),
  );
  return hasErrors || hasUnhealthy(asked) ? EXIT.findings : EXIT.clean;
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

function isAsked({ metadata }: Ingress, { namespace }: ExplainOptions): boolean {
  return namespace === undefined || metadata.namespace === namespace;
}

type Chosen = ExplainOptions & {
  /** Where was looked in the cluster, in words; undefined for files. */
  readonly scope: string | undefined;
};

/** What is shown: all, the one that is asked for, or those that GKE has to do with. */
function choose(found: readonly FoundPlan[], options: Chosen): readonly FoundPlan[] {
  if (options.all) return found;
  if (options.ingress !== undefined || options.format === 'json') return [chooseOne(found, options)];
  // What is of another class, and has nothing left of GKE's, is somebody else's.
  return found.filter(
    ({ plan, seen }) => plan.served.served || plan.class.isClaimed || (seen?.differences.length ?? 0) > 0,
  );
}

function renderJson(shown: readonly FoundPlan[], { all }: ExplainOptions): string {
  const [only] = shown;
  const document = all || only === undefined ? explainAllJson(shown) : explainJson(only);
  return jsonText(document);
}

const OF_CLUSTER = new Set(
  (RULES as readonly Rule[]).flatMap(({ id, isAboutCluster }) => (isAboutCluster ? [id] : [])),
);

function renderText(shown: readonly FoundPlan[], all: number, options: ExplainOptions, hasColour: boolean): string {
  if (options.quiet)
    return renderQuiet(
      shown.flatMap(({ findings }) => findings),
      hasColour,
    );
  const left = leftOutLine(shown, all, options);
  if (left === '') return renderExplainText(shown, hasColour, OF_CLUSTER);
  const text = shown.length === 0 ? '' : `${renderExplainText(shown, hasColour, OF_CLUSTER)}\n`;
  return `${text}${left}\n`;
}

function renderHtml(
  shown: readonly FoundPlan[],
  all: number,
  options: ExplainOptions,
  { facts, context }: { readonly facts: Facts; readonly context: string | undefined },
): string {
  const { ingress, paths: files, live, version, namespace, allNamespaces, complete, mutate, policy } = options;
  const words = [
    ...['explain', ...(ingress === undefined ? [] : [ingress]), ...files.map((file) => `--filename=${file}`)],
    ...givenOptions({ namespace, kubeconfig: live?.kubeconfig, context, facts: options.facts, policy }),
    ...Object.entries({ all: options.all, 'all-namespaces': allNamespaces, complete, 'no-mutate': !mutate }).flatMap(
      ([name, isGiven]) => (isGiven ? [`--${name}`] : []),
    ),
  ];
  const cluster = live === undefined ? undefined : { context };
  const scope = [
    ...(namespace === undefined ? [] : [`namespace "${namespace}"`]),
    ...(ingress === undefined ? [] : [ingress]),
  ];
  return renderHtmlPage({
    made: madeOf({ words, files, cluster, facts, scope, version }),
    plans: shown.map((one) => ({ ...one, place: one.isInFile ? one.place : '' })),
    others: [],
    ofCluster: OF_CLUSTER,
    leftOut: leftOutLine(shown, all, options),
  });
}

/** Of Ingresses that are not shown, because they are somebody else's; "" for none. */
function leftOutLine(shown: readonly FoundPlan[], all: number, options: ExplainOptions): string {
  const others = all - shown.length;
  if (options.all || options.ingress !== undefined || others === 0) return '';
  const count = others === 1 ? '1 Ingress' : `${others} Ingresses`;
  const where = options.live === undefined ? 'of the input' : 'of the cluster';
  const them = others === 1 ? 'it' : 'them';
  return `GKE does not serve ${count} ${where}; --all explains ${them} too.`;
}

/** The one that is asked for, or the only one there is. */
function chooseOne(found: readonly FoundPlan[], { ingress, namespace, scope }: Chosen): FoundPlan {
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
  const where = namespace === undefined ? (scope ?? 'in the input') : `in namespace ${JSON.stringify(namespace)}`;
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
