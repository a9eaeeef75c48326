// Files as they are in a revision of a Git repository: found by the paths of the working tree, and read out of its objects.
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { plainText } from '../../kubernetes/plain-text.ts';
import { shellCommand } from '../../shell-quote.ts';
import { isManifestPath } from '../files/list-files.ts';
import { type Environment, git, unreadable } from './git.ts';
import { type Blob, type Repository, readBlobs } from './objects.ts';

export interface RevisionFiles {
  /** By each path that was asked for: the files that it stands for, as the command line would name them. */
  readonly below: ReadonlyMap<string, readonly string[]>;
  readonly contents: ReadonlyMap<string, Buffer>;
}

/** @throws AppError base-unreadable */
export async function readRevision(
  revision: string,
  paths: readonly string[],
  environment: Environment,
): Promise<RevisionFiles> {
  const below = new Map<string, readonly string[]>();
  const blobs = new Map<string, Blob>();
  let repository: Repository | undefined;
  for (const path of paths) {
    const place = realPlace(path);
    const top = await topOf(place, path, environment);
    repository ??= { top, commit: await commitOf(top, revision, environment), environment };
    if (top !== repository.top)
      throw unreadable(
        `The files are of two repositories, ${quoted(repository.top)} and ${quoted(top)}: check each by itself.`,
      );
    const found = await filesBelow(path, relative(top, place).split(sep).join('/'), repository);
    below.set(
      path,
      found.map(({ file }) => file),
    );
    for (const { file, entry } of found) blobs.set(file, entry);
  }
  if (repository === undefined) return { below, contents: new Map() };
  const contents = await readBlobs(repository, blobs);
  return {
    below: new Map([...below].map(([path, files]) => [path, files.filter((file) => contents.has(file))])),
    contents,
  };
}

/** Where a path is without links to directories; a link to a file stays, for the revision has one of its own. */
function realPlace(path: string): string {
  const absolute = resolve(path);
  try {
    return statSync(absolute).isDirectory()
      ? realpathSync(absolute)
      : join(realpathSync(dirname(absolute)), basename(absolute));
  } catch {
    // The command fails for it anyway, and says so.
    return absolute;
  }
}

async function topOf(place: string, path: string, environment: Environment): Promise<string> {
  const directory = nearestDirectory(place);
  const asked = await git(directory, ['rev-parse', '--show-toplevel'], { environment });
  if (asked.code === 0) return asked.out.toString('utf8').replace(/\n$/, '');
  const foreign = /dubious ownership in repository at '(.+)'/.exec(asked.err)?.[1];
  if (foreign !== undefined) {
    const command = shellCommand(['git', 'config', '--global', '--add', 'safe.directory', foreign]);
    throw unreadable(`The repository ${quoted(foreign)} is somebody else's, and git reads it once you run ${command}`);
  }
  if (!/not a git repository/.test(asked.err)) throw unreadable(`git rev-parse: ${plainText(asked.err)}`);
  throw unreadable(`${quoted(path)} is in no Git repository: give --base the directory with the files as they were.`);
}

/** What is not there may have been in the revision, with the directories around it. */
function nearestDirectory(place: string): string {
  const above = dirname(place);
  try {
    return statSync(place).isDirectory() || above === place ? place : above;
  } catch {
    return above === place ? place : nearestDirectory(above);
  }
}

async function commitOf(top: string, revision: string, environment: Environment): Promise<string> {
  const asked = await git(top, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], { environment });
  const commit = asked.out.toString('utf8').trim();
  if (asked.code === 0 && /^[0-9a-f]{40,64}$/.test(commit)) return commit;
  const { out } = await git(top, ['rev-parse', '--is-shallow-repository'], { environment });
  const isShallow = out.toString('utf8').trim() === 'true';
  const said = `${quoted(top)} has no revision ${quoted(revision)}`;
  const fetching = shellCommand(['git', 'fetch', ...(isShallow ? ['--depth=1'] : []), 'origin', refspecOf(revision)]);
  if (!isShallow) throw unreadable(`${said}. Where the remote has it, run ${fetching}`);
  throw unreadable(
    `${said}, for it is a shallow clone. Run ${fetching}, or git fetch --unshallow for what comes before HEAD; in GitHub Actions, give actions/checkout fetch-depth: 0.`,
  );
}

/** A branch of the remote is written where it is asked for; of another name the remote knows what it is. */
function refspecOf(revision: string): string {
  const branch = /^(?:refs\/remotes\/)?origin\/(.+)$/.exec(revision)?.[1];
  return branch === undefined ? revision : `+refs/heads/${branch}:refs/remotes/origin/${branch}`;
}

interface FoundFile {
  readonly file: string;
  readonly entry: Blob;
}

/** @param inTree "" for all of it */
async function filesBelow(
  path: string,
  inTree: string,
  { top, commit, environment }: Repository,
): Promise<readonly FoundFile[]> {
  const limit = inTree === '' ? [] : ['--', inTree];
  // Names are names here, whatever characters are in them.
  const args = ['--literal-pathspecs', 'ls-tree', '-r', '-z', '-l', '--full-tree', commit, ...limit];
  const { code, out, err } = await git(top, args, { environment });
  if (code !== 0) throw unreadable(`git ls-tree: ${plainText(err)}`);
  return entriesOf(out).flatMap((entry): readonly FoundFile[] => {
    if (entry.path === inTree) return [{ file: path, entry }];
    const rest = inTree === '' ? entry.path : entry.path.slice(inTree.length + 1);
    return isManifestPath(rest) ? [{ file: join(path, ...rest.split('/')), entry }] : [];
  });
}

/** MODE blob ID SIZE TAB PATH, each with a NUL behind it. */
function entriesOf(out: Buffer): readonly Blob[] {
  return out
    .toString('utf8')
    .split('\0')
    .flatMap((line) => {
      const [, mode = '', id = '', size = '', path = ''] = /^(\d{6}) blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(line) ?? [];
      return path === '' ? [] : [{ path, id, size: Number(size), isLink: mode === '120000' }];
    });
}

function quoted(text: string): string {
  return `"${plainText(text)}"`;
}
