// JSON Patch (RFC 6902) for one annotation: one operation, never touching another key.
import { at, isJsonObject } from '../kubernetes/read.ts';

export interface JsonPatchOperation {
  readonly op: 'add';
  /** JSON Pointer (RFC 6901). */
  readonly path: string;
  readonly value: string | Readonly<Record<string, string>>;
}

export type JsonPatch = readonly JsonPatchOperation[];

/**
 * @param raw the object as the API server sent it, since the patch is applied to that
 * @returns undefined where the object has no metadata to patch
 */
export function addAnnotation(raw: unknown, key: string, value: string): JsonPatch | undefined {
  if (!isJsonObject(at(raw, 'metadata'))) return undefined;
  if (isJsonObject(at(raw, 'metadata', 'annotations'))) {
    return [{ op: 'add', path: `/metadata/annotations/${escapePointer(key)}`, value }];
  }
  // Absent, or null: the map is made with its one key.
  return [{ op: 'add', path: '/metadata/annotations', value: { [key]: value } }];
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
