// The catalogue of known apps: recognises a container by its image and program, and says what it answers over plain
// HTTP. Built once from the files; a look-up goes through an index by the last part of the image's name.
import type { Container, Workload } from '../kubernetes/objects.ts';
import type { AppAnswer, AppCatalogue, AppRequest } from '../plan/app.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { commandsOf, readSetting, type SettingState } from './app-settings.ts';
import type { AppFile } from './schemas.ts';

/** @param apps later ones replace earlier ones of the same id */
export function createAppCatalogue(apps: readonly AppFile[]): AppCatalogue {
  const byId = new Map(apps.map((app) => [app.id, app]));
  const byImageName = new Map<string, { readonly app: AppFile; readonly path: readonly string[] }[]>();
  for (const app of byId.values()) {
    for (const image of app.match.images) {
      const path = repositoryPath(image);
      const name = path.at(-1) ?? '';
      byImageName.set(name, [...(byImageName.get(name) ?? []), { app, path }]);
    }
  }
  const recognise = (container: Container): AppFile | undefined => {
    const path = repositoryPath(container.image);
    const candidates = byImageName.get(path.at(-1) ?? '') ?? [];
    const programs = programsOf(container);
    return candidates.find(({ app, path: known }) =>
      // A flattened mirror (registry/acme/argocd) keeps only the name; the program must prove the rest then.
      isImageOf(path, known) ? isProgramOf(container, programs, app) : provesProgram(programs, app),
    )?.app;
  };
  return {
    answerOf: (workload, container, request, snapshot) => {
      const app = recognise(container);
      return app === undefined ? undefined : findAnswer(app, workload, container, request, snapshot);
    },
  };
}

/** `registry:5000/mirror/argoproj/argocd:v3@sha256:…` → mirror, argoproj, argocd */
function repositoryPath(image: string): readonly string[] {
  const withoutDigest = image.split('@', 1)[0] ?? '';
  const parts = withoutDigest.split('/');
  const last = (parts.pop() ?? '').split(':', 1)[0] ?? '';
  const [first] = parts;
  const hasRegistry = first !== undefined && (first.includes('.') || first.includes(':') || first === 'localhost');
  return [...(hasRegistry ? parts.slice(1) : parts), last].filter((part) => part !== 'library');
}

/** A mirror keeps the end of the path. A one-part name such as "ghost" says too little for that: it must be all. */
function isImageOf(path: readonly string[], known: readonly string[]): boolean {
  if (known.length === 1) return path.length === 1 && path[0] === known[0];
  const end = path.slice(-known.length);
  return end.length === known.length && end.every((part, index) => part === known[index]);
}

/** What starts a program without being it. */
const WRAPPERS = new Set([
  'sh',
  'bash',
  'ash',
  'env',
  'exec',
  'tini',
  'dumb-init',
  'entrypoint.sh',
  'uid_entrypoint.sh',
]);

function isProgramOf(container: Container, programs: readonly string[], app: AppFile): boolean {
  const { match } = app;
  if (match.programs === undefined) return true;
  if (programs.length > 0) return provesProgram(programs, app);
  return match.containers?.includes(container.name) ?? false;
}

function provesProgram(programs: readonly string[], { match }: AppFile): boolean {
  return programs.some((program) => match.programs?.includes(program));
}

/** What the container runs: one program, or each command of a shell script. */
function programsOf(container: Container): readonly string[] {
  return commandsOf(container).flatMap((words) => programOf(words) ?? []);
}

/** The last path element of the first word that is no wrapper, no option of one, and no assignment. */
function programOf(words: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    const base = word.split('/').at(-1) ?? '';
    if (WRAPPERS.has(base) || /^[A-Za-z_]\w*=/.test(word)) continue;
    if (!word.startsWith('-')) return base;
    // Options alone are those of the image's own entrypoint.
    if (index === 0) return undefined;
  }
  return undefined;
}

function findAnswer(
  app: AppFile,
  workload: Workload,
  container: Container,
  request: AppRequest,
  snapshot: Snapshot,
): AppAnswer | undefined {
  const path = request.path.split('?', 1)[0] ?? '';
  const read = (name: string): SettingState =>
    readSetting(app.settings?.[name] ?? [], container, workload.metadata.namespace, snapshot);
  let unless: string | undefined;
  for (const answer of app.answers) {
    if (answer.path !== '*' && answer.path !== path) continue;
    if (answer.port !== undefined && answer.port !== request.port) continue;
    const conditions = [
      ...(answer.when ?? []).map((name) => ({ wanted: 'on', is: read(name) })),
      ...(answer.unless ?? []).map((name) => ({ wanted: 'off', is: read(name) })),
    ];
    if (conditions.some(({ wanted, is }) => is.state !== 'unknown' && is.state !== wanted)) continue;
    const unseen = conditions.map(({ is }) => is).find((is) => is.state === 'unknown');
    if (unseen !== undefined) {
      unless ??= unseen.where;
      continue;
    }
    const { status, redirectsToHttps = false } = answer;
    return { app: app.id, name: app.name, status, redirectsToHttps, fix: app.fix, unless };
  }
  return undefined;
}
