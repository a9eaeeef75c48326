// The overlay that docs/install.md makes: its commands are run, and nothing of the checkout is written.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at } from '../../src/kubernetes/read.ts';
import { hasGo } from '../support/has-go.ts';
import { DEPLOY, render } from '../support/kustomize.ts';
import { firstAt, foldersOf, only } from './support.ts';

if (!hasGo) console.warn('own-overlay.test.ts: skipped, because there is no "go" on PATH to build the renderer with');

const page = readFileSync(new URL('../../docs/install.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);

let checkout: string;
beforeEach(() => {
  checkout = realpathSync(mkdtempSync(join(tmpdir(), 'guard-checkout-')));
  cpSync(DEPLOY, join(checkout, 'deploy'), { recursive: true });
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function makeOverlay(overlay: string): void {
  const script = blocks.find((block) => block.includes('mkdir -p my-guard')) ?? 'exit 1';
  const env = { PATH: process.env['PATH'], OVERLAY: overlay, IMAGE: 'registry.example/guard', TAG: '9.9.9' };
  const { status, stderr } = spawnSync('sh', ['-euc', script], { cwd: checkout, env, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
}

describe('the overlay that docs/install.md makes', () => {
  it.skipIf(!hasGo).each(foldersOf('overlays'))('has the image and the facts of a cluster, over %s', (overlay) => {
    makeOverlay(overlay);
    const facts = 'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\nvpcNative: true\n';
    writeFileSync(join(checkout, 'my-guard', 'facts.yaml'), facts);
    // Once more, as after a new release: what is known of the cluster stays.
    makeOverlay(overlay);
    const manifests = render(join(checkout, 'my-guard'));
    const deployment = only(manifests, 'Deployment', 'gke-ingress-guard');
    const container = firstAt(deployment, 'spec', 'template', 'spec', 'containers');
    expect(at(container, 'image')).toBe('registry.example/guard:9.9.9');
    const maps = manifests.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.includes('-facts-'));
    expect(maps.map((map) => at(map, 'data', 'facts.yaml'))).toEqual([facts]);
    // By this label it is uninstalled.
    expect(at(maps[0], 'metadata', 'labels', 'app.kubernetes.io/name')).toBe('gke-ingress-guard');
    expect(at(deployment, 'spec', 'template', 'spec', 'volumes')).toContainEqual({
      name: 'facts',
      configMap: { name: maps[0]?.metadata.name },
    });
  });

  it('is all that is written: what Git knows of deploy/ stays as it is', () => {
    makeOverlay('quickstart');
    expect(readdirSync(checkout).toSorted()).toEqual(['deploy', 'my-guard']);
    for (const file of readdirSync(DEPLOY, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.yaml')) continue;
      expect(readFileSync(join(checkout, 'deploy', file), 'utf8')).toBe(readFileSync(join(DEPLOY, file), 'utf8'));
    }
    expect(blocks.join('').match(/>\s*deploy\/.*|\bmv \S+ deploy\/.*|\bcd deploy\/.*|edit set image.*/g)).toBeNull();
    expect(readFileSync(new URL('../../.gitignore', import.meta.url), 'utf8')).toContain('\n/my-guard/\n');
  });
});
