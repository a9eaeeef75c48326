// The image as `npm run image:oci` writes it, from these sources: pushed to a registry and read back by the library that
// crane is made of, and run from its unpacked layers with the arguments of the Deployment.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { parse } from 'yaml';
import { createAuthority } from '../support/certificates.ts';
import { type ReadImage, type ReadLayout, readLayout, untar } from '../support/oci-layout.ts';
import { createReviewClient, reviewOf } from '../support/reviews.ts';
import { type Container, createContainer, output, serving, whyNoContainer } from './container.ts';
import { type GoModule, goPrograms, logToStderr } from './go-programs.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const PUSH: GoModule<'image-push'> = {
  what: 'a registry and what pushes to it',
  name: 'image-push',
  dir: fileURLToPath(new URL('./image-push/', import.meta.url)),
  files: ['go.mod', 'go.sum', 'main.go'],
  packages: ['.'],
  programs: ['image-push'],
  ldflags: '-s -w',
  duration: 'less than a minute',
  wayOut: '',
};

const dir = mkdtempSync(join(tmpdir(), 'guard-image-test-'));
let archives: readonly (readonly [archive: string, printed: string])[] = [];
let layout: ReadLayout;
let amd64: ReadImage;

beforeAll(async () => {
  // Each builds the tree anew, for that is what the comparison is about; beside each other, for that takes the time.
  archives = await Promise.all([writeImage('first.tar'), writeImage('second.tar')]);
  untar(archives[0]?.[0] ?? '', join(dir, 'layout'));
  layout = readLayout(join(dir, 'layout'));
  const [first] = layout.images;
  if (first === undefined) throw new Error('the index names no image');
  amd64 = first;
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function writeImage(name: string): Promise<readonly [string, string]> {
  const file = join(dir, name);
  const child = spawn(process.execPath, ['scripts/image-oci.ts', file, '--revision', 'abc'], { cwd: ROOT });
  const [out, log, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code !== 0) throw new Error(`image:oci ended with ${code}: ${log}`);
  expect(log).toContain('No base image');
  return [file, out];
}

describe('the image', () => {
  it('is the same bytes twice', () => {
    const [first, second] = archives.map(([file]) => readFileSync(file));
    expect(second?.equals(first ?? Buffer.alloc(0))).toBe(true);
    expect(archives[1]?.[1]).toBe(archives[0]?.[1]);
  });

  it('has the digest that was printed, and the version of package.json', () => {
    expect(archives[0]?.[1]).toContain(layout.digest);
    const { version }: { version: string } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect([layout.refName, layout.annotations['org.opencontainers.image.version']]).toEqual([version, version]);
    expect(layout.annotations['org.opencontainers.image.revision']).toBe('abc');
  });

  it('can be pushed to a registry, and is whole there', async () => {
    const { 'image-push': push } = await goPrograms(PUSH, logToStderr, process.env);
    const { status, stdout, stderr } = spawnSync(push, [join(dir, 'layout')], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.trim().split('\n')).toEqual([layout.digest, 'linux/amd64', 'linux/arm64']);
  });
});

describe('a container of the image', () => {
  let container: Container | undefined;
  let caPem = '';
  beforeAll(async () => {
    if (whyNoContainer() !== undefined) return;
    caPem = await writeVolumes();
    container = createContainer(amd64, { '/etc/gke-ingress-guard': join(dir, 'volumes') });
  });
  afterAll(() => container?.remove());

  /** Left out where the machine cannot do it; never on CI, where root runs the tests. */
  const orSkip = (context: TestContext): Container => {
    const why = whyNoContainer();
    if (why !== undefined && (process.env['CI'] !== 'true' || process.getuid?.() !== 0)) context.skip(why);
    if (container === undefined) throw new Error(`no container: ${why}`);
    return container;
  };

  it('runs as the securityContext says: not root, without a capability, on a file system that is read-only', async (context) => {
    const said = await output(orSkip(context).start(['--eval', INSPECT], ['node']));
    expect(said.stderr).toBe('');
    const { securityContext } = deployment().containers[0] ?? {};
    expect(securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(JSON.parse(said.stdout)).toEqual({
      cwd: '/app',
      status: ['Uid: 65532', 'Gid: 65532', 'CapPrm: 0000000000000000', 'CapEff: 0000000000000000', 'NoNewPrivs: 1'],
      written: ['/app/x: EROFS', '/app/dist/main.js: EROFS', '/x: EROFS'],
    });
  });

  it('answers --version from its entry point', async (context) => {
    expect(await output(orSkip(context).start(['--version']))).toEqual({
      code: 0,
      stdout: `${layout.annotations['org.opencontainers.image.version']}\n`,
      stderr: '',
    });
  });

  it('serves with the arguments of the Deployment, refuses what it should, and ends on SIGTERM', async (context) => {
    const { args = [] } = deployment().containers[0] ?? {};
    // Neither an API server nor Google is there; and other tests have the ports.
    const local = ['--no-cluster', '--no-gke-api', '--bind-address=127.0.0.1', '--port=0', '--health-port=0'];
    const child = orSkip(context).start([...args, ...local, '--drain-seconds=0']);
    const ended = once(child, 'close');
    const { webhook } = await serving(child);
    const client = createReviewClient({ port: webhook.port, caPem });
    const { allowed, status } = await client.review('validate', reviewOf(INGRESS));
    client.close();
    child.kill('SIGTERM');
    expect([allowed, status?.code, status?.message]).toEqual([
      false,
      403,
      expect.stringContaining('[http-load-balancing-disabled]'),
    ]);
    expect(await ended).toEqual([0, null]);
  });
});

const INGRESS = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { namespace: 'shop', name: 'web', annotations: { 'kubernetes.io/ingress.class': 'gce' } },
  spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
};

/** What the process is, and what it can write, seen from inside. */
const INSPECT = `
  const { readFileSync, writeFileSync } = require('node:fs');
  const wanted = /^(Uid|Gid|CapPrm|CapEff|NoNewPrivs):\\s+(\\S+)/gm;
  const tryToWrite = (path) => { try { writeFileSync(path, ''); return 'written'; } catch (error) { return error.code; } };
  console.log(JSON.stringify({
    cwd: process.cwd(),
    status: [...readFileSync('/proc/self/status', 'utf8').matchAll(wanted)].map(([, name, value]) => name + ': ' + value),
    written: ['/app/x', '/app/dist/main.js', '/x'].map((path) => path + ': ' + tryToWrite(path)),
  }));`;

interface PodSpec {
  readonly containers: readonly { readonly args?: readonly string[]; readonly securityContext?: unknown }[];
}

function deployment(): PodSpec {
  const { spec } = parse(readFileSync(join(ROOT, 'deploy/base/deployment.yaml'), 'utf8')) as {
    readonly spec: { readonly template: { readonly spec: PodSpec } };
  };
  return spec.template.spec;
}

/** What the Pod mounts below /etc/gke-ingress-guard, as the kubelet writes it: for everybody to read. */
async function writeVolumes(): Promise<string> {
  const volumes = join(dir, 'volumes');
  for (const name of ['tls', 'facts', 'policy']) mkdirSync(join(volumes, name), { recursive: true });
  const authority = await createAuthority('gke-ingress-guard throw-away CA');
  const { certPem, keyPem } = await authority.issue({ commonName: 'localhost', dnsNames: ['localhost'] });
  writeFileSync(join(volumes, 'tls/tls.crt'), certPem);
  writeFileSync(join(volumes, 'tls/tls.key'), keyPem);
  copyFileSync(join(ROOT, 'examples/addon-off.yaml'), join(volumes, 'facts/facts.yaml'));
  copyFileSync(join(ROOT, 'deploy/base/guard.yaml'), join(volumes, 'policy/guard.yaml'));
  return authority.certPem;
}
