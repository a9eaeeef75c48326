// Applies the "add" operations of a JSON Patch (RFC 6902) to a copy, as the API server does with the guard's patches.
import { isJsonObject } from '../../src/kubernetes/read.ts';
import type { RawObject } from './objects.ts';

export function applyPatch(
  object: RawObject,
  patch: readonly { op: string; path: string; value: unknown }[],
): RawObject {
  const copy = structuredClone(object);
  for (const { op, path, value } of patch) {
    const keys = path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = keys.pop();
    const parent = keys.reduce<unknown>((at, key) => (isJsonObject(at) ? at[key] : undefined), copy);
    if (op !== 'add' || last === undefined || !isJsonObject(parent)) throw new Error(`cannot apply ${op} ${path}`);
    Object.assign(parent, { [last]: value });
  }
  return copy;
}

export function decodePatch(patch: string | undefined): { op: string; path: string; value: unknown }[] {
  return JSON.parse(Buffer.from(patch ?? '', 'base64').toString('utf8'));
}
