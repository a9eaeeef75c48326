// What to do about a finding, as data that a program can carry out: edits of objects, commands, alternatives. The text that
// people read is rendered from it, in this file only.
import {
  annotationPath,
  type FieldPath,
  formatPath,
  isSameName,
  type ObjectName,
  referenceTo,
} from '../kubernetes/field-path.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { type Command, shellCommand } from '../shell-quote.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One change of one field. `append` adds an item to a list. */
export type Edit =
  | {
      readonly operation: 'set' | 'append';
      readonly object: ObjectName;
      readonly path: FieldPath;
      readonly value: Json;
    }
  | { readonly operation: 'remove'; readonly object: ObjectName; readonly path: FieldPath };

/** One way to end a fault: changes that belong together, a command, or advice that no program can carry out. */
export interface Remedy {
  readonly edits: readonly Edit[];
  readonly command: Command | undefined;
  /** In place of rendered edits, or beside a command: an instruction without a full stop at its end. */
  readonly words: string;
  /** Why, or what else to know, as a clause; "" for none. */
  readonly because: string;
}

export interface Fix {
  /** All alternatives in one line, the best first; without a full stop, so that what ends it can be pasted. */
  readonly text: string;
  readonly edits: readonly Edit[];
  readonly commands: readonly Command[];
  readonly alternatives: readonly Omit<Fix, 'alternatives'>[];
}

type Named = Pick<KubernetesObject, 'kind' | 'metadata'>;

const NOTHING: Remedy = { edits: [], command: undefined, words: '', because: '' };

export function set(object: Named, path: FieldPath, value: Json, because = ''): Remedy {
  return { ...NOTHING, edits: [{ operation: 'set', object: referenceTo(object), path, value }], because };
}

export function setAnnotation(object: Named, key: string, value: string, because = ''): Remedy {
  return set(object, annotationPath(key), value, because);
}

export function append(object: Named, path: FieldPath, value: Json, because = ''): Remedy {
  return { ...NOTHING, edits: [{ operation: 'append', object: referenceTo(object), path, value }], because };
}

export function remove(object: Named, path: FieldPath, because = ''): Remedy {
  return { ...NOTHING, edits: [{ operation: 'remove', object: referenceTo(object), path }], because };
}

export function removeAnnotation(object: Named, key: string, because = ''): Remedy {
  return remove(object, annotationPath(key), because);
}

/** Changes that end the fault only together. */
export function together(...remedies: readonly Remedy[]): Remedy {
  return {
    ...NOTHING,
    edits: remedies.flatMap(({ edits }) => edits),
    because: remedies.map(({ because }) => because).find((text) => text !== '') ?? '',
  };
}

/** Edits in words that say it shorter, or better, than their fields do. */
export function inWords(words: string, remedy: Remedy): Remedy {
  return { ...remedy, words: withoutStop(words) };
}

export function run(command: Command, because = ''): Remedy {
  return { ...NOTHING, command, because };
}

/** What only a person can do. */
export function advise(words: string): Remedy {
  return { ...NOTHING, words: withoutStop(words) };
}

/** A change that is not enough by itself: for a person, with what else it takes, an instruction as it begins a sentence. */
export function adviseBoth(remedy: Remedy, shown: ObjectName, more: string): Remedy {
  const rest = more.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase());
  return advise(`${renderRemedy(remedy, shown)}, then ${rest}`);
}

/** @param shown the object at which the finding is said: edits of others name theirs */
export function renderFix(remedies: readonly Remedy[], shown: ObjectName): Fix {
  const rendered = remedies.map((remedy) => renderRemedy(remedy, shown));
  const alternatives = remedies.map(({ edits, command }, index) => ({
    text: capitalized(rendered[index] ?? ''),
    edits,
    commands: command === undefined ? [] : [command],
  }));
  const [best] = alternatives;
  return {
    text: capitalized(rendered.join(', or ')),
    edits: best?.edits ?? [],
    commands: best?.commands ?? [],
    alternatives: alternatives.slice(1),
  };
}

function renderRemedy({ edits, command, words, because }: Remedy, shown: ObjectName): string {
  const rendered = words === '' ? edits.map((edit) => renderEdit(edit, shown)).join(' and ') : words;
  const parts = [rendered, command === undefined ? '' : `run ${shellCommand(command)}`];
  const text = parts.filter((part) => part !== '').join(': ');
  return because === '' ? text : `${text} (${because})`;
}

function renderEdit(edit: Edit, shown: ObjectName): string {
  const what = fieldInWords(edit.path);
  const where = isSameName(edit.object, shown)
    ? ''
    : ` ${preposition(edit.path)} ${edit.object.kind} "${edit.object.name}"`;
  switch (edit.operation) {
    case 'set':
      return `set ${what}: ${valueInWords(edit.value)}${where}`;
    case 'append':
      return `add ${valueInWords(edit.value)} to ${what}${where}`;
    case 'remove':
      return `remove ${what}${where}`;
  }
}

/** An annotation by its key, any other field by its path. */
function fieldInWords(path: FieldPath): string {
  const [first, second, key] = path;
  const isAnnotation = first === 'metadata' && second === 'annotations' && typeof key === 'string';
  return isAnnotation ? key : formatPath(path);
}

function preposition(path: FieldPath): string {
  return path[1] === 'annotations' ? 'on' : 'in';
}

/** As it can be in YAML. */
export function valueInWords(value: Json): string {
  if (typeof value !== 'string') return typeof value === 'object' && value !== null ? flow(value) : String(value);
  if (value.includes('"')) return `'${value.replaceAll("'", "''")}'`;
  // What YAML would read as something else than text.
  return /^[A-Za-z/][A-Za-z0-9_./-]*$/.test(value) && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(value)
    ? value
    : `"${value}"`;
}

function flow(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(valueInWords).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return valueInWords(value);
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${key}: ${valueInWords(one as Json)}`)
    .join(', ')} }`;
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}

/** Names of fields and commands keep their case. */
function capitalized(text: string): string {
  return /^(?:spec|metadata|kubectl|gcloud|cloud\.google)\b/.test(text)
    ? text
    : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
