// JSON Patch (RFC 6902) for one annotation: one operation, never touching another key.
import { at, isJsonObject } from '../kubernetes/read.ts';

export interface JsonPatchOperation {
  readonly op: 'add';
  /** JSON Pointer (RFC 6901). */
  readonly path: string;
  readonly value: string | Readonly<Record<string, string>>;
}

export type JsonPatch = readonly JsonPatchOperation[];

/** `missing`: the map of annotations is absent, or null. */
export type AnnotationsPlace = 'there' | 'missing' | 'no metadata';

export function annotationsPlaceOf(raw: unknown): AnnotationsPlace {
  if (!isJsonObject(at(raw, 'metadata'))) return 'no metadata';
  return isJsonObject(at(raw, 'metadata', 'annotations')) ? 'there' : 'missing';
}

/**
 * @param raw the object as the API server sent it, since the patch is applied to that
 * @returns undefined where the object has no metadata to patch
 */
export function addAnnotation(raw: unknown, key: string, value: string): JsonPatch | undefined {
  return addAnnotationAt(annotationsPlaceOf(raw), key, value);
}

export function addAnnotationAt(place: AnnotationsPlace, key: string, value: string): JsonPatch | undefined {
  switch (place) {
    case 'there':
      return [{ op: 'add', path: `/metadata/annotations/${escapePointer(key)}`, value }];
    case 'missing':
      // The map is made with its one key.
      return [{ op: 'add', path: '/metadata/annotations', value: { [key]: value } }];
    case 'no metadata':
      return undefined;
  }
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
