// The overlays of deploy/ as files to apply as they are: rendered, with the image by digest.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';

export interface ReleasedImage {
  /** Where it lies, such as ghcr.io/OWNER/gke-ingress-guard. */
  readonly name: string;
  readonly digest: string;
}

/** @throws {Error} for anything but NAME@sha256:DIGEST: a tag can be moved */
export function parseImage(text: string): ReleasedImage {
  const [, name, digest] = /^([a-z0-9][a-z0-9._:/-]*)@(sha256:[0-9a-f]{64})$/.exec(text) ?? [];
  if (name === undefined || digest === undefined) throw new Error(`"${text}" is not NAME@sha256:DIGEST`);
  return { name, digest };
}

export interface RenderOptions {
  /** The folder deploy/. */
  readonly deploy: string;
  readonly image: ReleasedImage;
  readonly version: string;
  /** Program and words before the directory, such as ["kubectl", "kustomize"]. */
  readonly kustomize: readonly [string, ...string[]];
}

/**
 * Files by name, one for each overlay.
 * @throws {Error} where one does not render, or still names another image
 */
export function renderOverlays(options: RenderOptions): ReadonlyMap<string, string> {
  const overlays = readdirSync(join(options.deploy, 'overlays')).toSorted();
  return new Map(overlays.map((overlay) => [`install-${overlay}.yaml`, renderOverlay(overlay, options)]));
}

function renderOverlay(overlay: string, { deploy, image, version, kustomize }: RenderOptions): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'guard-release-')));
  try {
    writeFileSync(
      join(directory, 'kustomization.yaml'),
      JSON.stringify({
        apiVersion: 'kustomize.config.k8s.io/v1beta1',
        kind: 'Kustomization',
        // Kustomize takes no absolute paths.
        resources: [relative(directory, realpathSync(join(deploy, 'overlays', overlay)))],
        images: [{ name: 'gke-ingress-guard', newName: image.name, digest: image.digest }],
      }),
    );
    const [program, ...words] = kustomize;
    const { status, stdout, stderr, error } = spawnSync(program, [...words, directory], { encoding: 'utf8' });
    if (error !== undefined) throw error;
    if (status !== 0) throw new Error(`overlays/${overlay} does not render: ${stderr}`);
    checkImages(overlay, stdout, `${image.name}@${image.digest}`);
    return `${headerOf(overlay, version)}${stdout}`;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function headerOf(overlay: string, version: string): string {
  return `# gke-ingress-guard ${version}, overlay ${overlay}, with its image by digest. What it needs on the cluster, and how to give it
# the facts of the cluster: docs/install.md. To apply it: kubectl apply -f install-${overlay}.yaml
`;
}

function checkImages(overlay: string, manifests: string, wanted: string): void {
  const images = parseAllDocuments(manifests).flatMap((document) => imagesIn(document.toJS()));
  const others = images.filter((image) => image !== wanted);
  if (images.length === 0) throw new Error(`overlays/${overlay} runs no image`);
  if (others.length > 0) throw new Error(`overlays/${overlay} runs ${others.join(', ')} and not ${wanted}`);
}

/** `image` of all that is in a list of containers, wherever that is. */
function imagesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) =>
    /containers$/i.test(key) && Array.isArray(inside)
      ? inside.map((container: { readonly image?: unknown } | null) => String(container?.image))
      : imagesIn(inside),
  );
}
