// `audit --watch`: what is wrong in a cluster, and then what changes, until Ctrl-C. It watches what `serve` watches, with the
// rights of whoever asks.
import { CurrentFindings } from '../../audit/current-findings.ts';
import { ViewChanges } from '../../audit/view-changes.ts';
import type { ViewLogger } from '../../cluster/view/notices.ts';
import { AppError } from '../../errors.ts';
import { GUARD_NAMESPACE, isLearnedStore, LEARNED_CONFIG_MAP } from '../../learned/learned.ts';
import { type FindingChange, renderChangeJson, renderChangeText } from '../../report/finding-change.ts';
import { shellCommand } from '../../shell-quote.ts';
import type { Corridor } from '../../verdict/corridor.ts';
import { gatherFacts, problemLine, readFacts } from '../cluster/gather-facts.ts';
import type { ExitCode, Io } from '../io.ts';
import { appsWithLearned } from '../learned-apps.ts';
import { type AuditOptions, corridorOf, exitCodeOf, isWanted } from './asked.ts';
import { AUDIT_TIMES, type LiveAuditOptions, runLiveAudit } from './live-audit.ts';

interface LoadedPolicy extends Pick<Corridor, 'policy' | 'apps'> {
  readonly configMaps: readonly string[];
}

/** @throws AppError cluster-unreachable */
export async function watchAudit(options: AuditOptions, loaded: LoadedPolicy, io: Io): Promise<ExitCode> {
  const [{ connect }, { startLiveView }] = await Promise.all([
    import('../../cluster/api/connection.ts'),
    import('../../cluster/view/live-view.ts'),
  ]);
  const stopped = new AbortController();
  const connection = connect(options.live);
  void io.terminated().then(() => stopped.abort());
  const changes = new ViewChanges((object) => isLearnedStore(object, GUARD_NAMESPACE));
  const { configMaps } = loaded;
  const view = startLiveView(connection, {
    configMaps,
    ownConfigMap: { namespace: GUARD_NAMESPACE, name: LEARNED_CONFIG_MAP },
    logger: noteLogger(io),
    onChange: changes.note,
  });
  const learning = { ...loaded, apps: appsWithLearned(loaded.apps) };
  try {
    const file = readFacts(options.facts);
    const gathered = await gatherFacts(options, file, { connection, isHere: io.isInPod ?? false });
    for (const problem of gathered.problems) io.err(problemLine(problem));
    const current = new CurrentFindings();
    const audit: LiveAuditOptions = {
      view,
      changes,
      corridor: () => {
        if (view.kinds().some(({ kind, isImpossible }) => kind === 'Ingress' && isImpossible)) throw notAllowed();
        return corridorOf(learning, gathered.facts, view.snapshot);
      },
      times: AUDIT_TIMES,
      onNamespace: ({ namespace, findings }) => {
        if (options.namespace !== undefined && namespace !== options.namespace) return;
        const wanted = findings.filter((one) => isWanted(one, options));
        const time = new Date().toISOString();
        for (const change of changesOf(current.replace(namespace, wanted), time)) print(change, options, io);
      },
      onPass: ({ objects }) => io.progress?.(`${objects} objects judged; watching, Ctrl-C ends it`),
    };
    io.progress?.('reading the cluster …');
    await runLiveAudit(audit, stopped.signal);
    return exitCodeOf(
      current.all().map(({ finding }) => finding),
      options.failOn,
    );
  } finally {
    io.progress?.('');
    await view.stop();
    connection.close();
  }
}

function changesOf(changes: ReturnType<CurrentFindings['replace']>, time: string): readonly FindingChange[] {
  return (['gone', 'reworded', 'appeared'] as const).flatMap((change) =>
    changes[change].map(({ finding }) => ({ change, finding, time })),
  );
}

function print(change: FindingChange, { format }: AuditOptions, io: Io): void {
  io.progress?.('');
  io.out(format === 'json' ? renderChangeJson(change) : renderChangeText(change, io.hasColour));
}

/** What the view has to say of rights and outages, as the other commands say it. */
function noteLogger(io: Io): ViewLogger {
  const note = (details: object, message: string): void => {
    const reason = 'reason' in details ? `: ${String(details.reason)}` : '';
    io.progress?.('');
    io.err(`note: ${message}${reason}\n`);
  };
  return { info: note, warn: note };
}

function notAllowed(): AppError {
  const question = shellCommand(['kubectl', 'auth', 'can-i', 'watch', 'ingresses.networking.k8s.io', '-A']);
  const detail = `Ingresses of all namespaces may not be watched. Ask for the right: ${question}. Or audit one namespace once, without --watch.`;
  return new AppError('cluster-unreachable', detail);
}
