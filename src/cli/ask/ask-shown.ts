// `--ask`: the plans that are shown, explained once more with what their Pods were heard to answer.
import { type AskedReport, type AskedTarget, failedAnswerOf, googleViewOf, redirectOf } from '../../asked/asked.ts';
import { withAsked } from '../../asked/asked-apps.ts';
import type { AppCatalogue } from '../../plan/app.ts';
import type { AppFile } from '../../policy/schemas.ts';
import type { ExplainedPlan } from '../../report/explained-plan.ts';
import { healthCheckNotOk } from '../../rules/health-check-not-ok.ts';
import { probeRedirectsToHttps } from '../../rules/probe-redirects-to-https.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { LiveOptions } from '../cluster/cluster-reader.ts';
import type { Io } from '../io.ts';
import { appEntries, saveEntries } from './app-entry.ts';
import { createPodAsker, FIX_OF_RULE, type PodAsker } from './pod-asker.ts';

export interface AskSettings {
  readonly live: LiveOptions | undefined;
  readonly saveApp: string | undefined;
  readonly apps: AppCatalogue;
  readonly appFiles: readonly AppFile[];
  readonly snapshot: Snapshot;
}

interface Askable<T> extends ExplainedPlan {
  again(apps: AppCatalogue): T;
}

/** Rules that speak of what an app answers. */
export const ABOUT_ANSWERS: ReadonlySet<string> = new Set([probeRedirectsToHttps.id, healthCheckNotOk.id]);

/** @throws AppError cluster-unreachable, and option-invalid where a file of --save-app is there already */
export async function askShown<T extends Askable<T>>(
  plans: readonly T[],
  settings: AskSettings,
  io: Io,
): Promise<readonly T[]> {
  const asker = await createPodAsker(settings.live ?? { kubeconfig: undefined, context: undefined }, io);
  try {
    const shown: T[] = [];
    for (const explained of plans) shown.push(await askOne(explained, asker, settings));
    save(
      shown.flatMap(({ entries = [] }) => entries),
      settings.saveApp,
      io,
    );
    return shown;
  } finally {
    asker.close();
  }
}

async function askOne<T extends Askable<T>>(explained: T, asker: PodAsker, settings: AskSettings): Promise<T> {
  const heard = await asker.askPlan(explained.plan);
  const again = explained.again(withAsked(settings.apps, heard.targets, FIX_OF_RULE));
  const told = new Set(
    again.findings.flatMap(({ finding, place }) =>
      ABOUT_ANSWERS.has(finding.rule) && place.at === 'backend' ? [place.key] : [],
    ),
  );
  const asked = withFixes(heard, ({ target }) => target.backendKey !== undefined && told.has(target.backendKey));
  return { ...again, asked, entries: entriesOf(heard, settings) };
}

export function entriesOf(
  heard: AskedReport,
  { apps, appFiles, snapshot }: AskSettings,
): ReturnType<typeof appEntries> {
  return appEntries(heard, { apps, snapshot, fixOf: FIX_OF_RULE, ids: new Set(appFiles.map(({ id }) => id)) });
}

/** Where no finding says what to do, the rule says it: it does not judge TLS backends, nor Pods of another revision. */
export function withFixes(report: AskedReport, isTold: (target: AskedTarget) => boolean): AskedReport {
  return {
    ...report,
    targets: report.targets.map((target) => {
      const failed = failedAnswerOf(target);
      if (failed === undefined || isTold(target)) return target;
      const isToHttps = redirectOf(failed.answer, failed.question)?.protocol === 'https:';
      const redirectsToHttps = isToHttps && failed.question.protocol === 'HTTP';
      return { ...target, fix: FIX_OF_RULE({ redirectsToHttps }) };
    }),
  };
}

export function save(entries: ReturnType<typeof appEntries>, directory: string | undefined, io: Io): void {
  if (directory === undefined) return;
  const once = new Map(entries.map((entry) => [entry.id, entry]));
  for (const path of saveEntries([...once.values()], directory)) io.err(`note: ${path} was written\n`);
}

/** Whether somebody was heard to answer Google with something else than 200. */
export function hasUnhealthy(targets: readonly AskedTarget[]): boolean {
  return targets.some(({ asked }) => asked.some(({ google }) => googleViewOf(google).view === 'unhealthy'));
}

/** Whether Pods are there, and nothing was heard of any. */
export function isUnheard(targets: readonly AskedTarget[]): boolean {
  const asked = targets.flatMap((target) => target.asked);
  const passed = targets.flatMap((target) => target.passed);
  return asked.length + passed.length > 0 && asked.every(({ google }) => googleViewOf(google).view === 'unknown');
}
