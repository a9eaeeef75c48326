// Values as text: YAML blocks, YAML brackets, JSON. What is written reads as the same value by every reader of YAML.

export type Style = 'block' | 'flow' | 'json';

/** Read as text by YAML 1.1 and 1.2 alike. */
const PLAIN = /^[A-Za-z/][A-Za-z0-9_./-]*$/;
const NOT_TEXT = /^(?:true|false|yes|no|on|off|null|y|n)$/i;
/** What YAML does not allow, or takes for a line break, where JSON allows it. */
const ESCAPED = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** @param quote of the text that it replaces, which is kept where it can be */
export function writeScalar(value: unknown, style: Style, quote = ''): string {
  if (typeof value !== 'string') return String(value);
  if (style === 'json' || quote === '"' || /[^\x20-\x7e]/.test(value)) return doubleQuoted(value);
  if (quote === "'" || value.includes('"')) return `'${value.replaceAll("'", "''")}'`;
  return PLAIN.test(value) && !NOT_TEXT.test(value) ? value : doubleQuoted(value);
}

function doubleQuoted(text: string): string {
  return escaped(JSON.stringify(text));
}

function escaped(json: string): string {
  return json.replace(ESCAPED, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** In one line, within brackets. */
export function writeFlow(value: unknown, style: 'flow' | 'json'): string {
  if (Array.isArray(value)) return `[${value.map((item) => writeFlow(item, style)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return writeScalar(value, style);
  const entries = Object.entries(value).map(([key, one]) => `${writeScalar(key, style)}: ${writeFlow(one, style)}`);
  if (entries.length === 0) return '{}';
  return style === 'json' ? `{${entries.join(', ')}}` : `{ ${entries.join(', ')} }`;
}

/** One field of a block, as lines that begin at its own column. @param step how much further what is below it begins */
export function writeField(key: string, value: unknown, step: number): readonly string[] {
  const name = writeScalar(key, 'block');
  if (!holds(value)) return [`${name}: ${writeFlow(value, 'flow')}`];
  return [`${name}:`, ...writeBlock(value, step).map((line) => ' '.repeat(step) + line)];
}

/** A list's item, as lines that begin at the column of its dash. */
export function writeItem(value: unknown, step: number): readonly string[] {
  if (!holds(value)) return [`- ${writeFlow(value, 'flow')}`];
  return writeBlock(value, step).map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`));
}

/** What holds something, as lines that begin at its own column. */
export function writeBlock(value: object, step: number): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => writeItem(item, step));
  return Object.entries(value).flatMap(([key, one]) => writeField(key, one, step));
}

function holds(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** Over several lines, as JSON is written with an indent; the first line is where it is put. */
export function writeJsonLines(value: unknown, step: number): readonly string[] {
  return escaped(JSON.stringify(value, null, step)).split('\n');
}
