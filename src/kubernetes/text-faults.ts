// What is odd about the text of an object: nothing that the API server stores has any of it.
import type { FieldPath } from './field-path.ts';
import type { KubernetesObject } from './objects.ts';
import type { ShapeFault } from './shape.ts';

export interface TextFaults {
  readonly shape: readonly ShapeFault[];
  /** Keys that are written twice in one mapping; the last one counts. */
  readonly duplicateKeys: readonly { readonly path: FieldPath; readonly line: number }[];
  /** `file:line` of the same object again, further on in the same file. */
  readonly again: string | undefined;
}

/** The object with what is odd about its text, where there is something. */
export function withText<T extends KubernetesObject>(object: T, text: Partial<TextFaults>): T {
  const { shape = [], duplicateKeys = [], again } = text;
  const isPlain = shape.length === 0 && duplicateKeys.length === 0 && again === undefined;
  return isPlain ? object : { ...object, text: { shape, duplicateKeys, again } };
}
