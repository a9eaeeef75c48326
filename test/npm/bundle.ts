// The libraries that the build puts into the program: nothing else is needed beside it, each licence goes along, and what the parts do
// they do from there. All else that the program does with a cluster, `npm run test:cluster` shows of it with GUARD_TEST_PROGRAM.
import { spawn, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Bundle, bundleOf } from '../../scripts/bundle/bundle.ts';
import { page, playApiServer, stream } from '../live/api-server.ts';
import { startFakeGkeApi, startFakeMetadata } from '../support/fake-gke-api.ts';
import { startGuard } from '../support/guard-process.ts';
import { loadedModules } from '../support/loaded-modules.ts';
import { ingress } from '../support/objects.ts';
import { createReviewClient, reviewOf } from '../support/reviews.ts';
import { type Packed, ROOT } from './packed.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
}

/** @param packed once a case runs */
export function describeBundle(packed: () => Packed): void {
  const inPackage = (file: string): string => join(packed().installed, file);
  const read = (file: string): string => readFileSync(inPackage(file), 'utf8');

  describe('the bundle', () => {
    let anew: Bundle;
    beforeAll(async () => {
      anew = await bundleOf(ROOT);
    });

    it('leaves nothing to import but what npm installs, and Node.js', () => {
      const { dependencies }: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
        read('package.json'),
      );
      const files = globSync('dist/**/*.{js,cjs}', { cwd: packed().installed });
      expect(files).toContain('dist/cluster/bundled/kubernetes-client.js');
      // A statement of its own, from its name to its end: of the compiler over several lines, of the bundler in double quotes.
      const statement = /^(?:import|export)\s(?:[\w$*\s{},]*?\sfrom\s)?\s*['"]([^'"\n]+)['"];?$/gm;
      const imported = files.flatMap((file) => [...read(file).matchAll(statement)].map(([, name = '']) => name));
      const foreign = imported.filter((name) => !/^(\.|node:)/.test(name) && !builtinModules.includes(name));
      expect(new Set(foreign)).toEqual(new Set(Object.keys(dependencies)));
    });

    it('is the same bytes, wherever it is made', () => {
      const { files } = anew;
      expect(files.size).toBeGreaterThan(6);
      for (const [name, code] of files) expect([name, read(join('dist', name)) === code]).toEqual([name, true]);
    });

    it('comes with the licence of each package that code of is in it, and of no other', () => {
      const { packages } = anew;
      const wanted = packages.map((place) => {
        const { name, version, license } = JSON.parse(readFileSync(join(ROOT, place, 'package.json'), 'utf8'));
        return `${name} ${version} (${license})`;
      });
      const licences = read('dist/THIRD-PARTY-LICENSES');
      const listed = [...licences.matchAll(/^={80}\n(.+)\n={80}$/gm)].map(([, name]) => name);
      expect(listed.toSorted()).toEqual([...new Set(wanted)].toSorted());
      // Their texts, and not only their names: the shortest has some lines.
      const [, ...texts] = licences.split(/^={80}\n.+\n={80}$/m);
      expect(texts.filter((one) => one.length < 500)).toEqual([]);
      expect(listed).toContainEqual(expect.stringMatching(/^@kubernetes\/client-node .* \(Apache-2\.0\)$/));
    });
  });

  async function runPackage(words: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
    const options = { cwd: packed().installed, env: { ...process.env, HOME: '/dev/null', PATH: '', ...env } };
    const child = spawn(process.execPath, words, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
    const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    return { code, stdout };
  }

  describe('from the bundle', () => {
    it('a command over files loads nothing, and one that asks a cluster its client only', () => {
      const bundled = (...words: readonly string[]): readonly string[] =>
        loadedModules(inPackage('dist/main.js'), ...words).flatMap(
          (url) => /\/dist\/(\w\S*\/bundled\/\S*)$/.exec(url)?.[1] ?? [],
        );
      const files = join(ROOT, 'examples');
      expect(bundled('check', files)).toEqual([]);
      expect(bundled('check', files, '--live', '--kubeconfig=/nowhere/config')).toEqual([
        'cluster/bundled/kubernetes-client.js',
      ]);
    });

    it('the webhook serves, counts and logs', async () => {
      const guard = await startGuard({ program: [inPackage('dist/main.js')], args: ['--drain-seconds=0'] });
      const client = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
      const { allowed } = await client.review('validate', reviewOf(ingress({ class: 'gce' })));
      client.close();
      const metrics = await (await fetch(`http://127.0.0.1:${guard.healthPort}/metrics`)).text();
      expect([allowed, await guard.stop()]).toEqual([true, { code: 0, signal: null }]);
      expect(metrics).toMatch(/^process_cpu_seconds_total [\d.]+$/m);
      expect(guard.log.map(({ msg }) => msg)).toContain('serving');
    });

    it('an API server is asked, with the credentials of a kubeconfig', async () => {
      const server = await playApiServer({ list: [page([], '1')], watch: [stream()] });
      onTestFinished(() => server.close());
      const words = [
        'dist/main.js',
        'check',
        '--live',
        `--kubeconfig=${server.kubeconfig}`,
        join(ROOT, 'examples/argocd-ingress.yaml'),
      ];
      const { stdout } = await runPackage(words, { METADATA_SERVER_DETECTION: 'none' });
      expect(stdout).toContain('argocd-ingress.yaml');
      expect(server.asked.length).toBeGreaterThan(5);
    });

    it('Google is asked, with a token of the metadata server', async () => {
      const [google, metadata] = await Promise.all([startFakeGkeApi('token'), startFakeMetadata('token')]);
      onTestFinished(async () => void (await Promise.all([google.close(), metadata.close()])));
      const script = `
      import { createGkeApi } from './dist/cluster/gke/gke-api.js';
      const names = { project: undefined, location: undefined, cluster: undefined };
      console.log(JSON.stringify(await createGkeApi({ endpoint: '${google.url}', names, timeoutMs: 5000 }).read()));`;
      const { stdout } = await runPackage(['--input-type=module', '--eval', script], {
        GCE_METADATA_HOST: metadata.host,
      });
      expect(stdout).toContain('1.33.4-gke.1036000');
    });

    it('certificates are made that OpenSSL can read', () => {
      const script = `
      import { issueAuthority, issueServing } from './dist/self-signed/issue.js';
      const validity = { nowMs: Date.now(), lifetimeMs: 86_400_000 };
      const authority = await issueAuthority(validity);
      const serving = await issueServing(authority, ['guard.system.svc'], validity);
      console.log(JSON.stringify([authority.cert, serving.cert]));`;
      const options = { cwd: packed().installed, encoding: 'utf8' } as const;
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], options);
      expect(stderr).toBe('');
      const [authority = '', serving = ''] = JSON.parse(stdout) as readonly string[];
      const read = new X509Certificate(serving);
      expect(read.subjectAltName).toBe('DNS:guard.system.svc');
      expect(read.verify(new X509Certificate(authority).publicKey)).toBe(true);
    });
  });
}
