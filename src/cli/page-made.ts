// What a page says of itself: when it was made, from what, and the command that makes it again.
import type { Facts } from '../facts/facts.ts';
import type { MadeView } from '../report/html/view.ts';
import { shellCommand } from '../shell-quote.ts';

export interface MadeFrom {
  /** Words behind the program's name, as an argument vector. */
  readonly words: readonly string[];
  readonly files: readonly string[];
  /** undefined where no cluster was asked. */
  readonly cluster: { readonly context: string | undefined } | undefined;
  readonly facts: Facts;
  readonly scope: readonly string[];
  readonly version: string;
}

/** Files that are named one by one. */
const MAX_FILES = 3;

export function madeOf({ words, files, cluster, facts, scope, version }: MadeFrom): MadeView {
  const sources = [
    ...(files.length === 0 ? [] : [filesInWords(files)]),
    ...(cluster === undefined ? [] : [clusterInWords(facts, cluster.context)]),
  ];
  return {
    at: new Date().toISOString(),
    command: `${shellCommand(['gke-ingress-guard', ...words, '-o', 'html'])} > ingresses.html`,
    from: sources.join(', over the '),
    version,
    scope: scope.join(', '),
  };
}

function filesInWords(files: readonly string[]): string {
  const named = files.map((file) => (file === '-' ? 'standard input' : file));
  const more = named.length - MAX_FILES;
  return `Files: ${named.slice(0, MAX_FILES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function clusterInWords({ cluster: { project, location, name } }: Facts, context: string | undefined): string {
  const full = [project, location, name].filter((part) => part !== undefined).join('/');
  const of = context === undefined ? '' : ` (context "${context}")`;
  return `cluster${full === '' ? '' : ` ${full}`}${of}`;
}

/** `--name=value` for each that is given. */
export function givenOptions(options: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
}
