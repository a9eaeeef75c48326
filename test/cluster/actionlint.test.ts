// The workflows in the eyes of actionlint, which knows GitHub's language: expressions, contexts, inputs of well-known
// actions, permissions, cron. What we ask of them beyond that is in test/workflows.test.ts.
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type GoModule, goPrograms, logToStderr } from './go-programs.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const ACTIONLINT: GoModule<'actionlint'> = {
  what: 'actionlint',
  name: 'actionlint',
  dir: fileURLToPath(new URL('./actionlint/', import.meta.url)),
  files: ['go.mod', 'go.sum'],
  packages: ['github.com/rhysd/actionlint/cmd/actionlint'],
  programs: ['actionlint'],
  ldflags: '-s -w',
  duration: 'less than a minute',
  wayOut: '',
};

let actionlint = '';
beforeAll(async () => {
  ({ actionlint } = await goPrograms(ACTIONLINT, logToStderr, process.env));
});

/** Without the linters of shell and Python, which some machines have and others have not. */
function lint(files: readonly string[]): { readonly status: number | null; readonly said: string } {
  const words = ['-no-color', '-shellcheck=', '-pyflakes=', ...files];
  const { status, stdout, stderr } = spawnSync(actionlint, words, { cwd: ROOT, encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}

describe('actionlint', () => {
  it('finds nothing in the workflows', () => {
    const files = globSync('.github/workflows/*.yml', { cwd: ROOT }).toSorted();
    expect(files.length).toBeGreaterThan(1);
    expect(lint(files)).toEqual({ status: 0, said: '' });
  });

  it('sees a job that is needed and does not exist', () => {
    const dir = mkdtempSync(join(tmpdir(), 'guard-actionlint-'));
    try {
      const broken = join(dir, 'release.yml');
      const text = readFileSync(join(ROOT, '.github/workflows/release.yml'), 'utf8');
      writeFileSync(broken, text.replace('npm:\n    needs: [test, image]', 'npm:\n    needs: [test, images]'));
      expect(lint([broken])).toEqual({
        status: 1,
        said: expect.stringContaining('job "npm" needs job "images" which does not exist'),
      });
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
