// Lines and offsets of fields. The document asked last is remembered, for questions about one document come together, and
// what is known of each would take more memory than the documents.
import type { Part, SourceDocument } from './documents.ts';
import { createLocator, type Locator, type Path, type Place } from './tree.ts';

export interface Positions {
  /** Offsets count from the start of the whole text. */
  readonly locate: (document: SourceDocument, path: Path) => Place;
  /** The first line of the file is 1. */
  readonly lineOf: (document: SourceDocument, path: Path) => number;
}

export function createPositions(): Positions {
  let latest: { readonly document: SourceDocument; readonly locator: Locator; readonly lineAt: LineAt } | undefined;
  const of = (document: SourceDocument): { readonly locator: Locator; readonly lineAt: LineAt } => {
    if (latest?.document !== document) {
      latest = { document, locator: createLocator(document.createTree()), lineAt: createLineIndex(document) };
    }
    return latest;
  };
  return {
    locate: (document, path) => {
      const place = of(document).locator.locate(path);
      const value = place.value === undefined ? undefined : place.value + document.offset;
      return { ...place, offset: place.offset + document.offset, value };
    },
    lineOf: (document, path) => {
      const { locator, lineAt } = of(document);
      return lineAt(locator.locate(path).offset);
    },
  };
}

/** From an offset in a part of a file to the line of the file. */
export type LineAt = (offset: number) => number;

export function createLineIndex({ text, line }: Part): LineAt {
  const breaks: number[] = [];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) breaks.push(at);
  return (offset) => {
    let low = 0;
    let high = breaks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((breaks[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return line + low;
  };
}
