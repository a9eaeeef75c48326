// What the rewrite module of nginx makes of a request in one block: `return`, `rewrite`, `if` and `set`, in their order.
import { matchesPlainly } from './literal-pattern.ts';
import type { Directive } from './nginx-syntax.ts';
import { POD_ADDRESS, type Request } from './said.ts';

export type Written =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly location: string | undefined;
      readonly hasText: boolean;
    }
  | { readonly kind: 'nothing' | 'unsure' };

const NOTHING: Written = { kind: 'nothing' };
const UNSURE: Written = { kind: 'unsure' };

export function rewritten(block: readonly Directive[], request: Request): Written {
  for (const directive of block) {
    const written = step(directive, request);
    if (written.kind !== 'nothing') return written;
  }
  return NOTHING;
}

function step({ name, args, block = [] }: Directive, request: Request): Written {
  if (name === 'return') return returned(args);
  if (name === 'rewrite') return rewriteTo(args, request);
  if (name === 'set') return variable(args[0]?.slice(1) ?? '', request) === undefined ? NOTHING : UNSURE;
  if (name !== 'if') return NOTHING;
  const holds = conditionHolds(args.join(' '), request);
  if (holds === false) return NOTHING;
  if (holds === undefined) return UNSURE;
  const inner = rewritten(block, request);
  // What else it has would take the place of the block around it.
  const isBare = block.every((one) => one.name === 'set');
  return inner.kind === 'nothing' && !isBare ? UNSURE : inner;
}

const REDIRECTS = [301, 302, 303, 307, 308];

function returned([first = '', text, ...others]: readonly string[]): Written {
  if (others.length > 0) return UNSURE;
  // Without a status it is a redirect.
  const [status, target] = /^\d{3}$/.test(first) ? [Number(first), text] : [302, first];
  // 444 closes the connection.
  if (status < 200 || status === 444) return UNSURE;
  if (!REDIRECTS.includes(status)) {
    return { kind: 'answer', status, location: undefined, hasText: text !== undefined || status === 200 };
  }
  return target === undefined ? UNSURE : redirect(status, target);
}

/** One that begins with a variable may lead anywhere. */
function redirect(status: number, target: string): Written {
  const location = target.replace(/^(\$scheme|\$\{scheme\}):/, 'http:');
  if (!/^(https?:\/\/|\/)/.test(location)) return UNSURE;
  return { kind: 'answer', status, location, hasText: true };
}

const EVERY_PATH = ['^', '.*', '(.*)', '^(.*)', '^(.*)$', '^.*$', '^/', '^/(.*)', '^/(.*)$', '^/.*$', '^(.*)/?$'];

function rewriteTo([pattern = '', target = '', flag = '']: readonly string[], { path }: Request): Written {
  const matches = EVERY_PATH.includes(pattern) || matchesPlainly(pattern, path, false);
  if (matches === false) return NOTHING;
  const isRedirect = /^https?:\/\//.test(target) || target.startsWith('$scheme') || flag === 'permanent';
  if (matches === undefined || !isRedirect || !['', 'permanent', 'redirect'].includes(flag)) return UNSURE;
  return redirect(flag === 'permanent' ? 301 : 302, target);
}

/** Characters. */
const MAX_CONDITION = 300;

function conditionHolds(text: string, request: Request): boolean | undefined {
  // Cut before it is compared: an expression for it would take time by the square of its spaces.
  const isShort = text.length <= MAX_CONDITION && text.startsWith('(') && text.endsWith(')');
  const inner = isShort ? text.slice(1, -1).trim() : '';
  const [, name = '', operator = '', wanted = ''] = /^\$\{?(\w+)\}?(?: *(!?~\*?|!?=) *(\S*))?$/.exec(inner) ?? [];
  const value = variable(name, request);
  if (value === undefined) return undefined;
  if (operator === '') return value !== '' && value !== '0';
  if (operator === '=' || operator === '!=') {
    const isSame = compare(value, wanted);
    return isSame === undefined ? undefined : isSame === (operator === '=');
  }
  if (value === ANY_ADDRESS) return undefined;
  const matches = matchesPlainly(wanted, value, operator.endsWith('*'));
  return matches === undefined ? undefined : matches !== operator.startsWith('!');
}

/** The address of the Pod is not known, but that it is no name is. */
const ANY_ADDRESS = 'an address';

function compare(value: string, wanted: string): boolean | undefined {
  if (value !== ANY_ADDRESS) return wanted.includes('$') ? undefined : value === wanted;
  return /^[\w.-]*[a-z][\w.-]*$/i.test(wanted) ? false : undefined;
}

/** As Google asks. @returns undefined for a variable of which that does not tell */
function variable(name: string, { host, path, target, port }: Request): string | undefined {
  if (name === 'scheme') return 'http';
  if (name === 'https' || name === 'ssl_protocol') return '';
  if (name === 'request_method') return 'GET';
  if (name === 'uri' || name === 'document_uri') return path;
  if (name === 'request_uri') return target;
  if (name === 'server_port') return String(port);
  if (name === 'host' || name === 'http_host') return host === POD_ADDRESS ? ANY_ADDRESS : host.toLowerCase();
  if (name === 'http_user_agent') return 'GoogleHC/1.0';
  if (name === 'http_connection') return undefined;
  return /^http_\w+$/.test(name) ? '' : undefined;
}
