// Whether a setting of an app is on, as far as a Pod's spec and the known ConfigMaps tell: command, args, env and
// envFrom, in the order in which the catalogue says that they override each other.
import type { Container } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
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
  | { readonly state: 'unknown'; readonly where: string };

const UNSET: Value = { state: 'unset' };

/** The words that a container starts with, shell scripts (`sh -c "…"`) taken apart. */
export function wordsOf(container: Container): readonly string[] {
  return commandsOf(container).flat();
}

/** The same by command: the one of command and args, and each of a shell script. */
export function commandsOf({ command, args }: Container): readonly (readonly string[])[] {
  const words = [...command, ...args];
  const script = words.findIndex((_, index) => /^-[a-z]*c$/.test(words[index - 1] ?? ''));
  if (script === -1) return [words];
  return [words.slice(0, script), ...splitScript(words[script] ?? ''), words.slice(script + 1)];
}

function splitScript(script: string): readonly (readonly string[])[] {
  return script
    .replaceAll(/\\\n/g, ' ')
    .split(/[;&|()\n]+/)
    .map((command) => command.split(/\s+/).filter((word) => word !== ''))
    .map((command) => command.map((word) => word.replaceAll(/^["']|["']$/g, '')));
}

export function readSetting(
  sources: readonly SettingSource[],
  container: Container,
  namespace: string,
  snapshot: Snapshot,
): SettingState {
  for (const source of sources) {
    const value = readSource(source, container, namespace, snapshot);
    if (value.state === 'unknown') return value;
    if (value.state === 'set') return { state: passes(source, value.text) ? 'on' : 'off' };
  }
  return { state: 'off' };
}

function passes(source: SettingSource, text: string): boolean {
  if (source.equals !== undefined) return text === source.equals;
  if (source.equalsIgnoreCase !== undefined) return text.toLowerCase() === source.equalsIgnoreCase.toLowerCase();
  if (source.oneOf !== undefined) return source.oneOf.includes(text);
  return text !== '';
}

function readSource(source: SettingSource, container: Container, namespace: string, snapshot: Snapshot): Value {
  if (source.flag !== undefined) {
    const value = readFlag(source.flag, source.isNotEmpty === true, container);
    const variable = value.state === 'set' ? value.text.match(/^\$\((\w+)\)$/)?.[1] : undefined;
    if (variable === undefined) return value;
    // Kubernetes puts the variable's value there, and leaves the text as it is where there is none.
    const meant = readEnv(variable, container, namespace, snapshot);
    return meant.state === 'unset' ? value : meant;
  }
  if (source.env !== undefined) return readEnv(source.env, container, namespace, snapshot);
  return UNSET;
}

/** The last occurrence wins. `--flag value` is read only for flags that take one; a boolean flag alone is "true". */
function readFlag(flag: string, takesValue: boolean, container: Container): Value {
  let value: Value = UNSET;
  const words = wordsOf(container);
  words.forEach((word, index) => {
    if (word.startsWith(`${flag}=`)) value = { state: 'set', text: word.slice(flag.length + 1) };
    else if (word === flag) value = { state: 'set', text: takesValue ? (words[index + 1] ?? '') : 'true' };
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
    if (configMap === undefined) return { state: 'unknown', where: `a Secret in envFrom sets ${name}` };
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
  if (snapshot.isKnown('ConfigMap', namespace)) return UNSET;
  return { state: 'unknown', where: `ConfigMap "${name}" sets ${key}` };
}
