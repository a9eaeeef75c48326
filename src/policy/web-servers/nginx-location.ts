// Which location of nginx takes a path (ngx_http_core_module.c, ngx_http_core_find_location).
import { matchesPlainly } from './literal-pattern.ts';
import type { Directive } from './nginx-syntax.ts';

type Block = readonly Directive[];

interface Location {
  /** "" for one by prefix. */
  readonly modifier: string;
  readonly path: string;
  readonly block: Block;
}

/** @returns undefined where none takes it, and the server block itself answers */
export function locationOf(server: Block, path: string): Block | 'unsure' | undefined {
  const all = server.flatMap((one) => (one.name === 'location' ? [parse(one)] : []));
  if (all.some((one) => one === undefined)) return 'unsure';
  const locations = all.filter((one) => one !== undefined);
  const exact = locations.find(({ modifier, path: own }) => modifier === '=' && own === path);
  if (exact !== undefined) return whole(exact);
  const prefixes = locations.filter(({ modifier }) => modifier === '' || modifier === '^~');
  // With a proxy in it nginx sends there who left the last slash out.
  if (prefixes.some(({ path: own }) => own === `${path}/`)) return 'unsure';
  const longest = prefixes
    .filter(({ path: own }) => path.startsWith(own))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
  if (longest?.modifier === '^~') return whole(longest);
  for (const one of locations.filter(({ modifier }) => modifier.startsWith('~'))) {
    const matches = matchesPlainly(one.path, path, one.modifier === '~*');
    if (matches === undefined) return 'unsure';
    if (matches) return whole(one);
  }
  return longest === undefined ? undefined : whole(longest);
}

/** One in another is not followed. */
function whole({ block }: Location): Block | 'unsure' {
  return block.some(({ name }) => name === 'location') ? 'unsure' : block;
}

const MODIFIERS = ['=', '^~', '~', '~*'];

/** @returns undefined for what is not understood: `location =/path` in one word too */
function parse({ args, block }: Directive): Location | undefined {
  const [first = '', second] = args;
  if (block === undefined || args.length > 2) return undefined;
  if (second !== undefined) return MODIFIERS.includes(first) ? { modifier: first, path: second, block } : undefined;
  // For requests from within.
  if (first.startsWith('@')) return { modifier: '@', path: first, block };
  return first.startsWith('/') ? { modifier: '', path: first, block } : undefined;
}
