// Layers of the image from the tree that the Dockerfile's last stage copies together.
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Blob, blobOf, digestOf, MEDIA } from './layout.ts';
import { type TarEntry, tarOf } from './tar.ts';

export interface Layer extends Blob {
  /** Hash of the archive before it was compressed. */
  readonly diffId: string;
  readonly what: string;
}

/** What changes with package-lock.json only; alone in a layer, nodes have it already when a new release comes. */
const DEPENDENCIES = 'node_modules';

/**
 * @param at where the tree is in the image, such as /app
 * @param mtime of every file, in seconds since 1970
 */
export function layersOf(tree: string, at: string, mtime: number): readonly Layer[] {
  const names = readdirSync(tree).toSorted(byCode);
  const dependencies = names.filter((name) => name === DEPENDENCIES);
  const program = names.filter((name) => name !== DEPENDENCIES);
  return [dependencies, program]
    .filter((group) => group.length > 0)
    .map((group) => layerOf(tree, at.replace(/^\//, ''), group, mtime));
}

function layerOf(tree: string, at: string, names: readonly string[], mtime: number): Layer {
  const archive = archiveOf(tree, at, names, mtime);
  return {
    // Node writes neither a time nor a name into the header of gzip.
    ...blobOf(MEDIA.layerGzip, gzipSync(archive, { level: 9 })),
    diffId: digestOf(archive),
    what: names.map((name) => `/${at}/${name}`).join(' '),
  };
}

/** @param names of what lies in the tree, each with all that is in it */
export function archiveOf(tree: string, at: string, names: readonly string[], mtime: number): Buffer {
  return Buffer.concat([...tarOf([...parents(at), ...names.flatMap((name) => walk(tree, at, name))], mtime)]);
}

/** Without them a tool would make them, with a time and a mode of its own. */
function parents(at: string): readonly TarEntry[] {
  const parts = at.split('/');
  return parts.map((_, index) => ({ kind: 'directory', path: parts.slice(0, index + 1).join('/') }));
}

function walk(tree: string, at: string, name: string): readonly TarEntry[] {
  const full = join(tree, name);
  const path = `${at}/${name}`;
  const stat = lstatSync(full);
  if (stat.isSymbolicLink()) return [{ kind: 'link', path, target: readlinkSync(full) }];
  if (stat.isFile()) {
    return [{ kind: 'file', path, isExecutable: (stat.mode & 0o111) !== 0, content: () => readFileSync(full) }];
  }
  if (!stat.isDirectory()) throw new Error(`${full} is neither a file nor a directory nor a link`);
  const inside = readdirSync(full).toSorted(byCode);
  return [{ kind: 'directory', path }, ...inside.flatMap((one) => walk(tree, at, `${name}/${one}`))];
}

/** Not by the rules of a language: those differ from machine to machine. */
export function byCode(a: string, b: string): number {
  return a < b ? -1 : 1;
}
