// A real Git repository in a directory that goes away with the test.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

export type Files = Readonly<Record<string, string | undefined>>;

export interface Repository {
  readonly root: string;
  git(...args: readonly string[]): string;
  /** undefined removes a file. */
  write(files: Files): void;
  /** Writes, and commits all that is there. */
  commit(files: Files): void;
  /** Copies it as `git clone` does, over the protocol of a remote. */
  clone(...options: readonly string[]): Repository;
}

/** Nothing of the machine's own configuration counts. */
const CONFIG = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
const ISOLATED = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

function directory(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'guard-git-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

/** With a first commit of these files on the branch main. */
export function repositoryOf(files: Files): Repository {
  const root = directory();
  const repository = at(root);
  repository.git('init', '--quiet', '--initial-branch=main');
  repository.commit(files);
  return repository;
}

function at(root: string): Repository {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', [...CONFIG, ...args], {
      cwd: root,
      env: { PATH: process.env['PATH'], ...ISOLATED },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const write = (files: Files): void => {
    for (const [name, content] of Object.entries(files)) {
      const path = join(root, name);
      if (content === undefined) rmSync(path);
      else {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, content);
      }
    }
  };
  return {
    root,
    git,
    write,
    commit: (files) => {
      write(files);
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message=step');
    },
    clone: (...options) => {
      const copy = directory();
      git('clone', '--quiet', ...options, `file://${root}`, copy);
      return at(copy);
    },
  };
}
