// The real program: what it does with its process, and how `serve` says that it cannot start.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import { MAIN } from '../support/program.ts';
import { directoryOf, run as runHere } from './support.ts';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function run(
  words: readonly string[],
  setUp: (child: ChildProcess) => void = () => undefined,
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...words], {
    stdio: 'pipe',
    env: { ...process.env, NODE_ENV: 'production', ...env },
  });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    texts.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    texts.err += chunk;
  });
  setUp(child);
  child.stdin.on('error', () => undefined).end();
  const [code] = await once(child, 'close');
  return { code, ...texts };
}

it('exits with the code of the command, its results on stdout', async () => {
  const clean = await run(['check', 'examples', '--facts=examples/addon-on.yaml']);
  expect(clean).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(/4 objects checked: 0 errors, 1 warning\.\n$/),
  });
  expect(await run(['check', 'examples', '--facts=examples/addon-off.yaml'])).toMatchObject({ code: 1, err: '' });
  expect(await run(['check', 'nowhere'])).toEqual({
    code: 2,
    err: 'nowhere: cannot be read: there is no such file or directory\n',
    out: '0 objects checked: 0 errors, 0 warnings.\n',
  });
});

it('prints the version of package.json', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(await run(['--version'])).toEqual({ code: 0, err: '', out: `${version}\n` });
});

it('reads a stream from standard input', async () => {
  const text = readFileSync('examples/argocd-ingress.yaml');
  const { code, out } = await run(['check', '-', '--format=json', '--facts=examples/addon-off.yaml'], (child) =>
    child.stdin?.write(text),
  );
  expect(code).toBe(1);
  expect(JSON.parse(out).findings).toMatchObject([{ file: '-', line: 8 }]);
});

it('ends without a word where its reader has seen enough', async () => {
  const ingress = readFileSync('examples/argocd-ingress.yaml', 'utf8');
  const many = Array.from({ length: 500 }, () => ingress).join('---\n');
  const root = directoryOf({ 'many.yaml': many });
  const { code, err } = await run(['check', root, '--facts=examples/addon-off.yaml'], (child) =>
    child.stdout?.destroy(),
  );
  expect({ code, err }).toEqual({ code: 1, err: '' });
  const both = await run(['check', root, 'nowhere'], (child) => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  });
  expect(both.code).toBe(2);
});

it.runIf(process.getuid?.() === 0)('says which files it may not read, and reads the others', async () => {
  const ingress = readFileSync('examples/argocd-ingress.yaml', 'utf8');
  const root = directoryOf({ 'a.yaml': ingress, 'b.yaml': ingress, 'c/d.yaml': ingress });
  chmodSync(root, 0o755);
  chmodSync(join(root, 'b.yaml'), 0);
  chmodSync(join(root, 'c'), 0);
  // Root may read everything, so the process becomes nobody before it runs.
  const script = `process.setgroups([]); process.setgid(65534); process.setuid(65534); process.argv.splice(1, 0, ${JSON.stringify(MAIN)}); await import(${JSON.stringify(MAIN)});`;
  const words = ['--input-type=module', '--eval', script, '--', 'check', root, '--facts=examples/addon-off.yaml'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let err = '';
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, 'close');
  expect({ code, err: err.replaceAll(`${root}/`, '') }).toEqual({
    code: 2,
    err: 'c: cannot be read: permission denied\nb.yaml: cannot be read: permission denied\n',
  });
  expect(out).toContain(`${root}/a.yaml:8: error: Ingress/argocd/argocd-server`);
});

