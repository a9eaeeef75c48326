// What `npm publish` would send, file by file, and that it runs from there: on the Node.js it needs, and with a word on an older one.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeBundle } from './bundle.ts';
import { type Packed, pack, ROOT } from './packed.ts';

let packed: Packed;
beforeAll(
  () => {
    packed = pack();
    // What V8 compiles of it is kept with it: no other run unpacks it there.
    vi.stubEnv('NODE_COMPILE_CACHE', join(packed.directory, 'compiled'));
  },
  // The compiler takes most of it, on a machine that may be busy.
  3 * 60_000,
);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(packed.directory, { recursive: true, force: true });
});

const manifest: {
  readonly private?: boolean;
  readonly bin: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** What tsconfig.build.json compiles, as it names it. */
const compiled = globSync('src/**/*.{ts,cts}', {
  cwd: ROOT,
  exclude: ['**/*.test.ts', '**/testing.ts', 'src/report/html/browser/**'],
}).map((file) => file.replace(/^src/, 'dist').replace(/ts$/, 'js'));

describe('the npm package', () => {
  it('may be published', () => {
    expect(manifest.private).toBeUndefined();
  });

  it('holds the program, its policies with their schemas, licence and README, and nothing else', () => {
    const policies = globSync('policies/**/*.{yaml,json}', { cwd: ROOT });
    expect(policies).toContain('policies/guard.schema.json');
    const made = ['dist/prepared-policies.json', 'dist/THIRD-PARTY-LICENSES'];
    const others = ['LICENSE', 'README.md', 'package.json', 'man/gke-ingress-guard.1'];
    // What several of the bundled files share; the name has a hash of the content.
    const paths = packed.files.map(({ path }) => path).filter((path) => !/^dist\/bundled\/[\w-]+\.js$/.test(path));
    expect(paths.toSorted()).toEqual([...compiled, ...policies, ...made, ...others].toSorted());
  });

  it('is small, with the libraries that are bundled: below two megabytes to download', () => {
    expect(packed.size).toBeLessThan(2_000_000);
    expect(packed.unpackedSize).toBeLessThan(7_000_000);
  });

  it('has each program that it names', () => {
    expect(Object.keys(manifest.bin)).toContain('gke-ingress-guard');
    for (const file of Object.values(manifest.bin)) {
      expect(readFileSync(join(packed.installed, file), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    }
  });
});

/** As npm does it: a link in a directory of PATH. */
function link(name: string): string {
  const program = join(packed.directory, 'bin', name);
  if (!existsSync(program)) {
    mkdirSync(join(packed.directory, 'bin'), { recursive: true });
    symlinkSync(join(packed.installed, manifest.bin[name] ?? ''), program);
  }
  return program;
}

function runInstalled(
  words: readonly string[],
  flags: readonly string[] = [],
  name = 'gke-ingress-guard',
): ReturnType<typeof spawnSync> {
  return spawnSync(process.execPath, [...flags, link(name), ...words], { cwd: ROOT, encoding: 'utf8' });
}

describe('installed from it', () => {
  it('--help and check run', () => {
    const help = runInstalled(['--help']);
    expect([help.status, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toMatch(/^Usage: gke-ingress-guard /);
    const check = runInstalled(['check', 'examples', '--facts', 'examples/addon-off.yaml']);
    expect(check.status).toBe(1);
    expect(check.stdout).toContain('examples/argocd-ingress.yaml');
  });

  it('is a plug-in of kubectl too, and its help says how that is typed', () => {
    const help = runInstalled(['--help'], [], 'kubectl-gke_ingress');
    expect([help.status, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toMatch(/^Usage: kubectl gke-ingress /);
    const check = runInstalled(['check', '--help'], [], 'kubectl-gke_ingress');
    expect(check.stdout).toMatch(/^Usage: kubectl gke-ingress check /);
    expect(check.stdout).toContain('  kubectl gke-ingress check manifests/');
    expect(check.stdout).not.toContain('gke-ingress-guard check');
  });

  it('says on an older Node.js which one it needs and how to get it, and does not start', () => {
    const version = '20.20.2';
    const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
    const { status, stdout, stderr } = runInstalled(['--help'], ['--import', `data:text/javascript,${older}`]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      `error: gke-ingress-guard needs Node.js 24 or later; this is ${version}, ${process.execPath}\n` +
        'npm brings it along: npx --yes --package=node@24 --package=gke-ingress-guard gke-ingress-guard --help\n',
    );
    // The same number as npm reads.
    expect(manifest.engines.node).toBe('>=24');
  });

  const old = '/usr/bin/node';
  const major = Number(/^v(\d+)/.exec(spawnSync(old, ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1]);
  it.skipIf(!(major < 24))('says it on the older Node.js of this machine', () => {
    const { status, stderr } = spawnSync(old, [join(packed.installed, 'dist/bin.cjs')], { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toContain(`error: gke-ingress-guard needs Node.js 24 or later; this is ${major}.`);
  });
});

// From the same package: to make it takes the compiler and the bundler.
describeBundle(() => packed);
