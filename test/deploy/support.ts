// Rendered manifests, and the few questions that the tests ask of them.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { at } from '../../src/kubernetes/read.ts';
import { DEPLOY, type Manifest } from '../support/kustomize.ts';

/** Names of the folders in a folder of deploy/. */
export function foldersOf(folder: string): readonly string[] {
  return readdirSync(join(DEPLOY, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

/** As it is, comments and all. */
export function readManifest(path: string): string {
  return readFileSync(join(DEPLOY, path), 'utf8');
}

export function readKustomization(folder: string): Readonly<Record<string, unknown>> {
  return parse(readManifest(join(folder, 'kustomization.yaml')));
}

/** @throws Error where there is none, or more than one */
export function only(manifests: readonly Manifest[], kind: string, name?: string): Manifest {
  const found = manifests.filter((one) => one.kind === kind && (name === undefined || one.metadata.name === name));
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} of ${kind} ${name ?? ''}`);
  return first;
}

/** The list at a path; [] where there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The first element of the list at a path. */
export function firstAt(value: unknown, ...path: readonly string[]): unknown {
  return listAt(value, ...path)[0];
}
