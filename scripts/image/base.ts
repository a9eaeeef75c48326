// The base image, from a directory that is an OCI image layout, such as `skopeo copy --all docker://… oci:DIR` writes.
// Its layers are taken over as they are. Every hash and size is checked, for the layout may come from anywhere.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Blob,
  blobPath,
  type Descriptor,
  digestOf,
  type ImageConfig,
  type Index,
  type Manifest,
  MEDIA,
} from './layout.ts';

export interface BaseImage {
  readonly layers: readonly Blob[];
  readonly config: Pick<ImageConfig, 'config' | 'history'> & Pick<ImageConfig, 'rootfs'>;
  /** Of its manifest; undefined where there is no base image. */
  readonly digest: string | undefined;
  readonly variant: string | undefined;
}

export const NO_BASE: BaseImage = {
  layers: [],
  config: { rootfs: { type: 'layers', diff_ids: [] } },
  digest: undefined,
  variant: undefined,
};

/** Docker's own names for the same formats, which older tools write into a layout. */
const DOCKER: Readonly<Record<string, string>> = {
  'application/vnd.docker.distribution.manifest.list.v2+json': MEDIA.index,
  'application/vnd.docker.distribution.manifest.v2+json': MEDIA.manifest,
  'application/vnd.docker.container.image.v1+json': MEDIA.config,
  'application/vnd.docker.image.rootfs.diff.tar.gzip': MEDIA.layerGzip,
};

const LAYERS: readonly string[] = [MEDIA.layer, MEDIA.layerGzip, MEDIA.layerZstd];

/** @throws {Error} that says what the layout lacks for this architecture, or which blob is not what its name says */
export function readBase(directory: string, architecture: string): BaseImage {
  const layout: Partial<{ imageLayoutVersion: string }> = JSON.parse(text(directory, 'oci-layout'));
  if (layout.imageLayoutVersion !== '1.0.0') throw new Error(`${directory} is no OCI image layout of version 1.0.0`);
  const index: Index = JSON.parse(text(directory, 'index.json'));
  const candidates = manifestsOf(directory, index).map((descriptor) => ({
    descriptor,
    ...imageOf(directory, descriptor),
  }));
  const fitting = candidates.filter(({ config }) => config.os === 'linux' && config.architecture === architecture);
  const [found] = fitting;
  if (found === undefined) throw new Error(`${directory} has no image for linux/${architecture}`);
  if (new Set(fitting.map(({ descriptor }) => descriptor.digest)).size > 1) {
    throw new Error(`${directory} has ${fitting.length} images for linux/${architecture}; it must be one`);
  }
  const { manifest, config } = found;
  if (manifest.layers.length !== config.rootfs.diff_ids.length) {
    throw new Error(`${found.descriptor.digest}: ${manifest.layers.length} layers, and not as many diff_ids`);
  }
  return {
    layers: manifest.layers.map((layer) => layerOf(directory, layer)),
    config,
    digest: found.descriptor.digest,
    variant: config.variant,
  };
}

/** An index may hold indexes. What is attached to an image (signatures, attestations) names no platform that runs. */
function manifestsOf(directory: string, { manifests }: Index): readonly Descriptor[] {
  return manifests.flatMap((descriptor) => {
    const type = ociType(descriptor.mediaType);
    if (type === MEDIA.index) return manifestsOf(directory, json<Index>(directory, descriptor));
    return type === MEDIA.manifest && descriptor.platform?.architecture !== 'unknown' ? [descriptor] : [];
  });
}

function imageOf(directory: string, descriptor: Descriptor): { manifest: Manifest; config: ImageConfig } {
  const manifest = json<Manifest>(directory, descriptor);
  return { manifest, config: json<ImageConfig>(directory, manifest.config) };
}

function layerOf(directory: string, { mediaType, digest, size }: Descriptor): Blob {
  const type = ociType(mediaType);
  if (!LAYERS.includes(type)) throw new Error(`${digest}: a layer of the type ${mediaType} cannot be taken over`);
  const descriptor = { mediaType: type, digest, size };
  return { descriptor, content: () => checked(directory, descriptor) };
}

function ociType(mediaType: string): string {
  return DOCKER[mediaType] ?? mediaType;
}

function json<T extends Index | Manifest | ImageConfig>(directory: string, descriptor: Descriptor): T {
  return JSON.parse(checked(directory, descriptor).toString());
}

function checked(directory: string, { digest, size }: Descriptor): Buffer {
  const content = readFileSync(join(directory, blobPath(digest)));
  if (content.length !== size) throw new Error(`${digest} in ${directory}: ${content.length} bytes instead of ${size}`);
  if (digestOf(content) !== digest) throw new Error(`${digest} in ${directory}: its content has another hash`);
  return content;
}

function text(directory: string, name: string): string {
  try {
    return readFileSync(join(directory, name), 'utf8');
  } catch (error) {
    throw new Error(`${directory} is no OCI image layout: ${name} cannot be read`, { cause: error });
  }
}
