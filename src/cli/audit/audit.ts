// `audit`: the corridor over what a cluster has stored, once, with the rights of whoever asks.
import { type AuditedFinding, auditObjects } from '../../audit/audit.ts';
import { createSlices } from '../../cluster/view/fair-scheduling.ts';
import { AppError } from '../../errors.ts';
import type { FactName } from '../../facts/facts.ts';
import { isJudged } from '../../judge/chain.ts';
import { indexNamespaces } from '../../judge/elsewhere.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { didYouMean } from '../../nearest.ts';
import { loadPolicy } from '../../policy/load.ts';
import { renderCheck } from '../../report/check-formats.ts';
import { type CheckReport, inNoFile, type LocatedFinding } from '../../report/check-report.ts';
import { RULES } from '../../rules/index.ts';
import { shellCommand } from '../../shell-quote.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Corridor } from '../../verdict/corridor.ts';
import { rank } from '../../verdict/verdict.ts';
import type { ClusterReader } from '../cluster/cluster-reader.ts';
import { gatherCluster } from '../cluster/gather-cluster.ts';
import type { ExitCode, Io } from '../io.ts';
import { appsWithLearned } from '../learned-apps.ts';
import { type AuditOptions, corridorOf, exitCodeOf, isWanted } from './asked.ts';

/** @throws AppError cluster-unreachable, also where Ingresses may not be listed; option-invalid */
export async function audit(options: AuditOptions, io: Io): Promise<ExitCode> {
  refuseUnknownRules(options.rules);
  const loaded = loadPolicy(
    options.policy,
    RULES.map(({ id }) => id),
  );
  if (options.watch) {
    const { watchAudit } = await import('./watch.ts');
    return watchAudit(options, loaded, io);
  }
  io.progress?.('reading the cluster …');
  try {
    const { facts, live, context } = await gatherCluster(
      { ...options, live: options.live },
      io,
      (cluster, controller) => readForAudit(cluster, options, controller.defaultBackendService.value),
    );
    if (live === undefined) throw new AppError('cluster-unreachable', 'There is no cluster to audit.');
    const corridor = corridorOf({ ...loaded, apps: appsWithLearned(loaded.apps) }, facts, live.snapshot);
    const report = await auditOnce(live, corridor, options, io);
    io.progress?.('');
    const { format } = options;
    if (format === 'html') {
      const { renderAuditPage } = await import('./audit-page.ts');
      io.out(renderAuditPage(report, { corridor, objects: live.objects, options, context }));
    } else io.out(renderCheck(format, report, { ...io, isQuiet: options.quiet }));
    return exitCodeOf(
      report.findings.map(({ finding }) => finding),
      options.failOn,
    );
  } finally {
    io.progress?.('');
  }
}

/** @throws AppError option-invalid */
function refuseUnknownRules(rules: readonly string[]): void {
  const ids = RULES.map(({ id }) => id);
  for (const rule of rules) {
    if (!ids.includes(rule)) {
      throw new AppError('option-invalid', `There is no rule "${rule}"${didYouMean(rule, ids)}.`);
    }
  }
}

interface Stored {
  readonly snapshot: Snapshot;
  readonly objects: readonly KubernetesObject[];
}

async function readForAudit(
  cluster: ClusterReader,
  { namespace }: AuditOptions,
  defaultBackendService: string,
): Promise<Stored> {
  const { view, objects } = await cluster.read({
    namespaces: namespace === undefined ? 'all' : [namespace],
    over: [],
    defaultBackendService,
    events: false,
    namespaceLabels: true,
  });
  const known = objects.some(({ kind }) => kind === 'Ingress') || mayList(view.snapshot, namespace ?? '');
  if (known) return { snapshot: view.snapshot, objects };
  const scope = namespace === undefined ? ['-A'] : ['-n', namespace];
  const question = shellCommand(['kubectl', 'auth', 'can-i', 'list', 'ingresses.networking.k8s.io', ...scope]);
  const narrower = namespace === undefined ? ' Or audit one namespace, with --namespace.' : '';
  const detail = `Ingresses may not be listed, so there is nothing to audit. Ask for the right: ${question}.${narrower}`;
  throw new AppError('cluster-unreachable', detail);
}

function mayList(snapshot: Snapshot, namespace: string): boolean {
  return snapshot.isKnown('Ingress', namespace);
}

/** Objects between two lines of progress. */
const STEP = 500;

async function auditOnce(
  { objects, snapshot }: Stored,
  corridor: Corridor,
  options: AuditOptions,
  io: Io,
): Promise<CheckReport> {
  const judged = objects
    .filter(
      (object) =>
        isJudged(object) && isAsked(object, options) && !corridor.policy.isExcluded(object.metadata.namespace),
    )
    .toSorted((a, b) => compare(a.metadata.namespace, b.metadata.namespace));
  const world = { corridor: { ...corridor, snapshot }, otherNamespaces: indexNamespaces(objects) };
  const findings: AuditedFinding[] = [];
  const exempted: AuditedFinding[] = [];
  const undecided = new Map<FactName, number>();
  const slice = createSlices();
  let done = 0;
  for (const audited of auditObjects(judged, world)) {
    findings.push(...audited.findings.filter((one) => isWanted(one, options)));
    exempted.push(...audited.exempted.filter((one) => isWanted(one, options)));
    for (const fact of audited.undecided) undecided.set(fact, (undecided.get(fact) ?? 0) + 1);
    done += 1;
    if (done % STEP === 0) io.progress?.(`judged ${done} of ${judged.length} objects, ${findings.length} findings`);
    await slice();
  }
  return {
    objects: judged.length,
    judged: judged.map((object) => ({ object, file: '' })),
    unread: [],
    unnamed: [],
    rules: RULES,
    failOn: options.failOn,
    directory: '/',
    findings: ranked(findings),
    exempted: ranked(exempted),
    mutations: [],
    undecided: [...undecided].map(([fact, count]) => ({ fact, objects: count })),
    unseen: [],
    notFinal: { aside: [], kustomizations: [], findings: 0, restOn: [], render: '' },
    askedCluster: true,
    ofCluster: new Set(RULES.flatMap(({ id, isAboutCluster }) => (isAboutCluster ? [id] : []))),
  };
}

function isAsked({ metadata }: KubernetesObject, { namespace }: AuditOptions): boolean {
  return namespace === undefined || metadata.namespace === namespace;
}

/** By namespace, and in each the errors first. */
function ranked(found: readonly AuditedFinding[]): readonly LocatedFinding[] {
  return rank(found.map(({ finding }) => finding))
    .map(inNoFile)
    .toSorted((a, b) => compare(a.finding.object.metadata.namespace, b.finding.object.metadata.namespace));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
