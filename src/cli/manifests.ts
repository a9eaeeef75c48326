// Reads Kubernetes objects out of files, directories and standard input.
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '../errors.ts';
import { at, isJsonObject, type JsonObject, listOf } from '../kubernetes/read.ts';
import type { FieldPath } from '../kubernetes/field-path.ts';
import { systemReason } from '../system-reason.ts';
import { readStream } from './yaml-stream.ts';

/** One object of a file, unjudged. */
export interface ManifestObject {
  readonly raw: JsonObject;
  /** As given on the command line, or found below what was given; `-` is standard input. */
  readonly file: string;
  /** The line of a field, or of the nearest thing above it that is there; the first line is 1. */
  readonly lineOf: (path: FieldPath) => number;
}

export interface ReadFailure {
  readonly file: string;
  readonly line: number | undefined;
  readonly message: string;
}

export interface Manifests {
  readonly objects: readonly ManifestObject[];
  readonly failures: readonly ReadFailure[];
  /** Directories given that hold no file to read: nothing is wrong with them, but somebody may be. */
  readonly emptyDirectories: readonly string[];
}

const EXTENSIONS = ['.yaml', '.yml', '.json'];
/** The guard's own files (facts, policy, apps) may lie beside manifests. */
const OWN_GROUP = 'gke-ingress-guard.dev/';

/** @param paths files, directories (their .yaml, .yml and .json files, recursively) and `-` */
export async function readManifests(paths: readonly string[], readStdin: () => Promise<Buffer>): Promise<Manifests> {
  const objects: ManifestObject[] = [];
  const failures: ReadFailure[] = [];
  const emptyDirectories: string[] = [];
  const seen = new Set<string>();
  for (const path of paths) {
    for (const file of expand(path, failures, emptyDirectories)) {
      const identity = file === '-' ? '-' : resolve(file);
      if (seen.has(identity)) continue;
      seen.add(identity);
      try {
        const read = parseManifests(decode(file === '-' ? await readStdin() : readFileSync(file)), file);
        objects.push(...read.objects);
        failures.push(...read.failures);
      } catch (error) {
        failures.push({ file, line: undefined, message: systemReason(error) });
      }
    }
  }
  return { objects, failures, emptyDirectories };
}

function expand(path: string, failures: ReadFailure[], emptyDirectories: string[]): readonly string[] {
  if (path === '-') return [path];
  const failuresBefore = failures.length;
  const stats = tryRead(path, failures, () => statSync(path));
  if (stats === undefined) return [];
  if (!stats.isDirectory()) return [path];
  const files = listDirectory(path, failures);
  if (files.length === 0 && failures.length === failuresBefore) emptyDirectories.push(path);
  return files;
}

/** Links to files are followed (mounted ConfigMaps are links); links to directories are not, for they may go round. */
function listDirectory(directory: string, failures: ReadFailure[]): readonly string[] {
  const entries = tryRead(directory, failures, () => readdirSync(directory, { withFileTypes: true })) ?? [];
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return isSkipped(entry.name) ? [] : listDirectory(path, failures);
      if (!EXTENSIONS.some((extension) => entry.name.endsWith(extension))) return [];
      return entry.isFile() || (entry.isSymbolicLink() && statOfLink(path)?.isFile()) ? [path] : [];
    });
}

/** Never manifests, and large; and where a mounted ConfigMap keeps the files that its links lead to (..2026_11_23_…). */
function isSkipped(directory: string): boolean {
  return directory === '.git' || directory === 'node_modules' || directory.startsWith('..');
}

/** undefined for a link that leads nowhere or round in a circle: editors leave such things behind. */
function statOfLink(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function tryRead<T>(path: string, failures: ReadFailure[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    failures.push({ file: path, line: undefined, message: systemReason(error) });
    return undefined;
  }
}

/** @throws Error where it is not UTF-8, which would otherwise read as one odd word and be passed over */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const isUtf16 = ['fffe', 'feff'].includes(bytes.subarray(0, 2).toString('hex'));
    throw new Error(isUtf16 ? 'it is UTF-16; save it as UTF-8' : 'it is not UTF-8 text', { cause });
  }
}

/** A stream of YAML documents, or JSON; documents that are no Kubernetes objects are passed over. */
function parseManifests(text: string, file: string): Pick<Manifests, 'objects' | 'failures'> {
  const objects: ManifestObject[] = [];
  const failures: ReadFailure[] = [];
  for (const part of readStream(text)) {
    if (!part.ok) {
      failures.push({ file, line: part.line, message: part.message });
      continue;
    }
    try {
      collect(part.value, [], (raw, base) => {
        objects.push({ raw, file, lineOf: (path) => part.lineOf([...base, ...path]) });
      });
    } catch {
      failures.push({ file, line: part.lineOf([]), message: 'it is a list that holds itself' });
    }
  }
  return { objects, failures };
}

/** `kind: List` and every other list (ServiceList, …) stands for its items. */
function collect(value: unknown, base: FieldPath, take: (raw: JsonObject, base: FieldPath) => void): void {
  if (!isJsonObject(value)) return;
  const kind = at(value, 'kind');
  const apiVersion = at(value, 'apiVersion');
  if (typeof kind !== 'string' || typeof apiVersion !== 'string' || apiVersion.startsWith(OWN_GROUP)) return;
  const items = at(value, 'items');
  if (kind.endsWith('List') && Array.isArray(items)) {
    // Items of a typed list need not say what they are (apimachinery unstructured, decodeToList).
    const implied = kind === 'List' ? undefined : { apiVersion, kind: kind.slice(0, -'List'.length) };
    listOf(items).forEach((item, index) => {
      const isUntyped = isJsonObject(item) && at(item, 'kind') === undefined && at(item, 'apiVersion') === undefined;
      collect(isUntyped && implied !== undefined ? { ...implied, ...item } : item, [...base, 'items', index], take);
    });
    return;
  }
  take(value, base);
}

/** @throws AppError file-unreadable */
export function readFileOrThrow(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('file-unreadable', `${path}: ${systemReason(cause)}.`, { cause });
  }
}
