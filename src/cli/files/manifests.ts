// Reads Kubernetes objects out of files, directories and standard input.
import { resolve } from 'node:path';
import { AppError } from '../../errors.ts';
import type { FieldPath } from '../../kubernetes/field-path.ts';
import { at, isJsonObject, type JsonObject, listOf } from '../../kubernetes/read.ts';
import { systemReason } from '../../system-reason.ts';
import { type BrokenDocument, countLines, readDocuments, type SourceDocument } from '../../yaml/documents.ts';
import { createLineIndex, createPositions, type Positions } from '../../yaml/positions.ts';
import { findDuplicates, type Place } from '../../yaml/tree.ts';
import { listFiles, type ReadFailure } from './list-files.ts';
import { decodeText, MAX_INPUT, MIB, readRegularFile } from './read-file.ts';
import { readWritten, type WrittenObject } from './written-object.ts';

/** One object of a file, unjudged. */
export interface ManifestObject<T = WrittenObject> {
  readonly written: T;
  /** As given on the command line, or found below what was given; `-` is standard input. */
  readonly file: string;
  /** The line of a field, or of the nearest thing above it that is there; the first line is 1. */
  readonly lineOf: (path: FieldPath) => number;
  /** Where a field, or the nearest thing above it, is written in `text`: for those who insert into the file. */
  readonly locate: (path: FieldPath) => Place;
  /** All of the file, a byte order mark included. */
  readonly text: string;
  /** What of the text it is in, and the way to it there: for those who change the file. */
  readonly document: SourceDocument;
  readonly base: FieldPath;
  /** Keys that are written twice in one mapping; the last one counts. */
  readonly duplicateKeys: readonly DuplicateField[];
}

export interface DuplicateField {
  readonly path: FieldPath;
  /** Of the second one. */
  readonly line: number;
}

export interface Manifests<T = WrittenObject> {
  readonly objects: readonly ManifestObject<T>[];
  readonly failures: readonly ReadFailure[];
  /** All that were looked into. */
  readonly files: readonly string[];
  /** Directories given that hold no file to read: nothing is wrong with them, but somebody may be. */
  readonly emptyDirectories: readonly string[];
}

/** Where files are: on the disk, or as they were in a revision. */
export interface FileSource {
  readonly list: typeof listFiles;
  readonly read: (file: string) => Buffer;
}

export const DISK: FileSource = { list: listFiles, read: readRegularFile };

/** The guard's own files (facts, policy, apps) may lie beside manifests. */
const OWN_GROUP = 'gke-ingress-guard.dev/';
const NO_DUPLICATES: readonly DuplicateField[] = [];
/** Of one document: nobody reads on. */
const MAX_DUPLICATES = 100;
/** Of one file. */
const MAX_FAULTS = 100;
/** Of all objects together: some 150,000 usual ones. */
const MAX_KEPT = 10_000_000;

/**
 * @param paths files, directories (their .yaml, .yml and .json files, recursively) and `-`
 */
export function readManifests(
  paths: readonly string[],
  readStdin: () => Promise<Buffer>,
  source: FileSource = DISK,
): Promise<Manifests> {
  return readObjects(paths, readStdin, readWritten, source);
}

/** @param read what is kept of each object */
export async function readObjects<T>(
  paths: readonly string[],
  readStdin: () => Promise<Buffer>,
  read: (raw: JsonObject) => T,
  source: FileSource = DISK,
): Promise<Manifests<T>> {
  const objects: ManifestObject<T>[] = [];
  const failures: ReadFailure[] = [];
  const emptyDirectories: string[] = [];
  const seen = new Set<string>();
  const files: string[] = [];
  const reading = { objects, failures, read, positions: createPositions(), budget: { aliased: 0 }, kept: 0 };
  let size = 0;
  for (const path of paths) {
    for (const file of source.list(path, failures, emptyDirectories)) {
      const identity = file === '-' ? '-' : resolve(file);
      if (seen.has(identity)) continue;
      seen.add(identity);
      files.push(file);
      try {
        const bytes = file === '-' ? await readStdin() : source.read(file);
        size += bytes.length;
        if (size > MAX_INPUT) throw new InputFull(`the input is larger than ${MAX_INPUT / MIB} MiB`);
        takeObjects(decodeText(bytes), file, reading);
      } catch (error) {
        failures.push({ file, line: undefined, message: systemReason(error) });
        if (error instanceof InputFull) return { objects, failures, files, emptyDirectories };
      }
    }
  }
  return { objects, failures, files, emptyDirectories };
}

