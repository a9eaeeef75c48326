// What one site of a Caddyfile, or one `handle` in it, answers. Caddy runs the directives in an order of its own, whatever that of the
// lines: `redir` before `handle`, and that before `respond`.
import type { Segment } from './caddy-syntax.ts';
import { answered, ELSEWHERE, type Request, type Said, UNSURE } from './said.ts';

/** Neither of them answers, nor changes what is asked. */
const HARMLESS = new Set(['encode', 'header', 'log', 'root', 'tls', 'request_header']);
/** They come last, and answer for what they are given. */
const ANSWERING = new Set(['file_server', 'metrics', 'php_fastcgi', 'reverse_proxy']);
const FOLLOWED = new Set(['redir', 'handle', 'respond']);

export function caddySiteSays(block: readonly Segment[], request: Request, depth = 1): Said {
  const isFollowed = block.every(
    ({ words: [name = ''] }) => HARMLESS.has(name) || ANSWERING.has(name) || FOLLOWED.has(name),
  );
  if (!isFollowed || depth > MAX_DEPTH) return UNSURE;
  const { path } = request;
  for (const name of ['redir', 'handle', 'respond']) {
    const taken = takenOf(block, name, path);
    if (taken === 'unsure') return UNSURE;
    if (taken === undefined) continue;
    if (name === 'handle') return caddySiteSays(taken.segment.block ?? [], request, depth + 1);
    return name === 'redir' ? redirected(taken) : responded(taken);
  }
  return block.some(({ words: [name = ''] }) => ANSWERING.has(name)) ? ELSEWHERE : answered(200);
}

const MAX_DEPTH = 8;

interface Taken {
  readonly segment: Segment;
  /** Without its matcher. */
  readonly args: readonly string[];
}

/** The one directive of the name that takes the path: the longest path first, that without one last. */
function takenOf(block: readonly Segment[], name: string, path: string): Taken | 'unsure' | undefined {
  const all = block
    .filter(({ words }) => words[0] === name)
    .map((segment) => ({ segment, ...matcherOf(segment, name) }));
  if (all.some(({ matcher }) => matcher === undefined)) return 'unsure';
  const taking = all
    .filter(({ matcher = '' }) => takes(matcher, path))
    .toSorted((a, b) => (b.matcher?.length ?? 0) - (a.matcher?.length ?? 0));
  // Of two redirects or answers the order of Caddy's sorting is not followed; handles exclude each other.
  return taking.length > 1 && name !== 'handle' ? 'unsure' : taking[0];
}

/** `*` for every path; undefined for one that is not followed: a name, or a pattern. */
function matcherOf(
  { words }: Segment,
  name: string,
): { readonly matcher: string | undefined; readonly args: readonly string[] } {
  const [first = '', ...rest] = words.slice(1);
  if (first === '*') return { matcher: '*', args: rest };
  if (first.startsWith('@')) return { matcher: undefined, args: rest };
  // The only word of a redirect is where it leads.
  const isMatcher = first.startsWith('/') && !(name === 'redir' && rest.length === 0);
  if (!isMatcher) return { matcher: '*', args: words.slice(1) };
  return { matcher: /^\/[\w./-]*\*?$/.test(first) ? first : undefined, args: rest };
}

/** Caddy compares paths in lower case. */
function takes(matcher: string, path: string): boolean {
  const [wanted, asked] = [matcher.toLowerCase(), path.toLowerCase()];
  return wanted.endsWith('*') ? asked.startsWith(wanted.slice(0, -1)) || wanted === '*' : asked === wanted;
}

const CODES: Readonly<Record<string, number>> = { permanent: 301, temporary: 302 };

/** With `html` it is a page that leads there. */
function redirected({ args: [to = '', code = 'temporary', ...others], segment }: Taken): Said {
  const status = CODES[code] ?? Number(code);
  if (others.length > 0 || segment.block !== undefined || ![301, 302, 303, 307, 308].includes(status)) return UNSURE;
  const location = to.replace(/^\{(http\.request\.)?scheme\}:/, 'http:');
  return /^(https?:\/\/|\/)/.test(location) ? answered(status, location) : UNSURE;
}

function responded({ args: [first, second, ...others], segment }: Taken): Said {
  if (segment.block !== undefined || others.length > 0 || first?.includes('{') === true) return UNSURE;
  const code = second ?? (/^\d{3}$/.test(first ?? '') ? first : '200');
  return code !== undefined && /^[2-5]\d\d$/.test(code) ? answered(Number(code)) : UNSURE;
}
