// What a release offers to apply: each overlay, rendered, with its image by digest.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseImage, renderOverlays } from '../../scripts/release/manifests.ts';
import { hasGo } from '../support/has-go.ts';
import { DEPLOY, kustomizeProgram, type Manifest, render } from '../support/kustomize.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const IMAGE = `ghcr.io/owner/gke-ingress-guard@${DIGEST}`;

const dir = mkdtempSync(join(tmpdir(), 'guard-release-test-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const objectsOf = (text: string): readonly Manifest[] =>
  parseAllDocuments(text).map((document) => document.toJS() as Manifest);

/** Both are words for the same image, so that the rest can be compared. */
const withoutImage = (objects: readonly Manifest[]): unknown =>
  JSON.parse(JSON.stringify(objects).replaceAll(/"image":"[^"]*"/g, '"image":""'));

describe.skipIf(!hasGo)('the manifests of a release', () => {
  it('are each overlay as it renders, but for the image, which is named by digest', () => {
    const target = join(dir, 'release');
    const words = ['scripts/release-manifests.ts', target, '--image', IMAGE, '--kustomize', kustomizeProgram()];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const overlays = readdirSync(join(DEPLOY, 'overlays'));
    expect(overlays.length).toBeGreaterThan(2);
    expect(stdout.trim().split('\n')).toEqual(overlays.map((overlay) => join(target, `install-${overlay}.yaml`)));
    for (const overlay of overlays) {
      const objects = objectsOf(readFileSync(join(target, `install-${overlay}.yaml`), 'utf8'));
      expect(withoutImage(objects)).toEqual(withoutImage(render(join(DEPLOY, 'overlays', overlay))));
      const images = [...JSON.stringify(objects).matchAll(/"image":"([^"]*)"/g)].map(([, image]) => image);
      // The guard, and with self-signed certificates the Pod that keeps them.
      expect(images).toEqual(overlay === 'quickstart-self-signed' ? [IMAGE, IMAGE] : [IMAGE]);
    }
  });

  it('do not exist where an overlay runs an image that is not the released one', () => {
    const deploy = join(dir, 'deploy');
    mkdirSync(join(deploy, 'overlays/odd'), { recursive: true });
    writeFileSync(join(deploy, 'overlays/odd/kustomization.yaml'), 'resources: [pod.yaml]\n');
    writeFileSync(
      join(deploy, 'overlays/odd/pod.yaml'),
      'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: other:1 }] }\n',
    );
    const kustomize = [kustomizeProgram()] as const;
    expect(() => renderOverlays({ deploy, image: parseImage(IMAGE), version: '1.0.0', kustomize })).toThrow(
      `overlays/odd runs other:1 and not ${IMAGE}`,
    );
  });
});

describe('the image of a release', () => {
  it.each(['ghcr.io/owner/guard:1.0.0', 'ghcr.io/owner/guard', `ghcr.io/Owner/guard@${DIGEST}`, `x@${DIGEST}0`])(
    'is not %s: it must be a name with a digest',
    (text) => {
      expect(() => parseImage(text)).toThrow('is not NAME@sha256:DIGEST');
    },
  );
});
