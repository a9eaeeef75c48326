// Reads an OCI image layout back as a registry tool would, from the archive on: `tar` of the machine unpacks it, and each
// descriptor is compared with the blob that it names.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: unknown;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Document {
  readonly mediaType?: string;
  readonly manifests?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ReadConfig {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly created?: string;
  readonly config: {
    readonly User: string;
    readonly Env: readonly string[];
    readonly Entrypoint: readonly string[];
    readonly Cmd: readonly string[];
    readonly WorkingDir: string;
    readonly Labels: Readonly<Record<string, string>>;
    readonly ExposedPorts: Readonly<Record<string, unknown>>;
    readonly StopSignal: string;
  };
  readonly rootfs: { readonly type: string; readonly diff_ids: readonly string[] };
  readonly history: readonly { readonly created_by?: string; readonly created?: string }[];
}

export interface ReadImage {
  readonly platform: unknown;
  readonly annotations: Readonly<Record<string, string>>;
  readonly config: ReadConfig;
  /** Files of the layers, the lowest first. */
  readonly layers: readonly string[];
  readonly layerTypes: readonly string[];
}

export interface ReadLayout {
  /** Of the image index, which index.json names. */
  readonly digest: string;
  readonly refName: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly images: readonly ReadImage[];
}

/** @throws Error with what tar says */
export function untar(archive: string, directory: string, ...options: readonly string[]): void {
  mkdirSync(directory, { recursive: true });
  const { status, stderr } = spawnSync('tar', ['-x', ...options, '-f', archive, '-C', directory], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
}

/**
 * @param directory an unpacked layout
 * @throws Error for the first descriptor that is not true of its blob, and for a blob that nothing names
 */
export function readLayout(directory: string): ReadLayout {
  const seen = new Set<string>();
  const follow = (descriptor: Descriptor): Buffer => {
    seen.add(descriptor.digest);
    return contentOf(directory, descriptor);
  };
  const version: unknown = JSON.parse(readFileSync(join(directory, 'oci-layout'), 'utf8'));
  if (JSON.stringify(version) !== '{"imageLayoutVersion":"1.0.0"}') throw new Error('oci-layout is of another version');
  const [root, ...others] = documentOf(readFileSync(join(directory, 'index.json'))).manifests ?? [];
  if (root === undefined || others.length > 0) throw new Error('index.json must name one image index');
  const index = typed(root, documentOf(follow(root)), 'application/vnd.oci.image.index.v1+json');
  const images = (index.manifests ?? []).map((descriptor) => imageOf(descriptor, follow, directory));
  const unnamed = readdirSync(join(directory, 'blobs/sha256')).filter((name) => !seen.has(`sha256:${name}`));
  if (unnamed.length > 0) throw new Error(`blobs that nothing names: ${unnamed.join(', ')}`);
  const refName = root.annotations?.['org.opencontainers.image.ref.name'];
  return { digest: root.digest, refName, annotations: index.annotations ?? {}, images };
}

function imageOf(descriptor: Descriptor, follow: (one: Descriptor) => Buffer, directory: string): ReadImage {
  const manifest = typed(descriptor, documentOf(follow(descriptor)), 'application/vnd.oci.image.manifest.v1+json');
  if (manifest.config?.mediaType !== 'application/vnd.oci.image.config.v1+json')
    throw new Error('a config of another type');
  const config = JSON.parse(follow(manifest.config).toString()) as ReadConfig;
  const layers = manifest.layers ?? [];
  const diffIds = layers.map((layer) => sha256(unpacked(follow(layer), layer.mediaType)));
  if (JSON.stringify(diffIds) !== JSON.stringify(config.rootfs.diff_ids)) {
    throw new Error(`diff_ids ${config.rootfs.diff_ids.join(' ')}, and the layers are ${diffIds.join(' ')}`);
  }
  return {
    platform: descriptor.platform,
    annotations: manifest.annotations ?? {},
    config,
    layers: layers.map((layer) => pathOf(directory, layer)),
    layerTypes: layers.map(({ mediaType }) => mediaType),
  };
}

function unpacked(content: Buffer, mediaType: string): Buffer {
  if (mediaType.endsWith('+gzip')) return gunzipSync(content);
  if (mediaType === 'application/vnd.oci.image.layer.v1.tar') return content;
  throw new Error(`a layer of the type ${mediaType}`);
}

function typed(descriptor: Descriptor, document: Document, mediaType: string): Document {
  const types = [descriptor.mediaType, document.mediaType];
  if (types.some((type) => type !== mediaType)) throw new Error(`${types.join(' and ')} instead of ${mediaType}`);
  return document;
}

function contentOf(directory: string, descriptor: Descriptor): Buffer {
  const content = readFileSync(pathOf(directory, descriptor));
  if (content.length !== descriptor.size) throw new Error(`${descriptor.digest} has ${content.length} bytes`);
  if (sha256(content) !== descriptor.digest) throw new Error(`${descriptor.digest} has another content`);
  return content;
}

function pathOf(directory: string, { digest }: Descriptor): string {
  return join(directory, 'blobs', digest.replace(':', '/'));
}

function sha256(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function documentOf(content: Buffer): Document {
  return JSON.parse(content.toString()) as Document;
}
