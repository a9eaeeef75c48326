// What was heard of an app that the catalogue does not know so, as an entry for it. The text is read back by the catalogue's own
// reader before anybody sees it; it goes where nothing is yet, and nowhere else.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type AskedPod, type AskedReport, googleViewOf, redirectOf } from '../../asked/asked.ts';
import type { FixOf } from '../../asked/asked-apps.ts';
import type { Answer, Question } from '../../asked/heard.ts';
import { AppError } from '../../errors.ts';
import type { Workload } from '../../kubernetes/objects.ts';
import type { AppCatalogue } from '../../plan/app.ts';
import { readAppText } from '../../policy/policy-text.ts';
import type { CatalogueEntry } from '../../report/asked-text.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { systemReason } from '../../system-reason.ts';

interface Known {
  readonly apps: AppCatalogue;
  readonly ids: ReadonlySet<string>;
  readonly snapshot: Snapshot;
  readonly fixOf: FixOf;
}

interface HeardOfApp {
  readonly question: Question;
  readonly answer: Answer;
  readonly pod: Workload;
}

/** One for each image whose answers the catalogue does not have, or has otherwise. */
export function appEntries({ targets, day }: AskedReport, known: Known): readonly CatalogueEntry[] {
  const byImage = new Map<string, HeardOfApp[]>();
  for (const asked of targets.flatMap((target) => target.asked)) {
    const { container } = asked.questions;
    const heard = heardOf(asked, known);
    const repository = container === undefined ? '' : repositoryOf(container.image);
    if (repository === '' || heard.length === 0) continue;
    byImage.set(repository, [...(byImage.get(repository) ?? []), ...heard]);
  }
  return [...byImage].flatMap(([repository, heard]) => entryOf(repository, heard, day, known) ?? []);
}

/** Over plain HTTP to the Pod's own address, for that is what the catalogue is about. */
function heardOf({ questions, google, instead, pod }: AskedPod, { apps, snapshot }: Known): readonly HeardOfApp[] {
  const view = googleViewOf(google);
  const first = view.view === 'answers' ? google[0] : view.because;
  const { container } = questions;
  if (container === undefined) return [];
  const all = [
    { question: questions.google, answer: first },
    { question: questions.instead, answer: instead },
  ];
  return all.flatMap(({ question, answer }): readonly HeardOfApp[] => {
    if (question?.protocol !== 'HTTP' || answer?.kind !== 'answer' || question.path.endsWith('*')) return [];
    const { port, path } = question;
    const said = apps.answerOf(pod.object, container, { port, path }, snapshot);
    return said?.status === answer.status && said.unless === undefined ? [] : [{ question, answer, pod: pod.object }];
  });
}

/** Without tag and digest, and without what no repository has. */
function repositoryOf(image: string): string {
  const name = (image.split('@', 1)[0] ?? '').replace(/:[^:/]*$/, '');
  return /^[\w.:-]+(\/[\w.-]+)*$/.test(name) ? name : '';
}

function entryOf(
  repository: string,
  heard: readonly HeardOfApp[],
  day: string,
  { ids, fixOf }: Known,
): CatalogueEntry | undefined {
  const name = repository.split('/').at(-1) ?? '';
  const id = freeId(name, ids);
  const answers = [
    ...new Map(heard.map((one) => [`${one.question.port} ${one.question.path}`, answerOf(one)])).values(),
  ];
  const pods = [...new Set(heard.map(({ pod: { metadata } }) => `${metadata.namespace}/${metadata.name}`))];
  const failed = answers.find(({ status }) => status !== 200);
  const entry = {
    apiVersion: 'gke-ingress-guard.dev/v1',
    kind: 'App',
    id,
    name: name.slice(0, 40),
    match: { images: [repository] },
    answers,
    fix: fixOf({ redirectsToHttps: failed?.redirectsToHttps ?? false }),
    sources: [`asked on ${day}: ${pods.slice(0, 3).join(', ')}`],
  };
  const text = `# What was heard of running Pods. Which setting or version changes it, nobody has asked: add settings and versions.\n${stringify(entry, { lineWidth: 0 })}`;
  return readAppText(text, `${id}.yaml`).ok ? { id, text } : undefined;
}

/** A known id would replace the known app, with all that it knows besides. */
function freeId(name: string, ids: ReadonlySet<string>): string {
  const id =
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'app';
  return ids.has(id) ? `${id}-asked` : id;
}

function answerOf({ question, answer }: HeardOfApp): {
  readonly port: number;
  readonly path: string;
  readonly status: number;
  readonly redirectsToHttps?: true;
} {
  const isToHttps = redirectOf(answer, question)?.protocol === 'https:';
  const { port, path } = question;
  return { port, path, status: answer.status, ...(isToHttps ? { redirectsToHttps: true } : {}) };
}

/**
 * @param directory of a policy, for --policy
 * @returns the paths that were written
 * @throws AppError option-invalid where one is there already, file-unreadable where the directory cannot be written
 */
export function saveEntries(entries: readonly CatalogueEntry[], directory: string): readonly string[] {
  return entries.map(({ id, text }) => {
    const path = join(directory, 'apps', `${id}.yaml`);
    try {
      mkdirSync(join(directory, 'apps'), { recursive: true });
      writeFileSync(path, text, { flag: 'wx' });
    } catch (cause) {
      const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
      if (isThere) throw new AppError('option-invalid', `${path} is there already, and stays as it is.`, { cause });
      throw new AppError('file-unreadable', `${path}: ${systemReason(cause)}`, { cause });
    }
    return path;
  });
}