describe('serve', () => {
  const loopback = ['serve', '--bind-address=127.0.0.1', '--port=0', '--health-port=0', '--no-cluster'];

  async function tlsFiles(): Promise<{ readonly 'tls.crt': string; readonly 'tls.key': string }> {
    const { certPem, keyPem } = await (await createAuthority('throw-away')).issue({ commonName: 'localhost' });
    return { 'tls.crt': certPem, 'tls.key': keyPem };
  }

  async function failure(...words: string[]): Promise<string> {
    return wordsOf(await run([...loopback, ...words]));
  }

  /** The same without a process: of the reasons of one kind, one shows that it ends. */
  async function failureHere(...words: string[]): Promise<string> {
    return wordsOf(await runHere([...loopback, ...words]));
  }

  function wordsOf({ code, out, err }: Ended): string {
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toMatch(/\n +at /);
    return err;
  }

  const TLS_FIX =
    'Put a PEM pair as tls.crt and tls.key into the directory that --tls-dir names (cert-manager does). [tls-invalid]\n';

  it('says what is wrong with its certificate', async () => {
    const [pair, other] = await Promise.all([tlsFiles(), tlsFiles()]);
    const mixed = directoryOf({ ...pair, 'tls.key': other['tls.key'] });
    const garbage = directoryOf({ 'tls.crt': 'hello', 'tls.key': 'world' });
    const keyless = directoryOf({ 'tls.crt': pair['tls.crt'] });
    expect(await failure('--tls-dir=/nowhere')).toBe(
      `error: The certificate or its key cannot be used. /nowhere/tls.crt cannot be read: there is no such file or directory.\n${TLS_FIX}`,
    );
    expect(await failureHere(`--tls-dir=${keyless}`)).toBe(
      `error: The certificate or its key cannot be used. ${keyless}/tls.key cannot be read: there is no such file or directory.\n${TLS_FIX}`,
    );
    expect(await failureHere(`--tls-dir=${mixed}`)).toBe(
      `error: The certificate or its key cannot be used. tls.key does not belong to tls.crt in ${mixed}.\n${TLS_FIX}`,
    );
    expect(await failureHere(`--tls-dir=${garbage}`)).toBe(
      `error: The certificate or its key cannot be used. tls.crt in ${garbage} is no PEM certificate.\n${TLS_FIX}`,
    );
  });

  it('does not guess which cluster is meant', async () => {
    const root = directoryOf(await tlsFiles());
    const words = [...loopback.filter((word) => word !== '--no-cluster'), `--tls-dir=${root}`];
    const nowhere = { KUBECONFIG: '', HOME: root };
    const advice = 'Name one with --kubeconfig, or serve without a cluster with --no-cluster.';
    expect(await run(words, undefined, nowhere)).toEqual({
      code: 2,
      out: '',
      err: expect.stringContaining(
        `The cluster cannot be asked. There is no kubeconfig (KUBECONFIG, ~/.kube/config), and this is no Pod with a ServiceAccount token. ${advice}\n`,
      ),
    });
    const absent = await run([...words, '--kubeconfig=/nowhere/config'], undefined, nowhere);
    expect({ code: absent.code, err: absent.err }).toEqual({
      code: 2,
      err: expect.stringContaining(`The kubeconfig cannot be read: there is no such file or directory. ${advice}\n`),
    });
    expect(await failureHere('--kubeconfig=/nowhere/config')).toMatch(
      /'--kubeconfig <file>' cannot be used with .*'--no-cluster'/,
    );
  });

  it('ends, and leaves no watch behind, where it cannot listen', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const config = {
      clusters: [{ name: 'gone', cluster: { server: 'https://127.0.0.1:1' } }],
      users: [{ name: 'somebody', user: { token: 'secret' } }],
      contexts: [{ name: 'gone', context: { cluster: 'gone', user: 'somebody' } }],
      'current-context': 'gone',
    };
    const root = directoryOf({ ...(await tlsFiles()), kubeconfig: JSON.stringify(config) });
    const words = ['serve', '--bind-address=127.0.0.1', `--port=${port}`, '--health-port=0', `--tls-dir=${root}`];
    const { code, err } = await run([...words, `--kubeconfig=${root}/kubeconfig`]);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('[port-unavailable]') });
    holder.close();
  });

  it('says what is wrong with the authorities of its clients', async () => {
    const tls = directoryOf(await tlsFiles());
    expect(await failure(`--tls-dir=${tls}`, `--client-ca=${tls}/none.crt`)).toBe(
      `error: The file of client authorities cannot be used. ${tls}/none.crt cannot be read: there is no such file or directory.\n` +
        'Name a PEM file with the certificates of the authorities in --client-ca (docs/tls.md). [client-ca-invalid]\n',
    );
    expect(await failureHere(`--tls-dir=${tls}`, `--client-ca=${tls}/tls.key`)).toContain(
      `${tls}/tls.key has no PEM certificate.\n`,
    );
  });

  it('says what is wrong with its facts and its policy', async () => {
    const tls = directoryOf(await tlsFiles());
    const root = directoryOf({ 'facts.yaml': 'kind: ClusterFacts\n', 'guard.yaml': 'a: b\n' });
    const facts = await failure(`--tls-dir=${tls}`, `--facts=${root}/facts.yaml`);
    expect(facts).toMatch(
      /^error: The facts file cannot be used\. .*facts\.yaml:1: the document: "apiVersion" is missing\n/,
    );
    expect(await failureHere(`--tls-dir=${tls}`, `--facts=${root}/none.yaml`)).toMatch(
      /none\.yaml: there is no such file or directory\.\n/,
    );
    expect(await failureHere(`--tls-dir=${tls}`, `--policy=${root}`)).toMatch(
      /^error: The policy directory cannot be used\.[ \n].*guard\.yaml:1: /,
    );
  });

  it('says which of its ports is taken', async () => {
    const tls = directoryOf(await tlsFiles());
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    for (const option of ['--port', '--health-port']) {
      expect(await failure(`--tls-dir=${tls}`, `${option}=${port}`)).toBe(
        `error: The server cannot listen on its port. 127.0.0.1:${port}: the address is already in use.\n` +
          'Choose another with --port or --health-port, or end the process that holds it. [port-unavailable]\n',
      );
    }
    holder.close();
    expect(await failureHere(`--tls-dir=${tls}`, '--bind-address=192.0.2.1')).toMatch(
      /192\.0\.2\.1:0: this machine does not have the address\.\n/,
    );
  });
});
