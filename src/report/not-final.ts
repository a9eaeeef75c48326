// What of the input is not what will be applied, in one line: what is left out for it, and what to do first.
import { plainLine } from '../kubernetes/plain-text.ts';
import { count } from './count-words.ts';

/** An object that is not judged. */
export interface LeftOut {
  readonly kind: string;
  /** "" where it does not say it. */
  readonly namespace: string;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** The value that is to be filled in; left out: it is a patch. */
  readonly placeholder?: string;
}

export interface NotFinal {
  readonly aside: readonly LeftOut[];
  /** Files. */
  readonly kustomizations: readonly string[];
  /** How many rest on values that are to be filled in, and are left out. */
  readonly findings: number;
  readonly restOn: readonly { readonly text: string; readonly place: string }[];
  /** A command line. */
  readonly render: string;
}

const MAX_NAMED = 3;

/** @returns "" where all is final */
export function notFinalLine({ aside, kustomizations, findings, restOn, render }: NotFinal): string {
  const patches = aside.filter(({ placeholder }) => placeholder === undefined);
  const open = aside.filter(({ placeholder }) => placeholder !== undefined);
  const parts = [
    listed('kustomization', kustomizations),
    listed(
      'patch',
      patches.map((one) => `${one.kind}/${one.name} ${one.file}:${one.line}`),
    ),
    listed(
      'object with a placeholder',
      open.map((one) => `${one.kind}/${one.name} ${one.file}:${one.line} "${one.placeholder ?? ''}"`),
    ),
    findings === 0
      ? ''
      : `${count(findings, 'finding')} left out that ${findings === 1 ? 'rests' : 'rest'} on placeholders (${named(restOn.map(({ text, place }) => `"${text}" ${place}`))})`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : plainLine(`Not final: ${parts.join('; ')}. Render first: ${render}`);
}

function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const plural = what === 'patch' ? 'patches' : what.replace(/^(\w+)/, '$1s');
  return `${names.length} ${names.length === 1 ? what : plural} (${named(names)})`;
}

function named(names: readonly string[]): string {
  const more = names.length > MAX_NAMED ? `, and ${names.length - MAX_NAMED} more` : '';
  return `${names.slice(0, MAX_NAMED).join(', ')}${more}`;
}
