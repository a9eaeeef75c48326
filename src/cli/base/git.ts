// Runs git, by an argument vector and never through a shell. Only commands that read run here: none that a hook, a filter or a
// file watcher of the repository could take part in.
import { execFile } from 'node:child_process';
import { AppError } from '../../errors.ts';
import { MAX_INPUT, MIB } from '../files/read-file.ts';

/** What a program is started with; undefined: as this one was. */
export type Environment = Readonly<Record<string, string | undefined>> | undefined;

export interface GitAnswer {
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly out: Buffer;
  /** The first line. */
  readonly err: string;
}

/** A hook sets them for a repository that may not be the one of the files; all else of the environment is the user's. */
const OF_HOOKS = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_COMMON_DIR', 'GIT_PREFIX'];
/** Beside what is asked for, each object has a line that says which it is. */
const MAX_ANSWER = MAX_INPUT + 64 * MIB;

/** @throws AppError base-unreadable where git cannot be started or its answer is too large */
export function git(
  directory: string,
  args: readonly string[],
  { environment, input = '' }: { readonly environment: Environment; readonly input?: string },
): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      [...args],
      { cwd: directory, encoding: 'buffer', maxBuffer: MAX_ANSWER, ...environmentOf(environment) },
      (error, out, stderr) => {
        const [err = ''] = stderr.toString('utf8').split('\n');
        const code = error === null ? 0 : error.code;
        if (typeof code === 'number') resolve({ code, out, err });
        else if (code === 'ENOENT')
          reject(unreadable('git is not installed, or not in PATH: give --base a directory.'));
        else if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
          reject(unreadable('There is more in it than can be read.'));
        else resolve({ code: null, out, err: err === '' ? (error?.message ?? '') : err });
      },
    );
    // It may be gone before it has read all.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

export function unreadable(detail: string): AppError {
  return new AppError('base-unreadable', detail);
}

function environmentOf(given: Environment): { readonly env?: NodeJS.ProcessEnv } {
  if (given === undefined) return {};
  const own = Object.entries(given).filter(([name]) => !OF_HOOKS.includes(name));
  // Nothing asks for a password, nothing is translated, and nothing is written beside what is read.
  return { env: { ...Object.fromEntries(own), GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' } };
}
