// How large a document may be, so that no text takes more memory or time than it is worth.

/** kubectl's limit is 10,000; the deepest objects that people write (schemas in a CustomResourceDefinition) have some sixty. */
export const MAX_DEPTH = 250;

const MIB = 1024 * 1024;
/** As one line of a message. */
export const TOO_DEEP = `it is nested more than ${MAX_DEPTH} levels deep`;

/** Of one YAML document. */
const MAX_YAML = 32 * MIB;
/** Fields, items and brackets of one YAML document: for each, reading holds some 200 bytes for a moment. */
const MAX_YAML_MARKS = 1_500_000;
/** Keys and brackets of one JSON value, for which nothing is held but the value. */
const MAX_JSON_MARKS = 2_500_000;

/** @returns what is wrong, if anything */
export function findTooLargeYaml(text: string): string | undefined {
  if (text.length > MAX_YAML) return tooLarge(`${MAX_YAML / MIB} MiB`);
  const hasTooMany = text.length > MAX_YAML_MARKS && countMarks(text) > MAX_YAML_MARKS;
  return hasTooMany ? tooLarge(`${MAX_YAML_MARKS} fields and items`) : undefined;
}

function tooLarge(measure: string): string {
  return `it is one YAML document of more than ${measure}; split it, or write it as JSON`;
}

/** @param marks keys, and brackets that open @returns what is wrong, if anything */
export function findTooLargeJson(marks: number): string | undefined {
  return marks > MAX_JSON_MARKS
    ? `it is one JSON value of more than ${MAX_JSON_MARKS} fields and items; split it`
    : undefined;
}

/** Every node of a YAML document has at least one of these beside it. */
const MARKS = new Set([...'\n,:-?[{'].map((character) => character.charCodeAt(0)));

function countMarks(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) if (MARKS.has(text.charCodeAt(at))) count += 1;
  return count;
}
