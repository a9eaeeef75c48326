// A Git repository of each name on this machine, which Argo CD fetches by its file:// URL.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { KubeObject } from '../cluster/api-client.ts';

export interface GitRepositories {
  /** Makes it where it is not there, and replaces all that it has. */
  commit(name: string, objects: readonly KubeObject[]): void;
  url(name: string): string;
}

export function gitRepositories(root: string): GitRepositories {
  const folderOf = (name: string): string => join(root, name);
  return {
    commit: (name, objects) => {
      const folder = folderOf(name);
      mkdirSync(folder, { recursive: true });
      git(folder, 'init', '--quiet', '--initial-branch=main');
      writeFileSync(join(folder, 'objects.yaml'), objects.map((one) => JSON.stringify(one)).join('\n---\n'));
      git(folder, 'add', '--all');
      git(folder, 'commit', '--quiet', '--allow-empty', '--message=change');
    },
    url: (name) => pathToFileURL(folderOf(name)).href,
  };
}

/** Whatever this machine's user has configured. */
function git(folder: string, ...args: readonly string[]): void {
  const identity = ['-c', 'user.name=Shop', '-c', 'user.email=shop@example.com'];
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  execFileSync('git', ['-C', folder, ...identity, ...args], { stdio: 'pipe', env });
}
