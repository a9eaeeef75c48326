// `npm run image:oci` as somebody types it, with a small tree in place of one that takes a minute to build.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLayout, untar } from './support/oci-layout.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'guard-oci-command-'));
const tree = join(dir, 'tree');
beforeAll(() => {
  mkdirSync(join(tree, 'dist'), { recursive: true });
  writeFileSync(join(tree, 'dist/main.js'), 'program');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function imageOci(words: readonly string[], epoch = ''): Answer {
  const env = { ...process.env, SOURCE_DATE_EPOCH: epoch };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/image-oci.ts', ...words], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('npm run image:oci', () => {
  it('prints the digest that a registry will know, and says that nothing runs without a base image', () => {
    const file = join(dir, 'none.tar');
    const { status, stdout, stderr } = imageOci([file, '--tree', tree, '--revision', 'abc']);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^No base image \(--base DIR\).*does not run/)]);
    untar(file, join(dir, 'none'));
    const layout = readLayout(join(dir, 'none'));
    expect(stdout).toMatch(new RegExp(`^${layout.digest} {2}amd64, arm64, \\d+ bytes\n$`));
    expect(layout.annotations['org.opencontainers.image.revision']).toBe('abc');
    expect(layout.annotations).not.toHaveProperty('org.opencontainers.image.base.digest');
  });

  it('takes the layers of a base image, and then has nothing to say', () => {
    const base = join(dir, 'base.tar');
    imageOci([base, '--tree', tree]);
    untar(base, join(dir, 'base'));
    const file = join(dir, 'on-base.tar');
    expect(imageOci([file, '--tree', tree, '--base', join(dir, 'base')])).toMatchObject({ status: 0, stderr: '' });
    untar(file, join(dir, 'on-base'));
    const [image] = readLayout(join(dir, 'on-base')).images;
    expect(image?.layers).toHaveLength(2);
    expect(image?.annotations).toHaveProperty(['org.opencontainers.image.base.digest']);
  });

  it.each([
    ['no file', [], '', 'one FILE is needed\nUsage: npm run image:oci'],
    ['two files', ['a.tar', 'b.tar'], '', 'one FILE is needed\nUsage: npm run image:oci'],
    ['a file that is there', ['package.json'], '', 'package.json is there already'],
    ['an unknown option', ['a.tar', '--bass', 'x'], '', "Unknown option '--bass'"],
    ['a time in words', ['a.tar'], 'today', 'SOURCE_DATE_EPOCH must be whole seconds, and is "today"'],
    ['a base that is none', ['a.tar', '--tree', tree, '--base', tree], '', 'is no OCI image layout'],
  ])('refuses %s, and writes nothing', (_, words, epoch, said) => {
    expect(imageOci(words, epoch)).toEqual({ status: 1, stdout: '', stderr: expect.stringContaining(said) });
    expect(existsSync(join(ROOT, 'a.tar'))).toBe(false);
  });
});
