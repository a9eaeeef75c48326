// What Caddy answers for certain, by its Caddyfile: which site takes the port and the Host, and there `redir`, `handle` and `respond`,
// which Caddy sorts before it runs them (caddyconfig/httpcaddyfile/directives.go). Sites by the name of a host get port 80 for
// redirects to HTTPS (modules/caddyhttp/autohttps.go).
import type { Container } from '../../kubernetes/objects.ts';
import { readOnce } from '../../plan/lazy.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { caddySiteSays } from './caddy-site.ts';
import { parseCaddyfile, type Segment } from './caddy-syntax.ts';
import { filesOf, parsedOnce } from './container-files.ts';
import type { Configuration } from './nginx-files.ts';
import { answered, isHost, isPlainPath, POD_ADDRESS, type Request, type Said, UNSURE } from './said.ts';

const CADDYFILE = '/etc/caddy/Caddyfile';

/** @returns undefined where it is not seen, or Caddy may be started with another one */
export function readCaddy(
  container: Container,
  namespace: string,
  snapshot: Snapshot,
): Configuration<readonly Segment[]> | undefined {
  if (!startsAsTheImageDoes(container)) return undefined;
  const file = filesOf(container, namespace, snapshot).read(CADDYFILE);
  if (file.state !== 'text') return undefined;
  const tree = treeOf(file);
  return tree === undefined ? undefined : { tree, from: `Caddyfile of ConfigMap "${file.configMap.metadata.name}"` };
}

const treeOf = parsedOnce(parseCaddyfile);

const startsAsTheImageDoes = readOnce(({ command, args }: Container): boolean => {
  const words = [...command, ...args].join(' ');
  return words === '' || words === `caddy run --config ${CADDYFILE}` || words === STARTED;
});
const STARTED = `caddy run --config ${CADDYFILE} --adapter caddyfile`;

interface Address {
  readonly scheme: 'http' | 'https' | undefined;
  /** "" for any. */
  readonly host: string;
  readonly port: number | undefined;
}

interface Site {
  readonly addresses: readonly Address[];
  readonly block: readonly Segment[];
}

interface Options {
  readonly isAutomatic: boolean;
  readonly httpPort: number;
  readonly httpsPort: number;
}

export function caddySays(tree: readonly Segment[], request: Request): Said {
  const options = optionsOf(tree);
  const sites = sitesOf(tree[0]?.words.length === 0 ? tree.slice(1) : tree);
  if (options === undefined || sites === undefined || !isPlainPath(request.path)) return UNSURE;
  const { port, host } = request;
  const served = sites.flatMap((site) =>
    site.addresses.map((address) => ({ site, ...endOf(address, options), host: address.host })),
  );
  // A plain request to a port that speaks TLS.
  if (served.some((one) => one.isTls && one.port === port)) return UNSURE;
  const here = served.filter((one) => one.port === port);
  const isRedirecting = options.isAutomatic && port === options.httpPort && served.some(({ isTls }) => isTls);
  if (here.length === 0) {
    return isRedirecting ? answered(308, `https://${host === POD_ADDRESS ? '{host}' : host}`) : UNSURE;
  }
  // What comes first of both is not followed here.
  if (isRedirecting) return UNSURE;
  const named = here.filter((one) => one.host !== '').map((one) => ({ ...one, is: isHost(one.host, host) }));
  if (named.some(({ is }) => is === undefined)) return UNSURE;
  const taken = named.find(({ is }) => is === true) ?? here.find((one) => one.host === '');
  // Caddy answers 200, without anything, to a Host that no site has.
  return taken === undefined ? answered(200) : caddySiteSays(taken.site.block, request);
}

/** The options at the start, without words. */
function optionsOf(tree: readonly Segment[]): Options | undefined {
  const given = tree[0]?.words.length === 0 ? (tree[0].block ?? []) : [];
  let [isAutomatic, httpPort, httpsPort] = [true, 80, 443];
  for (const { words, block } of given) {
    const [name = '', value = ''] = words;
    if (name === 'auto_https' && ['off', 'disable_redirects'].includes(value)) isAutomatic = false;
    else if (name === 'http_port' && /^\d+$/.test(value)) httpPort = Number(value);
    else if (name === 'https_port' && /^\d+$/.test(value)) httpsPort = Number(value);
    else if (!HARMLESS_OPTIONS.has(name) || block !== undefined) return undefined;
    // Off switches more off than the redirects: a site by a name is plain then.
    if (name === 'auto_https' && value === 'off') return undefined;
  }
  return { isAutomatic, httpPort, httpsPort };
}

const HARMLESS_OPTIONS = new Set([
  'admin',
  'debug',
  'email',
  'local_certs',
  'skip_install_trust',
  'acme_ca',
  'grace_period',
]);

function sitesOf(tree: readonly Segment[]): readonly Site[] | undefined {
  const [first, ...rest] = tree;
  if (first === undefined) return undefined;
  // One site needs no brackets.
  const isBare = first.block === undefined && !first.words.at(-1)?.endsWith(',');
  const parts = isBare ? [{ words: first.words, block: rest }] : tree;
  const sites: Site[] = [];
  for (const { words, block } of parts) {
    const addresses = words
      .flatMap((word) => word.split(','))
      .filter((word) => word !== '')
      .map(addressOf);
    if (block === undefined || addresses.length === 0) return undefined;
    const known = addresses.filter((address) => address !== undefined);
    if (known.length < addresses.length) return undefined;
    sites.push({ addresses: known, block });
  }
  return sites;
}

/** A path in it, an address of the network, and a placeholder are not followed. */
function addressOf(text: string): Address | undefined {
  const [, scheme, host = '', port] = /^(?:(https?):\/\/)?([\w.-]*)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const isName = host === '' || (/[a-z]/i.test(host) && !host.startsWith('('));
  if ((scheme === undefined && host === '' && port === undefined) || !isName) return undefined;
  return {
    scheme: scheme === 'http' || scheme === 'https' ? scheme : undefined,
    host,
    port: port === undefined ? undefined : Number(port),
  };
}

/** TLS by its scheme or port, and where it has a name and no port of plain HTTP. */
function endOf(
  { scheme, host, port }: Address,
  { httpPort, httpsPort }: Options,
): { readonly port: number; readonly isTls: boolean } {
  if (scheme === 'http') return { port: port ?? httpPort, isTls: false };
  if (scheme === 'https') return { port: port ?? httpsPort, isTls: true };
  if (port === httpPort) return { port, isTls: false };
  if (host === '' && port !== undefined) return { port, isTls: port === httpsPort };
  return { port: port ?? httpsPort, isTls: true };
}
