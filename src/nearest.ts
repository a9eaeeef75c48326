// Edit distance, for "did you mean" and for class names that are nearly right.

/** Levenshtein distance: insertions, deletions and substitutions of one character. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i += 1) {
    const current = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const substitution = (previous[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      current.push(Math.min(substitution, (previous[j + 1] ?? 0) + 1, (current[j] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/**
 * The candidate that differs by the fewest edits.
 * @param most left out: a third of the word's length, and at least two
 */
export function nearest(
  word: string,
  candidates: readonly string[],
  most = Math.max(2, Math.floor(word.length / 3)),
): string | undefined {
  const lowered = word.toLowerCase();
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    // No fewer edits than that, and the word may be as long as its author likes.
    if (Math.abs(word.length - candidate.length) > most) continue;
    const distance = editDistance(lowered, candidate.toLowerCase());
    if (distance <= most && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

/** More than these would drown the sentence. */
const MAX_LISTED = 16;

/** The end of a sentence about a word that is not legal. */
export function didYouMean(word: string, legal: readonly string[]): string {
  const guess = nearest(word, legal);
  if (guess !== undefined) return `; did you mean "${guess}"?`;
  return legal.length > MAX_LISTED ? '' : `; legal are ${legal.join(', ')}`;
}
