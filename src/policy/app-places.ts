// What the places say where settings of apps are: flags, variables, headers of the probe, files from ConfigMaps.
import type { Container } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isNamed } from './name-pattern.ts';
import { readWords, wordsOf } from './programs.ts';

export type Value =
  /** `name` is of what says it. */
  | { readonly state: 'set'; readonly text: string; readonly name: string }
  | { readonly state: 'unset' }
  /** `mayBeUnset`: it is in a Secret, if it is there at all. */
  | { readonly state: 'unknown'; readonly where: string; readonly mayBeUnset?: true };

export const UNSET: Value = { state: 'unset' };

/** The last occurrence wins. `--flag value` is read only for flags that take one; a boolean flag alone is "true". */
export function readFlag(flag: string, hasValue: boolean, container: Container): Value {
  const index = namesOfWords(container).findLastIndex((name) => isNamed(name, flag));
  if (index === -1) return UNSET;
  const words = wordsOf(container);
  const [word = '', name = ''] = [words[index], namesOfWords(container)[index]];
  if (name.length < word.length) return { state: 'set', text: word.slice(name.length + 1), name };
  return { state: 'set', text: hasValue ? (words[index + 1] ?? '') : 'true', name };
}

/** What comes before a "=", word by word. */
const namesOfWords = readWords((container): readonly string[] =>
  wordsOf(container).map((word) => word.split('=', 1)[0] ?? ''),
);

export function readEnv(name: string, container: Container, namespace: string, snapshot: Snapshot): Value {
  const variable = container.env.findLast((candidate) => candidate.name === name);
  if (variable === undefined) return readEnvFrom(name, container, namespace, snapshot);
  if (variable.from === undefined) return { state: 'set', text: variable.value, name };
  if (variable.from.kind === 'other') return { state: 'unknown', where: `the source of ${name} turns it on` };
  return named(name, readConfigMap(variable.from.name, variable.from.key, namespace, snapshot));
}

function named(name: string, value: Value): Value {
  return value.state === 'set' ? { ...value, name } : value;
}

/** Every variable whose name is one of the pattern's, each once. */
export function envNamesLike(
  pattern: string,
  { env, envFrom }: Container,
  namespace: string,
  snapshot: Snapshot,
): readonly string[] {
  const names: string[] = [];
  for (const { name } of env) if (isNamed(name, pattern)) names.push(name);
  for (const { configMap, prefix } of envFrom) {
    const data = configMap === undefined ? undefined : snapshot.get('ConfigMap', namespace, configMap)?.data;
    for (const key in data) if (isNamed(prefix + key, pattern)) names.push(prefix + key);
  }
  return names.length > 1 ? [...new Set(names)] : names;
}

/** Of headers with the same name the first. */
export function readProbeHeader(wanted: string, { readinessProbe }: Container): Value {
  const header = readinessProbe?.httpGet?.headers.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  return header === undefined ? UNSET : { state: 'set', text: header.value, name: `${wanted} in its readiness probe` };
}

/** Later sources win over earlier ones, and `env` over all of them. */
function readEnvFrom(name: string, container: Container, namespace: string, snapshot: Snapshot): Value {
  if (container.envFrom.length === 0) return UNSET;
  for (const { configMap, prefix } of container.envFrom.toReversed()) {
    if (!name.startsWith(prefix)) continue;
    if (configMap === undefined)
      return { state: 'unknown', where: `a Secret in envFrom sets ${name}`, mayBeUnset: true };
    const value = readConfigMap(configMap, name.slice(prefix.length), namespace, snapshot);
    if (value.state !== 'unset') return named(name, value);
  }
  return UNSET;
}

function readConfigMap(name: string, key: string, namespace: string, snapshot: Snapshot): Value {
  const configMap = snapshot.get('ConfigMap', namespace, name);
  if (configMap !== undefined) {
    const text = configMap.data[key];
    return text === undefined ? UNSET : { state: 'set', text, name: key };
  }
  if (snapshot.isKnown('ConfigMap', namespace, name)) return UNSET;
  return { state: 'unknown', where: `ConfigMap "${name}" sets ${key}` };
}
