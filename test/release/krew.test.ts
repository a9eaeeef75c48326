// The plug-in for krew, from a small tree that has what matters: the archive is unpacked as krew does it, and what the manifest
// names is found there and runs.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type KrewRelease, krewFiles } from '../../scripts/release/krew.ts';

const dir = mkdtempSync(join(tmpdir(), 'guard-krew-test-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const tree = join(dir, 'tree');
mkdirSync(join(tree, 'dist'), { recursive: true });
writeFileSync(join(tree, 'LICENSE'), 'Apache');
writeFileSync(
  join(tree, 'dist/kubectl-gke_ingress.cjs'),
  "#!/usr/bin/env node\nconsole.log(require('path').basename(process.argv[1]), process.argv[2]);\n",
);

const RELEASE: KrewRelease = { version: '1.2.3', repository: 'owner/name', description: 'Says it', tree, mtime: 0 };

interface KrewManifest {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly version: string;
    readonly homepage: string;
    readonly platforms: readonly {
      readonly uri: string;
      readonly sha256: string;
      readonly files: readonly { readonly from: string; readonly to: string }[];
      readonly bin: string;
    }[];
  };
}

function made(): {
  readonly archive: Buffer;
  readonly name: string;
  readonly manifest: KrewManifest;
  readonly text: string;
} {
  const [[name, archive] = ['', Buffer.alloc(0)], [, text] = ['', Buffer.alloc(0)]] = [...krewFiles(RELEASE)];
  return { name, archive, text: text.toString(), manifest: parse(text.toString()) };
}

describe('the manifest for krew', () => {
  it('names the version, the archive of that release and its hash', () => {
    const { archive, name, manifest, text } = made();
    expect(manifest.metadata.name).toBe('gke-ingress');
    expect(manifest.spec).toMatchObject({ version: 'v1.2.3', homepage: 'https://github.com/owner/name' });
    const [platform] = manifest.spec.platforms;
    expect(platform?.uri).toBe(`https://github.com/owner/name/releases/download/v1.2.3/${name}`);
    expect(platform?.sha256).toBe(createHash('sha256').update(archive).digest('hex'));
    // Nothing is left for a person to fill in.
    expect(text).not.toMatch(/OWNER|TODO|\{\{|<[a-z]/);
  });

  it('names a program that is in the archive and runs under the name that kubectl looks for', () => {
    const { archive, name, manifest } = made();
    const [platform] = manifest.spec.platforms;
    expect(platform?.files).toEqual([{ from: 'gke-ingress/*', to: '.' }]);
    writeFileSync(join(dir, name), archive);
    expect(spawnSync('tar', ['-xzf', name], { cwd: dir }).status).toBe(0);
    const program = join(dir, 'kubectl-gke_ingress');
    symlinkSync(join(dir, 'gke-ingress', platform?.bin ?? ''), program);
    const { status, stdout, stderr } = spawnSync(program, ['check'], { encoding: 'utf8' });
    expect([status, stdout, stderr]).toEqual([0, 'kubectl-gke_ingress check\n', '']);
  });

  it('comes with an archive without links, which krew would not unpack', () => {
    const linked = join(dir, 'linked');
    cpSync(tree, linked, { recursive: true });
    mkdirSync(join(linked, 'node_modules/.bin'), { recursive: true });
    symlinkSync('../a/a.js', join(linked, 'node_modules/.bin/a'));
    const [[name, archive] = ['', Buffer.alloc(0)]] = [...krewFiles({ ...RELEASE, tree: linked })];
    writeFileSync(join(dir, name), archive);
    const { stdout } = spawnSync('tar', ['-tzvf', name], { cwd: dir, encoding: 'utf8' });
    expect(stdout).toContain('kubectl-gke_ingress.cjs');
    expect(stdout.split('\n').filter((line) => line.startsWith('l'))).toEqual([]);
    symlinkSync('LICENSE', join(linked, 'COPYING'));
    expect(() => krewFiles({ ...RELEASE, tree: linked })).toThrow(`there are: ${join(linked, 'COPYING')}`);
  });

  it('is the same for the same tree', () => {
    expect(made().text).toBe(made().text);
  });

  it('does not exist for what is no repository, or for a tree without the program', () => {
    expect(() => krewFiles({ ...RELEASE, repository: 'https://github.com/owner/name' })).toThrow('is not OWNER/NAME');
    expect(() => krewFiles({ ...RELEASE, tree: dir })).toThrow('is not there');
  });
});
