// Which server block of nginx takes a request (ngx_http_core_module.c, ngx_http_find_virtual_server).
import type { Directive } from './nginx-syntax.ts';
import { isHost, POD_ADDRESS, type Request } from './said.ts';

type Block = readonly Directive[];

interface Listener {
  readonly block: Block;
  readonly isDefault: boolean;
  readonly hasSix: boolean;
}

/** @returns undefined where that is not certain, or none is there */
export function serverOf(http: Block, { port, host }: Request): Block | undefined {
  const servers = http
    .filter(({ name }) => name === 'server')
    .flatMap(({ block }) => (block === undefined ? [] : [block]));
  const listeners: Listener[] = [];
  for (const block of servers) {
    const heard = listens(block, port);
    if (heard === 'unsure') return undefined;
    if (heard !== undefined) listeners.push({ block, ...heard });
  }
  if (listeners.length < 2) return listeners[0]?.block;
  if (new Set(listeners.map(({ hasSix }) => hasSix)).size > 1) return undefined;
  const named = listeners.map(({ block }) => isNamed(block, host));
  if (named.includes(undefined)) return undefined;
  const own = named.indexOf(true);
  const byDefault = listeners.filter(({ isDefault }) => isDefault);
  return (own === -1 ? (byDefault[0] ?? listeners[0]) : listeners[own])?.block;
}

type Heard = Omit<Listener, 'block'> | 'unsure' | undefined;

const PARAMETERS = /^(default_server|default|reuseport|deferred|backlog=\d+|rcvbuf=\w+|sndbuf=\w+|so_keepalive=\S+)$/;

/** For IPv4 and IPv6 alike: which of them Google asks is not known here. */
function listens(block: Block, port: number): Heard {
  const own = block.filter(({ name }) => name === 'listen');
  // 80, or 8000 where it is not started by root.
  if (own.length === 0) return port === 80 || port === 8000 ? 'unsure' : undefined;
  const here: { readonly isSix: boolean; readonly isDefault: boolean }[] = [];
  for (const { args } of own) {
    const [address = '', ...parameters] = args;
    const at = portOf(address);
    if (at === undefined) return 'unsure';
    if (at.port !== port || at.isLoopback) continue;
    if (!at.isAny || !parameters.every((one) => PARAMETERS.test(one))) return 'unsure';
    const isDefault = parameters.some((one) => one === 'default_server' || one === 'default');
    here.push({ isSix: at.isSix, isDefault });
  }
  if (here.length === 0) return undefined;
  const four = here.find(({ isSix }) => !isSix);
  const six = here.find(({ isSix }) => isSix);
  // One that hears IPv6 only, or is the default of one of them only, may not be who is asked.
  if (four === undefined || (six !== undefined && six.isDefault !== four.isDefault)) return 'unsure';
  return { isDefault: four.isDefault, hasSix: six !== undefined };
}

function portOf(
  address: string,
):
  | { readonly port: number; readonly isAny: boolean; readonly isSix: boolean; readonly isLoopback: boolean }
  | undefined {
  const [, host = '*', digits = '80'] =
    /^(\d+\.\d+\.\d+\.\d+|\*|\[[0-9a-f:]*\])(?::(\d{1,5}))?$/i.exec(address) ?? /^()(\d{1,5})$/.exec(address) ?? [];
  const isPort = /^\d{1,5}$/.test(address);
  if (!isPort && !/^(\d|\*|\[)/.test(address)) return undefined;
  const isAny = isPort || ['*', '0.0.0.0', '[::]'].includes(host);
  const isLoopback = host.startsWith('127.') || host === '[::1]';
  return { port: Number(isPort ? address : digits), isAny, isSix: host.startsWith('['), isLoopback };
}

function isNamed(block: Block, host: string): boolean | undefined {
  const names = block.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args);
  const are = names.map((name) => (name === '' || isWildcardOf(name, host) ? false : isHost(name, host)));
  if (are.includes(true)) return true;
  return are.includes(undefined) ? undefined : false;
}

/** No address ends with letters. */
function isWildcardOf(name: string, host: string): boolean {
  return host === POD_ADDRESS && /^(\*\.|\.)([\w-]+\.)*[a-z]+$/i.test(name);
}