/** There is no room for more: this file is not read to its end, and those behind it are not read. */
class InputFull extends Error {
  constructor(what: string) {
    super(`${what}; neither the rest of this file nor any file after it is read: check the input in parts`);
  }
}

interface Reading<T> {
  readonly objects: ManifestObject<T>[];
  readonly failures: ReadFailure[];
  readonly read: (raw: JsonObject) => T;
  readonly positions: Positions;
  readonly budget: { aliased: number };
  /** Nodes of the documents whose objects are kept. */
  kept: number;
}

/** A stream of YAML documents, or JSON; documents that are no Kubernetes objects are passed over. */
function takeObjects<T>(text: string, file: string, reading: Reading<T>): void {
  const { objects, failures, read, positions, budget } = reading;
  let faults = 0;
  for (const parsed of readDocuments(text, budget)) {
    if ('fault' in parsed) {
      faults += 1;
      if (faults > MAX_FAULTS) throw new Error(`more than ${MAX_FAULTS} of its documents cannot be read`);
      failures.push({ file, ...describeFault(parsed) });
      continue;
    }
    const { value, ...document } = parsed;
    const found = objectsIn(value);
    if (found.length === 0) continue;
    reading.kept += document.nodes + found.length;
    if (reading.kept > MAX_KEPT) throw new InputFull(`the input has more than ${MAX_KEPT} fields and items`);
    const duplicatesOf = document.hasDuplicates ? assignDuplicates(document, found) : () => NO_DUPLICATES;
    for (const { raw, base } of found) {
      objects.push({
        written: read(raw),
        file,
        text,
        document,
        base,
        lineOf: (path) => positions.lineOf(document, [...base, ...path]),
        locate: (path) => positions.locate(document, [...base, ...path]),
        duplicateKeys: duplicatesOf(base),
      });
    }
  }
}

function describeFault({ fault, text, line }: BrokenDocument): Pick<ReadFailure, 'line' | 'message'> {
  const hint = text.includes('{{') ? ' (a template? Render it first, as with helm template)' : '';
  return { line: line + countLines(text, fault.offset), message: `${fault.message}${hint}` };
}

/** @returns a function from where an object is to its duplicate keys; a list's own are reported at its first object */
function assignDuplicates(
  document: SourceDocument,
  objects: readonly { readonly base: FieldPath }[],
): (base: FieldPath) => readonly DuplicateField[] {
  const lineAt = createLineIndex(document);
  const found = findDuplicates(document.createTree(), MAX_DUPLICATES);
  const duplicates = found.map(({ path, offset }) => ({ path, line: lineAt(offset) }));
  const first = objects[0]?.base;
  return (base) =>
    duplicates.flatMap(({ path, line }) => {
      if (isBelow(path, base)) return [{ path: path.slice(base.length), line }];
      return base === first && !objects.some((object) => isBelow(path, object.base)) ? [{ path: [], line }] : [];
    });
}

function isBelow(path: FieldPath, base: FieldPath): boolean {
  return base.every((part, index) => path[index] === part);
}

interface Found {
  readonly raw: JsonObject;
  readonly base: FieldPath;
}

function objectsIn(value: unknown): readonly Found[] {
  const found: Found[] = [];
  collect(value, [], (raw, base) => found.push({ raw, base }));
  return found;
}

/** `kind: List`, every other list (ServiceList, …) and an array stand for their items. */
function collect(value: unknown, base: FieldPath, take: (raw: JsonObject, base: FieldPath) => void): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) collect(item, [...base, index], take);
    return;
  }
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
    return readRegularFile(path).toString('utf8');
  } catch (cause) {
    throw new AppError('file-unreadable', `${path}: ${systemReason(cause)}.`, { cause });
  }
}
