// A text as our reader has it, in the shape that main.go answers in.
import { readDocuments } from '../../src/yaml/documents.ts';

export interface Stream {
  /** Those before the first that fails, without empty ones. */
  readonly documents: readonly unknown[];
  readonly failed: boolean;
}

export function readAll(text: string): Stream {
  const documents: unknown[] = [];
  for (const document of readDocuments(text, { aliased: 0 })) {
    if ('fault' in document) return { documents, failed: true };
    if (document.value !== null && document.value !== undefined) documents.push(document.value);
  }
  return { documents, failed: false };
}

export function hasDuplicates(text: string): boolean {
  return [...readDocuments(text, { aliased: 0 })].some(
    (document) => 'hasDuplicates' in document && document.hasDuplicates,
  );
}
