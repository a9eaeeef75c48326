// An OCI image layout in one tar archive, from a tree: an image for each architecture, and an index over them. Our own
// layers are the same in each, for they are JavaScript; only the base image differs.
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BaseImage, NO_BASE, readBase } from './base.ts';
import { runConfigOf } from './config.ts';
import { parseDockerfile, type Stage } from './dockerfile.ts';
import { type Layer, layersOf } from './layer.ts';
import {
  type Blob,
  blobPath,
  type HistoryEntry,
  type ImageConfig,
  type Index,
  jsonBlob,
  LAYOUT_FILE,
  type Manifest,
  MEDIA,
} from './layout.ts';
import { type TarEntry, tarOf } from './tar.ts';

export const ARCHITECTURES = ['amd64', 'arm64'] as const;

export interface OciOptions {
  /** The folder with the Dockerfile. */
  readonly context: string;
  /** What the last stage copies together, as buildImageTree writes it. */
  readonly tree: string;
  /** Directory with the OCI layout of the base image; undefined for none. */
  readonly base: string | undefined;
  /** For the ARG lines of the last stage. */
  readonly args: ReadonlyMap<string, string>;
  /** Time of all that is written, in seconds since 1970: SOURCE_DATE_EPOCH. Undefined: 0, and no image says when it was made. */
  readonly epoch: number | undefined;
}

export interface OciImage {
  /** Of the image index: what a registry calls the image by, and what a Deployment is pinned to. */
  readonly digest: string;
  readonly blobs: readonly Blob[];
  /** index.json, which names the image index. */
  readonly index: Index;
}

/** @throws {Error} that says what of Dockerfile, tree or base cannot be used */
export function ociImageOf({ context, tree, base, args, epoch }: OciOptions): OciImage {
  const { stages } = parseDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'));
  const stage = stages.at(-1);
  if (stage === undefined) throw new Error('a Dockerfile without FROM');
  const at = stage.instructions.find(({ name }) => name === 'WORKDIR')?.text ?? '/';
  const layers = layersOf(tree, at, epoch ?? 0);
  const images = ARCHITECTURES.map((architecture) =>
    imageFor(architecture, {
      stage,
      layers,
      args,
      epoch,
      from: base === undefined ? NO_BASE : readBase(base, architecture),
    }),
  );
  const manifests = images.map(({ manifest, platform }) => ({ ...manifest.descriptor, platform }));
  const annotations = images[0]?.annotations ?? {};
  const image = jsonBlob(MEDIA.index, { schemaVersion: 2, mediaType: MEDIA.index, manifests, annotations });
  const version = annotations['org.opencontainers.image.version'] ?? 'latest';
  return {
    digest: image.descriptor.digest,
    blobs: [image, ...images.flatMap(({ blobs }) => blobs)],
    index: {
      schemaVersion: 2,
      mediaType: MEDIA.index,
      // By this name a tool finds the image in the layout: skopeo copy oci-archive:FILE:VERSION …
      manifests: [{ ...image.descriptor, annotations: { 'org.opencontainers.image.ref.name': version } }],
    },
  };
}

interface Parts {
  readonly stage: Stage;
  readonly layers: readonly Layer[];
  readonly args: ReadonlyMap<string, string>;
  readonly epoch: number | undefined;
  readonly from: BaseImage;
}

function imageFor(architecture: string, { stage, layers, args, epoch, from }: Parts) {
  const platform = { architecture, os: 'linux', ...(from.variant === undefined ? {} : { variant: from.variant }) };
  const run = runConfigOf(stage, from.config.config ?? {}, args);
  const created = epoch === undefined ? {} : { created: new Date(epoch * 1000).toISOString() };
  const config: ImageConfig = {
    ...created,
    ...platform,
    config: run,
    rootfs: { type: 'layers', diff_ids: [...from.config.rootfs.diff_ids, ...layers.map(({ diffId }) => diffId)] },
    history: [...historyOf(from), ...layers.map(({ what }) => ({ ...created, created_by: `COPY ${what}` }))],
  };
  const configBlob = jsonBlob(MEDIA.config, config);
  const annotations = {
    ...run.Labels,
    ...(from.digest === undefined ? {} : { 'org.opencontainers.image.base.digest': from.digest }),
  };
  const all: readonly Blob[] = [...from.layers, ...layers];
  const manifest = jsonBlob(MEDIA.manifest, {
    schemaVersion: 2,
    mediaType: MEDIA.manifest,
    config: configBlob.descriptor,
    layers: all.map(({ descriptor }) => descriptor),
    annotations,
  } satisfies Manifest);
  return { platform, manifest, annotations: run.Labels ?? {}, blobs: [manifest, configBlob, ...all] };
}

/** One line for each layer: where the base image says nothing, that much is said of it. */
function historyOf({ config: { history, rootfs }, digest }: BaseImage): readonly HistoryEntry[] {
  return history ?? rootfs.diff_ids.map(() => ({ created_by: `base image ${digest}` }));
}

/** Beside the final place, and renamed: what was interrupted does not look like an image. */
export function writeLayout({ blobs, index }: OciImage, file: string, epoch: number | undefined): void {
  const unfinished = `${file}.unfinished`;
  const descriptor = openSync(unfinished, 'w');
  try {
    for (const chunk of tarOf(layoutEntries(blobs, index), epoch ?? 0)) writeFileSync(descriptor, chunk);
    closeSync(descriptor);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

function* layoutEntries(blobs: readonly Blob[], index: Index): Generator<TarEntry> {
  const file = (path: string, content: () => Buffer): TarEntry => ({
    kind: 'file',
    path,
    isExecutable: false,
    content,
  });
  yield file('oci-layout', () => Buffer.from(LAYOUT_FILE));
  yield file('index.json', () => Buffer.from(JSON.stringify(index)));
  yield { kind: 'directory', path: 'blobs' };
  yield { kind: 'directory', path: 'blobs/sha256' };
  // The layers of one image are those of the other too.
  const byPath = new Map(blobs.map(({ descriptor, content }) => [blobPath(descriptor.digest), content]));
  for (const path of [...byPath.keys()].toSorted()) {
    const content = byPath.get(path);
    if (content !== undefined) yield file(path, content);
  }
}
