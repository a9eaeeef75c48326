// What a rule of HAProxy makes of a request: http-request and redirect, with their conditions (docs.haproxy.org, chapters 4.2 and 7).
import { answered, isHost, type Request, type Said, UNSURE } from './said.ts';

/** Its words: of http-request without that word. */
export type Rule = readonly string[];

export interface HaproxyRequest extends Request {
  /** No rule changes a header that conditions ask for. */
  readonly isAsSent: boolean;
}

/** That HAProxy answers by itself, for which it may have a file in their place. */
export const OWN_ERRORS: readonly string[] = ['400', '408', '500', '502', '503', '504'];

/** They change headers, or what is logged. */
const HARMLESS = new Set([
  'add-header',
  'capture',
  'del-header',
  'set-header',
  'set-log-level',
  'set-var',
  'unset-var',
]);

/** Whether the condition of the name holds; undefined where that is not known. */
export type Named = (name: string) => boolean | undefined;

/** @returns undefined where the request goes on */
export function ruleSays(rule: Rule, named: Named, request: HaproxyRequest): Said | undefined {
  const at = rule.findIndex((word) => word === 'if' || word === 'unless');
  const [action = '', ...words] = at === -1 ? rule : rule.slice(0, at);
  if (HARMLESS.has(action.replace(/\(.*/, ''))) return undefined;
  const holds = at === -1 ? true : conditionHolds(rule.slice(at + 1), named, request);
  if (holds === undefined) return UNSURE;
  if (holds === (rule[at] === 'unless')) return undefined;
  if (action === 'redirect') return redirected(words);
  if (action === 'return') return returned(words);
  return action === 'deny' ? denied(words) : UNSURE;
}

function redirected([kind = '', to = '', ...options]: Rule): Said {
  const [code, status = '302', ...others] = options.length === 0 ? ['code'] : options;
  if (code !== 'code' || others.length > 0 || !/^30[12378]$/.test(status) || to.includes('%')) return UNSURE;
  if (kind === 'scheme') return answered(Number(status), `${to}://{host}`);
  return kind === 'location' || kind === 'prefix' ? answered(Number(status), to) : UNSURE;
}

/** What it says does not matter. */
function returned(words: Rule): Said {
  const at = words.indexOf('status');
  const status = at === -1 ? '200' : (words[at + 1] ?? '');
  return /^[2-5]\d\d$/.test(status) ? answered(Number(status)) : UNSURE;
}

function denied([name = 'deny_status', status = '403', ...others]: Rule): Said {
  const isPlain = others.length === 0 && (name === 'deny_status' || name === 'status');
  return isPlain && /^[45]\d\d$/.test(status) && !OWN_ERRORS.includes(status) ? answered(Number(status)) : UNSURE;
}

/** All of its terms. */
function conditionHolds(words: Rule, named: Named, request: HaproxyRequest): boolean | undefined {
  if (words.length === 0 || words.some((word) => word === 'or' || word === '||')) return undefined;
  const terms: (boolean | undefined)[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const isNot = word.startsWith('!');
    const name = isNot ? word.slice(1) || (words[++index] ?? '') : word;
    let holds: boolean | undefined;
    if (name === '{') {
      const end = words.indexOf('}', index);
      if (end === -1) return undefined;
      holds = testHolds(words.slice(index + 1, end), request);
      index = end;
    } else holds = named(name);
    terms.push(holds === undefined ? undefined : holds !== isNot);
  }
  if (terms.includes(false)) return false;
  return terms.includes(undefined) ? undefined : true;
}

/** One of the lines of its name. Each name is tested once, for thousands of rules may ask. @param acls the words after `acl` */
export function namedBy(acls: readonly Rule[], request: HaproxyRequest): Named {
  const byName = Map.groupBy(acls, ([name = '']) => name);
  const known = new Map<string, boolean | undefined>();
  return (name) => {
    if (!known.has(name)) known.set(name, namedHolds(name, byName.get(name) ?? [], request));
    return known.get(name);
  };
}

function namedHolds(name: string, own: readonly Rule[], request: HaproxyRequest): boolean | undefined {
  if (own.length === 0) return name === 'TRUE' || name === 'METH_GET' ? true : name === 'FALSE' ? false : undefined;
  const holds = own.map(([, ...test]) => testHolds(test, request));
  if (holds.includes(true)) return true;
  return holds.includes(undefined) ? undefined : false;
}

/** Google sends none of them. */
const ABSENT = /^(req\.|req\.f?)?f?hdr(_\w+)?\(x-forwarded-[\w-]+\)$/i;

function testHolds(
  [sample = '', ...values]: Rule,
  { path, port, host, isAsSent }: HaproxyRequest,
): boolean | undefined {
  if (sample === 'ssl_fc') return values.length === 0 ? false : undefined;
  if (/hdr/i.test(sample) && !isAsSent) return undefined;
  if (ABSENT.test(sample)) return false;
  const texts = values.filter((value) => value !== '-i');
  if (texts.some((value) => value.startsWith('-')) || texts.length === 0) return undefined;
  const some = (is: (text: string) => boolean): boolean => texts.some(is);
  if (sample === 'dst_port')
    return texts.every((text) => /^\d+$/.test(text)) ? some((text) => Number(text) === port) : undefined;
  if (sample === 'method') return some((text) => text === 'GET');
  const isAnyCase = values.includes('-i');
  const asked = isAnyCase ? path.toLowerCase() : path;
  const same = (text: string): string => (isAnyCase ? text.toLowerCase() : text);
  if (sample === 'path') return some((text) => same(text) === asked);
  if (sample === 'path_beg') return some((text) => asked.startsWith(same(text)));
  if (sample === 'path_end') return some((text) => asked.endsWith(same(text)));
  if (!/^(req\.)?hdr\(host\)$/i.test(sample)) return undefined;
  const hosts = texts.map((text) => isHost(text, host));
  if (hosts.includes(true)) return true;
  return hosts.includes(undefined) ? undefined : false;
}
