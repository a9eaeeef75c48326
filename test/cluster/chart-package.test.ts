// The chart as what users get: clean, documented, and as a release packs, pushes and signs it, to a registry on loopback. Signing
// needs GitHub's identity and is not shown here.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goPrograms, logToStderr } from './go-programs.ts';
import { CHART, type Helm, helmProgram } from './helm.ts';
import { HELM_DOCS } from './helm-programs.ts';
import { type Registry, startRegistry } from './registry.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const { version }: { version: string } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const dir = mkdtempSync(join(tmpdir(), 'guard-chart-'));

let helm: Helm;
let registry: Registry;
beforeAll(async () => {
  helm = await helmProgram();
  registry = await startRegistry();
});
afterAll(async () => {
  helm?.close();
  await registry?.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('the chart as a package', () => {
  it('is clean in the eyes of helm lint, which sees a fault', async () => {
    const { code, out } = await helm.run(['lint', '--strict', CHART]);
    const info = out.split('\n').filter((line) => /^\[/.test(line));
    expect([code, info]).toEqual([0, ['[INFO] Chart.yaml: icon is recommended']]);
    const broken = join(dir, 'broken');
    cpSync(CHART, broken, { recursive: true });
    writeFileSync(join(broken, 'templates/service.yaml'), 'kind: {{ .Values.nothing.here }}\n');
    expect((await helm.run(['lint', '--strict', broken])).code).toBe(1);
  });

  it('has the README that helm-docs writes (npm run chart does)', async () => {
    const programs = await goPrograms(HELM_DOCS, logToStderr, process.env);
    const copy = join(dir, 'documented');
    cpSync(CHART, copy, { recursive: true });
    rmSync(join(copy, 'README.md'));
    const words = ['--chart-search-root', copy, '--sort-values-order', 'file'];
    expect(spawnSync(programs['helm-docs'], words).status).toBe(0);
    expect(readFileSync(join(CHART, 'README.md'), 'utf8')).toBe(readFileSync(join(copy, 'README.md'), 'utf8'));
  });
});

describe('the chart of a release', () => {
  it('installs the released image by its digest, and says where it comes from', async () => {
    const target = join(dir, 'released');
    const notes = join(dir, 'notes.md');
    writeFileSync(notes, '### Added\n- One thing,\n  in two lines.\n- Another.\n\n### Security\n- A hole.\n');
    const image = `ghcr.io/owner/repository@${DIGEST}`;
    const source = 'https://github.com/owner/repository';
    const charts = 'oci://ghcr.io/owner/repository/charts';
    const options = ['--image', image, '--source', source, '--charts', charts, '--notes', notes];
    const { status, stderr } = spawnSync(process.execPath, ['scripts/chart.ts', target, ...options], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    const images = [...JSON.stringify(await helm.template({}, target)).matchAll(/"image":"([^"]*)"/g)];
    expect(images.map(([, one]) => one)).toEqual([image]);

    const packed = await helm.run(['package', target, '--destination', dir]);
    expect(packed.code).toBe(0);
    const [, archive = ''] = /saved it to: (\S+)/.exec(packed.out) ?? [];
    expect(archive).toBe(join(dir, `gke-ingress-guard-${version}.tgz`));
    const { out } = await helm.run(['show', 'chart', archive]);
    expect(out).toContain(`- ${source}`);
    expect(out).toContain(`image: ${image}`);
    expect(out).toContain('description: One thing, in two lines.');
    expect(out).toContain('kind: security');
    const readme = (await helm.run(['show', 'readme', archive])).out;
    expect(readme).toContain(`helm install gke-ingress-guard ${charts}/gke-ingress-guard --version ${version}`);
    expect(readme).toContain(`](${source}/blob/v${version}/docs/`);
    expect(readme).not.toMatch(/\.\.\/|REGISTRY/);
  });

  it('is pushed as the workflow does it, and is the same when it is pulled', async () => {
    const [archive = ''] = globSync(join(dir, '*.tgz'));
    const charts = `oci://${registry.address}/owner/repository/charts`;
    // The file that docker/login-action writes.
    const config = join(dir, 'docker.json');
    writeFileSync(config, '{}');
    const words = ['push', archive, charts, '--registry-config', config, '--plain-http'];
    const pushed = await helm.run(words);
    const digest = /^Digest: (sha256:[0-9a-f]{64})$/m.exec(pushed.out + pushed.err)?.[1];
    expect([pushed.code, digest]).toEqual([0, expect.any(String)]);
    const pulled = join(dir, 'pulled');
    mkdirSync(pulled);
    const from = [`${charts}/gke-ingress-guard`, '--version', version, '--destination', pulled, '--plain-http'];
    const { code, out, err } = await helm.run(['pull', ...from]);
    expect([code, out + err]).toEqual([0, expect.stringContaining(`Digest: ${digest}`)]);
    const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
    const [again = ''] = globSync(join(pulled, '*.tgz'));
    expect(hash(again)).toBe(hash(archive));
  });
});
