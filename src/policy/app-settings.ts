// Whether a setting of an app is on, as far as a Pod's spec and the known ConfigMaps tell: command, args, env, envFrom
// and the readiness probe, in the order in which the catalogue says that they override each other.
import type { Container } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isBelow, type Version } from './image.ts';
import { wordsOf } from './programs.ts';
import type { AppFile } from './schemas.ts';

export type SettingSource = NonNullable<AppFile['settings']>[string][number];

export type SettingState =
  | { readonly state: 'on' }
  | { readonly state: 'off' }
  /** `where` names what would have to be read, as a clause: ConfigMap "x" sets y. */
  | { readonly state: 'unknown'; readonly where: string };

type Value =
  | { readonly state: 'set'; readonly text: string }
  | { readonly state: 'unset' }
  /** `mayBeUnset`: it stands in a Secret, if it is there at all. */
  | { readonly state: 'unknown'; readonly where: string; readonly mayBeUnset?: true };

const UNSET: Value = { state: 'unset' };

/** @param version of the image, where its tag says one: what is newer than that is not read */
export function readSetting(
  sources: readonly SettingSource[],
  container: Container,
  namespace: string,
  snapshot: Snapshot,
  version?: Version,
): SettingState {
  let unseen: SettingState | undefined;
  for (const source of sources) {
    if (source.since !== undefined && isBelow(version, source.since)) continue;
    const value = readSource(source, container, namespace, snapshot);
    if (value.state === 'unknown') {
      unseen ??= { state: 'unknown', where: value.where };
      // What need not say anything at all hides nothing that another source says for certain.
      if (value.mayBeUnset || source.contains !== undefined) continue;
      return unseen;
    }
    if (value.state === 'unset' || !says(source, value.text)) continue;
    return passes(source, value.text) ? { state: 'on' } : (unseen ?? { state: 'off' });
  }
  return unseen ?? { state: 'off' };
}

/** A text that is searched for one thing among others says nothing where it is not there. */
function says({ contains }: SettingSource, text: string): boolean {
  return contains === undefined || text.includes(contains);
}

function passes(source: SettingSource, text: string): boolean {
  if (source.equals !== undefined) return text === source.equals;
  if (source.equalsIgnoreCase !== undefined) return text.toLowerCase() === source.equalsIgnoreCase.toLowerCase();
  if (source.oneOf !== undefined) return source.oneOf.includes(text);
  if (source.startsWith !== undefined) return text.startsWith(source.startsWith);
  if (source.contains !== undefined) return text.includes(source.contains);
  if (source.isNotEmpty !== undefined) return text !== '';
  return true;
}

function readSource(source: SettingSource, container: Container, namespace: string, snapshot: Snapshot): Value {
  if (source.probeScheme !== undefined) {
    const scheme = container.readinessProbe?.httpGet?.scheme;
    return scheme === source.probeScheme ? { state: 'set', text: scheme } : UNSET;
  }
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
function takesValue({ isNotEmpty, startsWith, contains }: SettingSource): boolean {
  return (isNotEmpty ?? startsWith ?? contains) !== undefined;
}

/** The last occurrence wins. `--flag value` is read only for flags that take one; a boolean flag alone is "true". */
function readFlag(flag: string, hasValue: boolean, container: Container): Value {
  let value: Value = UNSET;
  const words = wordsOf(container);
  words.forEach((word, index) => {
    if (word.startsWith(`${flag}=`)) value = { state: 'set', text: word.slice(flag.length + 1) };
    else if (word === flag) value = { state: 'set', text: hasValue ? (words[index + 1] ?? '') : 'true' };
  });
  return value;
}

function readEnv(name: string, container: Container, namespace: string, snapshot: Snapshot): Value {
  const variable = container.env.findLast((candidate) => candidate.name === name);
  if (variable === undefined) return readEnvFrom(name, container, namespace, snapshot);
  if (variable.from === undefined) return { state: 'set', text: variable.value };
  if (variable.from.kind === 'other') return { state: 'unknown', where: `the source of ${name} turns it on` };
  return readConfigMap(variable.from.name, variable.from.key, namespace, snapshot);
}

/** Later sources win over earlier ones, and `env` over all of them. */
function readEnvFrom(name: string, container: Container, namespace: string, snapshot: Snapshot): Value {
  for (const { configMap, prefix } of container.envFrom.toReversed()) {
    if (!name.startsWith(prefix)) continue;
    if (configMap === undefined)
      return { state: 'unknown', where: `a Secret in envFrom sets ${name}`, mayBeUnset: true };
    const value = readConfigMap(configMap, name.slice(prefix.length), namespace, snapshot);
    if (value.state !== 'unset') return value;
  }
  return UNSET;
}

function readConfigMap(name: string, key: string, namespace: string, snapshot: Snapshot): Value {
  const configMap = snapshot.get('ConfigMap', namespace, name);
  if (configMap !== undefined) {
    const text = configMap.data[key];
    return text === undefined ? UNSET : { state: 'set', text };
  }
  if (snapshot.isKnown('ConfigMap', namespace, name)) return UNSET;
  return { state: 'unknown', where: `ConfigMap "${name}" sets ${key}` };
}
