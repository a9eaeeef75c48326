// What a container runs, as far as its command and args say: words, commands of shell scripts, programs.
import type { Container } from '../kubernetes/objects.ts';
import { readLatest, readOnce } from '../plan/lazy.ts';

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
  'docker-entrypoint',
  'docker-entrypoint.sh',
]);

/** More than anybody writes: taking them apart again for each app that is asked would add up. */
const MANY_WORDS = 100;

/** Once for questions that come together about a container of few words, as most are, and once for all where there are many. */
export function readWords<T>(read: (container: Container) => T): (container: Container) => T {
  const once = readOnce(read);
  const latest = readLatest(read);
  return (container) =>
    container.command.length + container.args.length > MANY_WORDS ? once(container) : latest(container);
}

/** The words that a container starts with, shell scripts (`sh -c "…"`) taken apart. */
export const wordsOf = readWords((container): readonly string[] => commandsOf(container).flat());

/** The same by command: the one of command and args, and each of a shell script. */
function commandsOf({ command, args }: Container): readonly (readonly string[])[] {
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

/** What the container runs: one program with its words, or each command of a shell script. */
export function programsOf(container: Container): readonly (readonly string[])[] {
  return commandsOf(container).flatMap((words) => {
    const program = programOf(words);
    return program === undefined ? [] : [program];
  });
}

/** From the first word that is no wrapper, no option of one, and no assignment; that word without its directory. */
function programOf(words: readonly string[]): readonly string[] | undefined {
  for (const [index, word] of words.entries()) {
    const base = word.split('/').at(-1) ?? '';
    if (WRAPPERS.has(base) || /^[A-Za-z_]\w*=/.test(word)) continue;
    if (!word.startsWith('-')) return [base, ...words.slice(index + 1)];
    // Options alone are those of the image's own entrypoint.
    if (index === 0) return undefined;
  }
  return undefined;
}

/** @param wanted a program, with its subcommand where that decides: `argo server` */
export function isProgram(program: readonly string[], wanted: string): boolean {
  return wanted.split(' ').every((word, index) => program[index] === word);
}

/** Whether the words leave out the program itself, which the image's entrypoint is: `server` for `argo server`. */
export function isSubcommand(program: readonly string[], wanted: string): boolean {
  const [, ...rest] = wanted.split(' ');
  return rest.length > 0 && isProgram(program, rest.join(' '));
}
