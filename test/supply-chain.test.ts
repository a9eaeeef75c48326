// What the image carries besides our own code, and the two scripts that report on it: docs/supply-chain.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shippedOf } from '../scripts/bundle/shipped.ts';
import { audit } from '../scripts/supply-chain/advisories.ts';
import { bomOf } from '../scripts/supply-chain/bom.ts';
import type { NpmAnswer } from '../scripts/supply-chain/run-npm.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

const { packages }: { packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
  readFileSync(`${ROOT}package-lock.json`, 'utf8'),
);
const shipped = await shippedOf(ROOT);
const production = [...shipped.installed, ...shipped.bundled].map((path) => [path, packages[path] ?? {}] as const);

/** From its place, such as node_modules/a/node_modules/@scope/name. */
function nameOf(path: string): string {
  return path.replace(/^.*node_modules\//, '');
}

/** Each allows redistribution in an image under Apache-2.0, with its text, which its package carries. */
const LICENCES = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Unlicense',
];

/** Without the middle of npm's own environment, which would hold for the npm that is started. */
function environment(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string | undefined>> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_|proxy$/i.test(name));
  return { ...Object.fromEntries(inherited), ...more };
}

/** As it is run: what it bundles first, to see what is in it, takes most of its time. */
async function runScript(script: string, env: Readonly<Record<string, string>> = {}): Promise<NpmAnswer> {
  const options = { cwd: ROOT, env: environment(env) };
  const child = spawn(process.execPath, [`scripts/${script}.ts`], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr };
}

it('the packages that are shipped are those that are installed, without a development dependency, and those that are bundled', () => {
  const names = (places: readonly string[]): readonly string[] => places.map(nameOf);
  expect(names(shipped.installed)).toEqual(expect.arrayContaining(['ajv', 'commander', 'js-yaml', 'yaml']));
  expect(names(shipped.bundled)).toEqual(
    expect.arrayContaining(['@kubernetes/client-node', 'google-auth-library', 'express', 'ws']),
  );
  expect(shipped.bundled.filter((place) => packages[place]?.dev !== true)).toEqual([]);
  expect(names([...shipped.installed, ...shipped.bundled])).not.toContain('vitest');
});

describe('a package that is shipped', () => {
  it('is of a licence that is known here', () => {
    expect(production.length).toBeGreaterThan(20);
    const odd = production.filter(([, { license }]) => license === undefined || !LICENCES.includes(license));
    expect(odd.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
  });

  it('is the same on every platform: it has no script to run at installation and no native part', () => {
    const native = production.filter(
      ([, one]) => one.hasInstallScript === true || one.os !== undefined || one.cpu !== undefined,
    );
    expect(native.map(([path]) => path)).toEqual([]);
  });

  it('is locked with its hash', () => {
    const odd = production.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-'));
    expect(odd.map(([path]) => path)).toEqual([]);
  });
});

describe('npm run sbom', () => {
  it('lists every package that is installed or bundled with its hash, and says the same twice', async () => {
    const first = await runScript('sbom');
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(await bomOf(ROOT, shipped, environment())).toBe(first.stdout);
    const bom = JSON.parse(first.stdout);
    expect(bom).toMatchObject({
      bomFormat: 'CycloneDX',
      serialNumber: expect.stringMatching(
        /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ),
      metadata: { component: { type: 'application', name: 'gke-ingress-guard' } },
    });
    interface Component {
      readonly purl: string;
      readonly 'bom-ref': string;
      readonly hashes: readonly { readonly alg: string }[];
      readonly properties: readonly { readonly name: string; readonly value: string }[];
    }
    const components: readonly Component[] = bom.components;
    const listed = new Set(components.map(({ purl }) => decodeURIComponent(purl)));
    const wanted = production.map(([path, { version }]) => `pkg:npm/${nameOf(path)}@${version}`);
    expect(listed).toEqual(new Set(wanted));
    for (const { hashes } of components) expect(hashes.map(({ alg }) => alg)).toEqual(['SHA-512']);
    const bundled = components.filter(({ properties }) =>
      properties.some(({ name, value }) => name === 'cdx:npm:package:bundled' && value === 'true'),
    );
    expect(new Set(bundled.map((one) => one['bom-ref']))).toEqual(
      new Set(shipped.bundled.map((place) => `${nameOf(place)}@${packages[place]?.version}`)),
    );
    const refs = new Set([bom.metadata.component, ...components].map((one) => one['bom-ref']));
    const dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[] = bom.dependencies;
    expect(dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]).filter((ref) => !refs.has(ref))).toEqual(
      [],
    );
  });

  it('carries the time that SOURCE_DATE_EPOCH gives, and no other', async () => {
    const bom = await bomOf(ROOT, shipped, environment({ SOURCE_DATE_EPOCH: '1767225600' }));
    expect(JSON.parse(bom).metadata.timestamp).toBe('2026-01-01T00:00:00.000Z');
  });
});

describe('npm run audit', () => {
  let registry: Server | undefined;
  let asked: Promise<Buffer> | undefined;
  let cache = '';
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'guard-audit-'));
  });
  afterEach(() => {
    registry?.close();
    rmSync(cache, { recursive: true, force: true });
  });

  type Settings = Readonly<Record<string, string>>;
  const inProcess = (env: Settings): Promise<NpmAnswer> => audit(ROOT, shipped, environment(env));

  /** The registry's endpoint for advisories, over real HTTP; all else it does not know. */
  async function auditAgainst(
    status: number,
    advisories: unknown,
    run: (env: Settings) => Promise<NpmAnswer> = inProcess,
  ): Promise<NpmAnswer> {
    const server = createServer((request, response) => {
      asked = buffer(request);
      const isAudit = request.url === '/-/npm/v1/security/advisories/bulk';
      response.writeHead(isAudit ? status : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isAudit ? advisories : {}));
    });
    registry = server;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
    return run({
      npm_config_registry: `http://127.0.0.1:${address.port}/`,
      npm_config_fetch_retries: '0',
      npm_config_update_notifier: 'false',
      // npm remembers what it heard of an advisory: nobody's cache is to hear of these.
      npm_config_cache: cache,
    });
  }

  const advisory = (severity: string): unknown => ({
    express: [
      {
        id: 1,
        url: 'https://example.com/1',
        title: 'made up',
        severity,
        vulnerable_versions: '*',
        cwe: [],
        cvss: { score: 9 },
      },
    ],
  });

  it('is clean where the registry knows nothing of any production dependency', async () => {
    expect(await auditAgainst(200, {})).toMatchObject({ code: 0, stdout: expect.stringContaining('No known') });
    const names: unknown = JSON.parse(gunzipSync((await asked) ?? Buffer.alloc(0)).toString());
    expect(Object.keys(names as object)).toEqual(expect.arrayContaining(production.map(([path]) => nameOf(path))));
  });

  it('ends with 1 and names what is vulnerable', async () => {
    const answer = await auditAgainst(200, advisory('critical'), (env) => runScript('audit', env));
    expect(answer).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('VULNERABLE: express (critical): made up https://example.com/1'),
    });
  });

  it('lets a moderate one pass', async () => {
    expect((await auditAgainst(200, advisory('moderate'))).code).toBe(0);
  });

  it('ends with 2 where the registry does not answer, and claims nothing', async () => {
    const answer = await auditAgainst(405, {});
    expect(answer).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^NOT AUDITED: .*405/s) });
  });
});
