// Which apps a container may be: looked up by the last part of its image's name, and by the names of its variables and
// flags for what has no image of its own. Nothing is scanned, so a thousand apps cost what one costs.
import type { Container } from '../kubernetes/objects.ts';
import { lazy, readLatest } from '../plan/lazy.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type Image, isImageOf, isWithin, parseImage, type Version } from './image.ts';
import { isNamed, isPattern } from './name-pattern.ts';
import { isProgram, isSubcommand, programsOf, readWords, wordsOf } from './programs.ts';
import type { AppFile } from './schemas.ts';

interface Candidate {
  readonly app: AppFile;
  /** Of the image in the catalogue. */
  readonly path: readonly string[];
}

/** Names with a *, which no table finds: looked at one by one, for the catalogue has few. */
interface Pattern {
  readonly app: AppFile;
  readonly pattern: string;
}

/**
 * @returns the apps that the container is, in the order given; one known by its image is nothing else besides. After them the
 * signals that any program may show.
 */
type Recognise = (container: Container, namespace: string, snapshot: Snapshot) => readonly Recognised[];

export interface Recognised {
  readonly app: AppFile;
  /** Of the app; undefined where the image is somebody's own, whose tag says nothing of the app in it. */
  readonly version: Version | undefined;
}

export function createAppIndex(apps: readonly AppFile[]): Recognise {
  const byImageName = new Map<string, Candidate[]>();
  const byEnv = new Map<string, AppFile[]>();
  const byFlag = new Map<string, AppFile[]>();
  const patterns: Pattern[] = [];
  for (const app of apps) {
    const { images = [], env = [], flags = [] } = app.match;
    for (const image of images) {
      const { path } = parseImage(image);
      addTo(byImageName, path.at(-1) ?? '', { app, path });
    }
    for (const name of env.filter((one) => !isPattern(one))) addTo(byEnv, name, app);
    for (const name of flags.filter((one) => !isPattern(one))) addTo(byFlag, name, app);
    patterns.push(...[...env, ...flags].filter(isPattern).map((pattern) => ({ app, pattern })));
  }
  const signals = apps.filter(({ match }) => match.signal !== undefined);
  const besides = signals.filter(({ match }) => match.signal === 'besides');
  /** What an image and a program tell needs nothing beside the container, and is asked for with each question. */
  const knownByImage = readLatest((container: Container): readonly Recognised[] => {
    const image = parseImage(container.image);
    const candidates = byImageName.get(image.path.at(-1) ?? '') ?? [];
    const programs = lazy(() => programsOf(container));
    const found = candidates.filter((candidate) => isCandidate(candidate, container, image, programs));
    return [...new Set(found.map(({ app }) => app))].map((app) => ({ app, version: image.version }));
  });
  return (container, namespace, snapshot) => {
    const known = knownByImage(container);
    if (known.length > 0) return [...known, ...besides.map(ofUnknownVersion)];
    const env = envNamesOf(container, namespace, snapshot);
    const flags = flagNamesOf(container);
    return [
      ...new Set([
        ...env.flatMap((name) => byEnv.get(name) ?? []),
        ...flags.flatMap((name) => byFlag.get(name) ?? []),
        ...patterns
          .filter(({ pattern }) => isAny(pattern.startsWith('-') ? flags : env, pattern))
          .map(({ app }) => app),
      ]),
      ...signals,
    ].map(ofUnknownVersion);
  };
}

function ofUnknownVersion(app: AppFile): Recognised {
  return { app, version: undefined };
}

function isAny(names: readonly string[], pattern: string): boolean {
  return names.some((name) => isNamed(name, pattern));
}

function addTo<T>(index: Map<string, T[]>, key: string, value: T): void {
  const values = index.get(key);
  if (values === undefined) index.set(key, [value]);
  else values.push(value);
}

function isCandidate(
  { app: { match }, path }: Candidate,
  container: Container,
  image: Image,
  programsOfContainer: () => readonly (readonly string[])[],
): boolean {
  if (match.versions !== undefined && !isWithin(match.versions, image.version)) return false;
  const isKept = isImageOf(image.path, path);
  if (match.programs === undefined) return isKept;
  const programs = programsOfContainer();
  if (programs.length === 0) return isKept && (match.containers?.includes(container.name) ?? true);
  // A flattened mirror (registry/acme/argocd) keeps only the name; a program that says more than that name must prove
  // the rest then.
  const wanted = isKept ? match.programs : match.programs.filter((name) => name !== path.at(-1));
  return programs.some((program) =>
    wanted.some((name) => isProgram(program, name) || (isKept && isSubcommand(program, name))),
  );
}

function envNamesOf({ env, envFrom }: Container, namespace: string, snapshot: Snapshot): readonly string[] {
  const brought = envFrom.flatMap(({ configMap, prefix }) => {
    const data = configMap === undefined ? undefined : snapshot.get('ConfigMap', namespace, configMap)?.data;
    return Object.keys(data ?? {}).map((key) => prefix + key);
  });
  return [...env.map(({ name }) => name), ...brought];
}

const flagNamesOf = readWords((container): readonly string[] =>
  wordsOf(container)
    .filter((word) => word.startsWith('-'))
    .map((word) => word.split('=', 1)[0] ?? ''),
);
