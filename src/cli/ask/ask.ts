// `ask`: running Pods, asked as Google's health check asks them. By an Ingress it is what `explain --ask` shows of its backends; by a
// workload or a Pod, the checks of every Ingress that leads there, or else the check that its own probe would become.
import type { AskedReport } from '../../asked/asked.ts';
import { withAsked } from '../../asked/asked-apps.ts';
import { type RunningPod, targetsAlone } from '../../asked/targets.ts';
import { indexNamespaces } from '../../judge/elsewhere.ts';
import type { Finding } from '../../judge/finding.ts';
import { createJudge } from '../../judge/judge.ts';
import type { Ingress, Workload } from '../../kubernetes/objects.ts';
import type { BackendPlan } from '../../plan/backend-plan.ts';
import { settingsAsStored } from '../../plan/plan-input.ts';
import { loadPolicy } from '../../policy/load.ts';
import { type AskedBlock, renderAskJson, renderAskText } from '../../report/ask-report.ts';
import { jsonText } from '../../report/json-text.ts';
import { RULES } from '../../rules/index.ts';
import { judgeSettings } from '../../verdict/corridor.ts';
import { type ClusterSources, gatherCluster } from '../cluster/gather-cluster.ts';
import { readForExplain } from '../explain/explain-live.ts';
import { createExplainer } from '../explain/explainer.ts';
import { takeFinal } from '../files/final.ts';
import { EXIT, type ExitCode, type Io, today } from '../io.ts';
import { ABOUT_ANSWERS, type AskSettings, entriesOf, hasUnhealthy, isUnheard, save, withFixes } from './ask-shown.ts';
import { type AskTarget, notThere, parseAskTarget, workloadNamed } from './ask-target.ts';
import { createPodAsker, FIX_OF_RULE, type PodAsker, type Wanted } from './pod-asker.ts';

export interface AskOptions extends ClusterSources {
  readonly target: string;
  readonly namespace: string | undefined;
  readonly policy: string | undefined;
  readonly format: 'text' | 'json';
  readonly saveApp: string | undefined;
}

/**
 * @throws AppError option-invalid where the target is not there
 * @throws AppError cluster-unreachable, facts-invalid, policy-invalid
 */
export async function ask(options: AskOptions, io: Io): Promise<ExitCode> {
  const target = parseAskTarget(options.target);
  const { policy, apps, appFiles } = loadPolicy(
    options.policy,
    RULES.map(({ id }) => id),
  );
  const { facts, live } = await gatherCluster(options, io, (reader, controller) =>
    readForExplain(reader, [], controller, { namespace: options.namespace, allNamespaces: false }),
  );
  if (live === undefined) throw new TypeError('ask always has a cluster');
  const { snapshot, objects } = live.cluster;
  const corridor = { rules: RULES, facts, policy, apps, today: today() };
  const elsewhere = indexNamespaces(objects);
  const explainOne = createExplainer(corridor, [], { elsewhere, isLive: true, final: takeFinal([], []), rested: [] });
  const settings: AskSettings = { ...options, apps, appFiles, snapshot };
  const context: AskContext = {
    settings,
    namespace: live.namespace,
    ingresses: live.ingressesBeside([]),
    explain: (ingress, over = apps) => explainOne(ingress, snapshot, settingsAsStored(facts), undefined, over),
    judgeAlone: (workload, over) => {
      const judging = judgeSettings({ ...corridor, apps: over }, snapshot, workload.metadata.namespace);
      return createJudge(judging, snapshot)
        .judge(workload)
        .findings.filter(({ rule }) => ABOUT_ANSWERS.has(rule));
    },
  };
  const asker = await createPodAsker(options.live ?? { kubeconfig: undefined, context: undefined }, io);
  try {
    const blocks = await askAll(target, context, asker);
    const entries = blocks.flatMap(({ asked }) => entriesOf(asked, settings));
    io.out(
      options.format === 'json'
        ? jsonText(renderAskJson(blocks, entries))
        : renderAskText(blocks, entries, io.hasColour),
    );
    save(entries, options.saveApp, io);
    const targets = blocks.flatMap(({ asked }) => asked.targets);
    const isNobodyThere = targets.every((one) => one.asked.length === 0);
    if (isNobodyThere || isUnheard(targets)) return EXIT.failed;
    return hasUnhealthy(targets) ? EXIT.findings : EXIT.clean;
  } finally {
    asker.close();
  }
}

