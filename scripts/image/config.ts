// The configuration of an OCI image: what the last stage of the Dockerfile says, over what the base image has.
import { parsePairs, type Stage } from './dockerfile.ts';

/** "config" of an OCI image configuration; capitals are the specification's. */
export interface RunConfig {
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly StopSignal?: string;
}

/**
 * @param values for the stage's ARG lines, in place of their defaults
 * @throws {Error} for a value that no ARG asks for, or a command in shell form: there is no shell
 */
export function runConfigOf(stage: Stage, base: RunConfig, values: ReadonlyMap<string, string>): RunConfig {
  const args = argsOf(stage, values);
  const texts = (name: string): readonly string[] =>
    stage.instructions.filter((one) => one.name === name).map(({ text }) => expand(text, args));
  const pairs = (name: string): ReadonlyMap<string, string> =>
    new Map(texts(name).flatMap((text) => [...parsePairs(text)]));
  const ports = texts('EXPOSE').flatMap((text) => text.split(/\s+/));
  return {
    User: texts('USER').at(-1) ?? base.User ?? '',
    ExposedPorts: { ...base.ExposedPorts, ...Object.fromEntries(ports.map((port) => [`${port}/tcp`, {}])) },
    Env: environmentOver(base.Env ?? [], pairs('ENV')),
    Entrypoint: wordsOf(texts('ENTRYPOINT').at(-1)),
    Cmd: wordsOf(texts('CMD').at(-1)),
    WorkingDir: texts('WORKDIR').at(-1) ?? base.WorkingDir ?? '/',
    Labels: { ...base.Labels, ...Object.fromEntries(pairs('LABEL')) },
    StopSignal: texts('STOPSIGNAL').at(-1) ?? base.StopSignal ?? 'SIGTERM',
  };
}

function argsOf(stage: Stage, values: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const lines = stage.instructions.filter(({ name }) => name === 'ARG').flatMap(({ text }) => [...parsePairs(text)]);
  const args = new Map(lines);
  for (const [name, value] of values) {
    if (!args.has(name)) throw new Error(`the Dockerfile has no ARG ${name} in its last stage`);
    args.set(name, value);
  }
  return args;
}

function expand(text: string, args: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = args.get(name);
    if (value === undefined) throw new Error(`\${${name}} is no ARG of the last stage`);
    return value;
  });
}

/** In the order of the base image, with our own after it, as Docker writes them. */
function environmentOver(base: readonly string[], ours: ReadonlyMap<string, string>): readonly string[] {
  const all = new Map(base.map((pair) => [pair.split('=', 1)[0] ?? '', pair]));
  for (const [key, value] of ours) all.set(key, `${key}=${value}`);
  return [...all.values()];
}

/** What ENTRYPOINT resets is CMD too, so an absent one is none, and not the base image's. */
function wordsOf(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const words: unknown = text.startsWith('[') ? JSON.parse(text) : undefined;
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) {
    throw new Error(`a command that is no list of words, and would need a shell: ${text}`);
  }
  return words;
}
