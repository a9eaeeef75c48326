// A folded object as text in Helm's template language. What looks like an action of that language in a manifest (alerts
// have some, for Prometheus) is escaped; what the chart fills in are holes, which are in the objects as words.
import { stringify } from 'yaml';
import type { Folded, Presence } from './variants.ts';

const encode = (text: string): string => Buffer.from(text).toString('hex');
const decode = (hex: string): string => Buffer.from(hex, 'hex').toString();

/** A value that the chart computes; the expression must print a YAML scalar. */
export function hole(expression: string): string {
  return `Hole${encode(expression)}Hole`;
}

/** A text of several lines that the chart computes. */
export function textHole(expression: string): string {
  return `Text${encode(expression)}Text`;
}

/** Entries of a map that the chart computes, as its only key's value null. */
export function entriesHole(expression: string): string {
  return `Entries${encode(expression)}Entries`;
}

export function toTemplate(folded: Folded): string {
  return `${lines(folded, 0).join('\n')}\n`;
}

function lines(folded: Folded, indent: number): readonly string[] {
  if (folded.is === 'plain') return plainLines(folded.value, indent);
  if (folded.is === 'choice') throw new Error('a choice needs a key or a place in a list');
  if (folded.is === 'list') {
    return folded.items.flatMap(([presence, item]) => guarded(presence, itemLines(item, indent), indent));
  }
  // What is always there comes first: in a list it carries the dash.
  const always = folded.entries.filter(([, presence]) => presence === 'always');
  const others = folded.entries.filter(([, presence]) => presence !== 'always');
  return [...always, ...others].flatMap(([key, presence, value]) =>
    guarded(presence, entryLines(key, value, indent), indent),
  );
}

function entryLines(key: string, value: Folded, indent: number): readonly string[] {
  if (value.is === 'plain') return plainLines({ [key]: value.value }, indent);
  const [start = ''] = plainLines({ [key]: 0 }, indent);
  const before = start.slice(0, -' 0'.length);
  if (value.is === 'choice') return [`${before} ${inline(value)}`];
  return [before, ...lines(value, indent + 2)];
}

function itemLines(item: Folded, indent: number): readonly string[] {
  if (item.is === 'plain') return plainLines([item.value], indent);
  const margin = ' '.repeat(indent);
  if (item.is === 'choice') return [`${margin}- ${inline(item)}`];
  const [first = '', ...rest] = lines(item, indent + 2);
  return [`${margin}- ${first.trimStart()}`, ...rest];
}

function guarded(presence: Presence, inside: readonly string[], indent: number): readonly string[] {
  if (presence === 'always') return inside;
  const margin = ' '.repeat(indent);
  return [`${margin}{{- if ${condition(presence)} }}`, ...inside, `${margin}{{- end }}`];
}

function condition(presence: Exclude<Presence, 'always'>): string {
  if ('when' in presence) return presence.when;
  const { unless } = presence;
  return unless.length === 1 ? `not (${unless[0]})` : `not (or ${unless.map((one) => `(${one})`).join(' ')})`;
}

function inline({ variants, otherwise }: Extract<Folded, { readonly is: 'choice' }>): string {
  const arms = variants.map(
    ({ when, value }, index) => `{{ ${index === 0 ? 'if' : 'else if'} ${when} }}${scalar(value)}`,
  );
  return `${arms.join('')}{{ else }}${scalar(otherwise)}{{ end }}`;
}

function scalar(value: unknown): string {
  if (typeof value === 'object') throw new Error(`a choice between whole objects: ${JSON.stringify(value)}`);
  return filled(escaped(JSON.stringify(value)), 0);
}

function plainLines(value: unknown, indent: number): readonly string[] {
  const margin = ' '.repeat(indent);
  // Helm reads YAML 1.1, where a bare "on" is a boolean.
  const text = stringify(value, { lineWidth: 0, compat: 'yaml-1.1' }).trimEnd();
  return text
    .split('\n')
    .map((line) => (line === '' ? line : `${margin}${line}`))
    .flatMap((line) => filled(escaped(line), line.search(/\S/)).split('\n'));
}

function escaped(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}

function filled(line: string, indent: number): string {
  return line
    .replaceAll(/"?Hole([0-9a-f]+)Hole"?/g, (_, hex: string) => `{{ ${decode(hex)} }}`)
    .replaceAll(/Text([0-9a-f]+)Text/g, (_, hex: string) => `|\n{{ ${decode(hex)} | trim | indent ${indent + 2} }}`)
    .replaceAll(/ *Entries([0-9a-f]+)Entries: null/g, (_, hex: string) =>
      [
        `${' '.repeat(indent)}{{- with ${decode(hex)} }}`,
        `${' '.repeat(indent)}{{- toYaml . | nindent ${indent} }}`,
        `${' '.repeat(indent)}{{- end }}`,
      ].join('\n'),
    );
}
