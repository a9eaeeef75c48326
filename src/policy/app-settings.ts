// Whether a setting of an app is on, as far as a Pod's spec and the known ConfigMaps tell: command, args, env, envFrom
// and the readiness probe, in the order in which the catalogue says that they override each other.
import type { Container } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { envNamesLike, readEnv, readFlag, readProbeHeader, UNSET, type Value } from './app-places.ts';
import { isBelow, type Version } from './image.ts';
import { findLine } from './mounted-text.ts';
import { isPattern } from './name-pattern.ts';
import type { AppFile } from './schemas.ts';

export type SettingSource = NonNullable<AppFile['settings']>[string][number];

export type SettingState =
  /** `by` is what says so: a variable, a flag, a header of the probe, a ConfigMap. */
  | { readonly state: 'on'; readonly by: string }
  | { readonly state: 'off' }
  /** `where` names what would have to be read, as a clause: ConfigMap "x" sets y. */
  | { readonly state: 'unknown'; readonly where: string };

/**
 * @param version of the image, where its tag says one: what is newer than that is not read
 * @param path that is asked: a file that names it says something else of it
 */
export function readSetting(
  sources: readonly SettingSource[],
  container: Container,
  namespace: string,
  snapshot: Snapshot,
  version?: Version,
  path?: string,
): SettingState {
  let unseen: SettingState | undefined;
  for (const source of namedSources(sources, container, namespace, snapshot)) {
    if (source.since !== undefined && isBelow(version, source.since)) continue;
    const value = readSource(source, container, namespace, snapshot, path);
    if (value.state === 'unknown') {
      unseen ??= { state: 'unknown', where: value.where };
      // What need not say anything at all hides nothing that another source says for certain.
      if (value.mayBeUnset || source.contains !== undefined) continue;
      return unseen;
    }
    if (value.state === 'unset' || !says(source, value.text)) continue;
    if (passes(source, value.text)) return { state: 'on', by: value.name };
    return unseen ?? { state: 'off' };
  }
  return unseen ?? { state: 'off' };
}

/** More than anybody sets of one kind; each of them is looked for among all variables. */
const MAX_NAMES = 8;

/** A pattern stands for the variables that it names. */
function namedSources(
  sources: readonly SettingSource[],
  container: Container,
  namespace: string,
  snapshot: Snapshot,
): readonly SettingSource[] {
  const named: SettingSource[] = [];
  for (const source of sources) {
    if (source.env === undefined || !isPattern(source.env)) {
      named.push(source);
      continue;
    }
    const names = envNamesLike(source.env, container, namespace, snapshot);
    for (const env of names.slice(0, MAX_NAMES)) named.push({ ...source, env });
  }
  return named;
}

/** A text that is searched for one thing among others says nothing where it is not there. */
function says({ contains }: SettingSource, text: string): boolean {
  return contains === undefined || text.includes(contains);
}

function passes(source: SettingSource, text: string): boolean {
  if (source.equals !== undefined) return text === source.equals;
  if (source.equalsIgnoreCase !== undefined) return text.toLowerCase() === source.equalsIgnoreCase.toLowerCase();
  if (source.oneOf !== undefined) return source.oneOf.includes(text);
  if (source.oneOfIgnoreCase !== undefined) return source.oneOfIgnoreCase.includes(text.toLowerCase());
  if (source.noneOf !== undefined) return !source.noneOf.includes(text);
  if (source.lacks !== undefined) return text !== '' && !source.lacks.some((part) => text.includes(part));
  if (source.startsWith !== undefined) return text.startsWith(source.startsWith);
  if (source.contains !== undefined) return text.includes(source.contains);
  if (source.isNotEmpty !== undefined) return text !== '';
  return true;
}

function readSource(
  source: SettingSource,
  container: Container,
  namespace: string,
  snapshot: Snapshot,
  path: string | undefined,
): Value {
  if (source.probeScheme !== undefined) {
    const scheme = container.readinessProbe?.httpGet?.scheme;
    return scheme === source.probeScheme ? { state: 'set', text: scheme, name: 'readinessProbe' } : UNSET;
  }
  if (source.probeHeader !== undefined) return readProbeHeader(source.probeHeader, container);
  if (source.line !== undefined) return findLine(source, container, namespace, snapshot, path);
  if (source.env !== undefined) return readEnv(source.env, container, namespace, snapshot);
  if (source.flag === undefined) return UNSET;
  const value = readFlag(source.flag, takesValue(source), container);
  const variable = value.state === 'set' ? value.text.match(/^\$\((\w+)\)$/)?.[1] : undefined;
  if (variable === undefined) return value;
  // Kubernetes puts the variable's value there, and leaves the text as it is where there is none.
  const meant = readEnv(variable, container, namespace, snapshot);
  return meant.state === 'unset' ? value : meant;
}

/** What is asked of a flag's text tells a flag with a value from a boolean one, whose value follows only after "=". */
function takesValue({ isNotEmpty, startsWith, contains, noneOf, lacks }: SettingSource): boolean {
  return (isNotEmpty ?? startsWith ?? contains ?? noneOf ?? lacks) !== undefined;
}
