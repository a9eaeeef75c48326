// The catalogue of known apps: recognises a container by its image and program, or a framework by the names of its
// variables and flags, and says what it answers over plain HTTP. Built once from the files; see app-index.ts.
import type { Container, Workload } from '../kubernetes/objects.ts';
import type { AppAnswer, AppCatalogue, AppRequest } from '../plan/app.ts';
import { createAppIndex } from './app-index.ts';
import { readSetting, type SettingState } from './app-settings.ts';
import { isBelow, isWithin, type Version } from './image.ts';
import type { AppFile } from './schemas.ts';
import { type ServerAnswer, serverSays } from './web-servers/read-server.ts';

type Answer = AppFile['answers'][number];

/** @param apps later ones replace earlier ones of the same id, and are asked before others */
export function createAppCatalogue(apps: readonly AppFile[]): AppCatalogue {
  const byId = new Map(apps.map((app) => [app.id, app]));
  const recognise = createAppIndex([...byId.values()].toReversed());
  return {
    healthyRequestsOf: (workload, container, snapshot) =>
      recognise(container, workload.metadata.namespace, snapshot)
        .flatMap(({ app }) => app.answers)
        .filter(({ status, path }) => status === 200 && !path.endsWith('*'))
        .map(({ port, probedPort, path }) => ({ port: probedPort ? probedPortOf(container) : port, path })),
    answerOf: (workload, container, request, snapshot) => {
      if ((request.protocol ?? 'HTTP') !== 'HTTP' || !isListening(workload, container, request)) return undefined;
      const { namespace } = workload.metadata;
      for (const { app, version } of recognise(container, namespace, snapshot)) {
        const told = serverSays(app, container, request, namespace, snapshot);
        if (told === 'elsewhere') continue;
        if (told !== undefined) return toServerAnswer(app, told);
        const read = (name: string): SettingState =>
          readSetting(app.settings?.[name] ?? [], container, namespace, snapshot, version, request.path);
        const answer = findAnswer({ app, container, request, version, read });
        if (answer !== undefined) return answer;
      }
      return undefined;
    },
  };
}

/** A port that nobody declares may be any container's. */
function isListening({ containers }: Workload, { ports }: Container, { port }: AppRequest): boolean {
  return containers.length === 1 || ports.some(({ containerPort }) => containerPort === port);
}

interface Asked {
  readonly app: AppFile;
  readonly container: Container;
  readonly request: AppRequest;
  readonly version: Version | undefined;
  readonly read: (setting: string) => SettingState;
}

function findAnswer(asked: Asked): AppAnswer | undefined {
  const { app, version, read } = asked;
  const unseenAnswers: { readonly answer: Answer; readonly where: string }[] = [];
  for (const answer of app.answers) {
    if (!isAbout(answer, asked)) continue;
    const conditions = [
      ...(answer.when ?? []).map((name) => ({ wanted: 'on', is: read(name) })),
      ...(answer.unless ?? []).map((name) => ({ wanted: 'off', is: read(name) })),
    ];
    if (conditions.some(({ wanted, is }) => is.state !== 'unknown' && is.state !== wanted)) continue;
    const unseen = conditions.map(({ is }) => is).find((is) => is.state === 'unknown');
    if (unseen !== undefined) {
      unseenAnswers.push({ answer, where: unseen.where });
      continue;
    }
    // What fails either way fails for certain, with the one status or the other.
    const unless = unseenAnswers.find((other) => isOk(other.answer) !== isOk(answer))?.where;
    const by = conditions.map(({ is }) => is).find((is) => is.state === 'on')?.by;
    return toAnswer(app, answer, version, { unless: unless ?? answer.unlessUnseen, by });
  }
  return undefined;
}

function isOk({ status, redirectsToHttps }: Answer): boolean {
  return status === 200 && redirectsToHttps !== true;
}

function isAbout(
  { path, port, probedPort, bareHost, versions }: Answer,
  { request, container, version }: Asked,
): boolean {
  if (!isPathOf(request.path, path)) return false;
  if (port !== undefined && port !== request.port) return false;
  if (probedPort && request.port !== probedPortOf(container)) return false;
  if (bareHost && (request.host ?? '') !== '') return false;
  return versions === undefined || isWithin(versions, version);
}

/** A final * stands for any ending; the query counts only where the catalogue names one. */
function isPathOf(asked: string, known: string): boolean {
  const query = known.includes('?') ? -1 : asked.indexOf('?');
  const path = query === -1 ? asked : asked.slice(0, query);
  return known.endsWith('*') ? path.startsWith(known.slice(0, -1)) : path === known;
}

function probedPortOf({ readinessProbe, ports }: Container): number | undefined {
  const port = readinessProbe?.httpGet?.port;
  return typeof port === 'string' ? ports.find(({ name }) => name === port)?.containerPort : port;
}

/** What a configuration says that was read whole: nothing that is not seen would make it another. */
function toServerAnswer(app: AppFile, told: ServerAnswer): AppAnswer {
  const { status, redirectsToHttps, redirectsTo, by } = told;
  return {
    app: app.id,
    name: `${app.name} (${by})`,
    status,
    redirectsToHttps,
    ...(redirectsTo === undefined ? {} : { redirectsTo }),
    fix: redirectsToHttps ? app.fix : told.fix,
    source: 'signal',
    unless: undefined,
  };
}

/** What is behind an answer: `by` is the first setting that decided. */
interface Because {
  readonly unless: string | undefined;
  readonly by: string | undefined;
}

function toAnswer(app: AppFile, answer: Answer, version: Version | undefined, { unless, by }: Because): AppAnswer {
  const older = app.olderFixes?.find(({ below }) => isBelow(version, below));
  return {
    app: app.id,
    // A signal is called what it is.
    name: app.match.signal === undefined || by === undefined ? app.name : `${app.name} (${by})`,
    status: answer.status ?? 0,
    redirectsToHttps: answer.redirectsToHttps ?? false,
    ...(answer.redirectsTo === undefined ? {} : { redirectsTo: answer.redirectsTo }),
    ...(answer.tlsOnly ? { speaksTlsOnly: true } : {}),
    fix: answer.fix ?? older?.fix ?? app.fix,
    ...(app.match.signal === undefined ? {} : { source: 'signal' as const }),
    ...(answer.note === undefined ? {} : { note: answer.note }),
    unless,
  };
}
