// Contents of files out of the object database of a repository, all with one run of git cat-file.
import { MAX_INPUT, MIB } from '../files/read-file.ts';
import { type Environment, git, unreadable } from './git.ts';

export interface Blob {
  /** In the tree. */
  readonly path: string;
  readonly id: string;
  /** In bytes. */
  readonly size: number;
  /** Its content is the path of another file. */
  readonly isLink: boolean;
}

export interface Repository {
  readonly top: string;
  /** Its id. */
  readonly commit: string;
  readonly environment: Environment;
}

/** @returns by the same keys; what a link leads to outside of the tree, or nowhere, is left out */
export async function readBlobs(
  { top, commit, environment }: Repository,
  blobs: ReadonlyMap<string, Blob>,
): Promise<ReadonlyMap<string, Buffer>> {
  const asked = [...blobs].filter(([, { isLink, path }]) => !(isLink && path.includes('\n')));
  if (asked.length === 0) return new Map();
  const size = asked.reduce((sum, [, blob]) => sum + blob.size, 0);
  if (size > MAX_INPUT) throw unreadable(`The files are larger than ${MAX_INPUT / MIB} MiB: check them in parts.`);
  const input = asked.map(([, { id, path, isLink }]) => `${isLink ? `${commit}:${path}` : id}\n`).join('');
  const { code, out, err } = await git(top, ['cat-file', '--batch', '--follow-symlinks'], { environment, input });
  if (code !== 0) throw unreadable(`git cat-file: ${err}`);
  const answers = answersIn(out);
  return new Map(
    asked.flatMap(([file, { isLink }], index) => {
      const content = answers[index];
      if (content === undefined && !isLink) throw unreadable(`git cat-file does not have ${JSON.stringify(file)}.`);
      return content === undefined ? [] : [[file, content] as const];
    }),
  );
}

/** In the order of what was asked; undefined for what is no file (git-cat-file(1), BATCH OUTPUT). */
function answersIn(out: Buffer): readonly (Buffer | undefined)[] {
  const answers: (Buffer | undefined)[] = [];
  let at = 0;
  while (at < out.length) {
    const end = out.indexOf(0x0a, at);
    if (end === -1) break;
    const header = out.toString('utf8', at, end);
    at = end + 1;
    const [, id, type] = /^([0-9a-f]{40,64}) (\w+) \d+$/.exec(header) ?? [];
    const size = Number(/^(?:[0-9a-f]{40,64} \w+|symlink|dangling|loop|notdir) (\d+)$/.exec(header)?.[1] ?? '');
    // What is missing, or ambiguous, has nothing behind its line.
    if (/ (?:missing|ambiguous)$/.test(header)) answers.push(undefined);
    else {
      answers.push(id !== undefined && type === 'blob' ? out.subarray(at, at + size) : undefined);
      at += size + 1;
    }
  }
  return answers;
}
