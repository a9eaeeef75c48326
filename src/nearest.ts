// Edit distance, for "did you mean" and for class names that are nearly right.

/**
 * Levenshtein distance: insertions, deletions and substitutions of one character.
 * @returns Infinity for more than `most`, most of them after a few characters
 */
function editDistance(a: string, b: string, most: number): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i += 1) {
    const current = [i + 1];
    let least = i + 1;
    for (let j = 0; j < b.length; j += 1) {
      const substitution = (previous[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      const distance = Math.min(substitution, (previous[j + 1] ?? 0) + 1, (current[j] ?? 0) + 1);
      current.push(distance);
      if (distance < least) least = distance;
    }
    // From here on it only grows.
    if (least > most) return Number.POSITIVE_INFINITY;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** Characters. What is longer is nobody's slip of the finger, and the distance takes time by the product of the lengths. */
const MAX_WORD = 64;
/** Of so many names none is what was meant more than the others, and each takes time. */
const MAX_CANDIDATES = 200;
/** More than these would drown the sentence. */
export const MAX_LISTED = 16;

/**
 * The candidate that differs by the fewest edits; none for words over 64 characters, or among more than 200 candidates.
 * @param most left out: a third of the word's length, and at least two
 */
export function nearest<T extends string>(
  word: string,
  candidates: readonly T[],
  most = Math.max(2, Math.floor(word.length / 3)),
): T | undefined {
  if (word.length > MAX_WORD || candidates.length > MAX_CANDIDATES) return undefined;
  const lowered = word.toLowerCase();
  let best: { readonly candidate: T; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    // No fewer edits than that.
    if (Math.abs(word.length - candidate.length) > most) continue;
    const distance = editDistance(lowered, candidate.toLowerCase(), most);
    if (distance <= most && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

/** The end of a sentence about a word that is not legal. */
export function didYouMean(word: string, legal: readonly string[]): string {
  const guess = nearest(word, legal);
  if (guess !== undefined) return `; did you mean "${guess}"?`;
  return legal.length > MAX_LISTED ? '' : `; legal are ${legal.join(', ')}`;
}