interface AskContext {
  readonly settings: AskSettings;
  readonly namespace: string;
  readonly ingresses: readonly Ingress[];
  readonly explain: (ingress: Ingress, apps?: AskSettings['apps']) => ReturnType<ReturnType<typeof createExplainer>>;
  readonly judgeAlone: (workload: Workload, apps: AskSettings['apps']) => readonly Finding[];
}

async function askAll(target: AskTarget, context: AskContext, asker: PodAsker): Promise<readonly AskedBlock[]> {
  const { namespace, ingresses, settings } = context;
  if (target.kind === 'Ingress') {
    const found = ingresses.find(({ metadata }) => metadata.name === target.name);
    const names = ingresses.map(({ metadata }) => metadata.name);
    if (found === undefined) throw notThere(target, namespace, names);
    return [await askBehind(found, undefined, context, asker)];
  }
  const pod = target.kind === 'Pod' ? await asker.pod(namespace, target.name) : undefined;
  const workload = pod?.object ?? workloadNamed(settings.snapshot, target, namespace, namesOf(target, context));
  const wanted: Wanted = {
    isBackend: ({ service, workloads }) => {
      if (pod === undefined) return workloads.some((one) => isSameWorkload(one, workload));
      return service !== undefined && hasLabels(service.selector, pod.object.podLabels);
    },
    isPod: (one) => (pod === undefined ? hasLabels(workload.podLabels, one.object.podLabels) : isNamed(one, pod)),
  };
  const leading = ingresses.filter((ingress) => {
    const { plan } = context.explain(ingress);
    return (plan.served.served || plan.class.isClaimed) && plan.backends.some(wanted.isBackend);
  });
  if (leading.length === 0) return [await askAlone(workload, pod, context, asker)];
  const blocks: AskedBlock[] = [];
  for (const ingress of leading) blocks.push(await askBehind(ingress, wanted, context, asker));
  return blocks;
}

function namesOf({ kind }: AskTarget, { ingresses, explain }: AskContext): readonly string[] {
  const workloads = ingresses.flatMap((ingress) => explain(ingress).plan.backends.flatMap((one) => one.workloads));
  return [...new Set(workloads.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name))];
}

async function askBehind(
  ingress: Ingress,
  wanted: Wanted | undefined,
  { explain, settings }: AskContext,
  asker: PodAsker,
): Promise<AskedBlock> {
  const heard = await asker.askPlan(explain(ingress).plan, wanted);
  const { findings } = explain(ingress, withAsked(settings.apps, heard.targets, FIX_OF_RULE));
  const about = findings.filter(
    ({ finding, place }) => ABOUT_ANSWERS.has(finding.rule) && place.at === 'backend' && isAsked(heard, place.key),
  );
  const told = new Set(about.flatMap(({ place }) => (place.at === 'backend' ? [place.key] : [])));
  const asked = withFixes(heard, ({ target }) => target.backendKey !== undefined && told.has(target.backendKey));
  return { ingress, asked, findings: about.map(({ finding }) => finding) };
}

function isAsked({ targets }: AskedReport, key: BackendPlan['key']): boolean {
  return targets.some(({ target }) => target.backendKey === key);
}

async function askAlone(
  workload: Workload,
  pod: RunningPod | undefined,
  { judgeAlone, settings }: AskContext,
  asker: PodAsker,
): Promise<AskedBlock> {
  const heard = await asker.askTargets(targetsAlone(workload), pod === undefined ? undefined : [pod]);
  const findings = judgeAlone(workload, withAsked(settings.apps, heard.targets, FIX_OF_RULE));
  return { ingress: undefined, asked: withFixes(heard, () => findings.length > 0), findings };
}

function isSameWorkload(a: Workload, b: Workload): boolean {
  return a.kind === b.kind && a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace;
}

function isNamed(a: RunningPod, b: RunningPod): boolean {
  return a.object.metadata.name === b.object.metadata.name;
}

function hasLabels(wanted: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  const all = Object.entries(wanted);
  return all.length > 0 && all.every(([key, value]) => labels[key] === value);
}
