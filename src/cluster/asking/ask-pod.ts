// The two who ask a Pod over HTTP, imitated: Google's health check, and the kubelet with its readiness probe.
import { type Heard, type KubeletHeard, type KubeletQuestion, type Question, silence } from '../../asked/heard.ts';
import { type Dial, DialError } from './dial.ts';
import { type Get, getOver } from './exchange.ts';

/** The user agent is the one that oauth2-proxy (--gcp-healthchecks) and others know; no Accept, and nothing is followed. */
export function askAsGoogle(dial: Dial, { protocol, port, path, host, timeoutSec }: Question): Promise<Heard> {
  // What belongs to a connection is not said in HTTP/2.
  const closing = protocol === 'HTTP2' ? {} : { Connection: 'close' };
  const headers = { Host: host, 'User-Agent': 'GoogleHC/1.0', ...closing };
  return get(dial, port, { protocol, path, headers, timeoutMs: timeoutSec * 1000 });
}

/** Of the http.Client of Go, which the kubelet has (pkg/probe/http RedirectChecker). */
const MAX_REDIRECTS = 10;
const FOLLOWED = [301, 302, 303, 307, 308];

/**
 * As the kubelet asks (kubernetes/kubernetes pkg/probe/http, 1.37): it takes 200 to 399, and follows redirects to the host that
 * it asked, which is the Pod's address; by this dial a redirect reaches ports of the same Pod, and nothing else. Each step has
 * the whole timeout, for port-forward takes longer than the kubelet's own way.
 *
 * @param address the Pod's
 */
export async function askAsKubelet(dial: Dial, address: string, question: KubeletQuestion): Promise<KubeletHeard> {
  const host = address.includes(':') ? `[${address}]` : address;
  const { scheme, port: firstPort, timeoutSec } = question;
  const path = question.path.startsWith('/') ? question.path : `/${question.path}`;
  const first = URL.parse(`${scheme.toLowerCase()}://${host}:${firstPort}${path}`);
  if (first === null) return { hops: [silence('unwritable')], result: 'unknown', port: firstPort };
  const hops: Heard[] = [];
  let url = first;
  let authority = question.headers.find(({ name }) => name.toLowerCase() === 'host')?.value;
  for (;;) {
    const port = portOf(url);
    const heard = await get(dial, port, {
      protocol: url.protocol === 'https:' ? 'HTTPS' : 'HTTP',
      path: `${url.pathname}${url.search}`,
      headers: headersOf(question, authority ?? `${url.hostname}:${port}`),
      timeoutMs: timeoutSec * 1000,
    });
    hops.push(heard);
    const next = nextOf(heard, url);
    if (next === undefined) return { hops, result: resultOf(heard), port };
    if (next.url.hostname !== first.hostname) return { hops, result: 'warning', port };
    if (hops.length >= MAX_REDIRECTS || !/^https?:$/.test(next.url.protocol)) return { hops, result: 'failure', port };
    // Go keeps a Host header of its own for redirects without a scheme only.
    if (next.isAbsolute) authority = undefined;
    url = next.url;
  }
}

function nextOf(heard: Heard, base: URL): { readonly url: URL; readonly isAbsolute: boolean } | undefined {
  if (heard.kind !== 'answer' || !FOLLOWED.includes(heard.status)) return undefined;
  const { location = '' } = heard;
  const url = location === '' ? null : URL.parse(location, base.href);
  return url === null ? undefined : { url, isAbsolute: URL.canParse(location) };
}

function resultOf(heard: Heard): KubeletHeard['result'] {
  if (heard.kind === 'answer') {
    if (heard.status < 200 || heard.status >= 400) return 'failure';
    return heard.status >= 300 ? 'warning' : 'success';
  }
  const isUnknown = heard.why === 'forbidden' || heard.why === 'forward' || heard.why === 'refused';
  return isUnknown || heard.why === 'unwritable' ? 'unknown' : 'failure';
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

/** The probe's own come first, as they are; of the same name the last one counts. */
function headersOf({ headers }: KubeletQuestion, authority: string): Readonly<Record<string, string>> {
  const own = headers.filter(({ name }) => name !== '' && name.toLowerCase() !== 'host');
  const has = (wanted: string): boolean => own.some(({ name }) => name.toLowerCase() === wanted);
  return {
    Host: authority,
    ...(has('user-agent') ? {} : { 'User-Agent': KUBE_PROBE }),
    ...(has('accept') ? {} : { Accept: '*/*' }),
    Connection: 'close',
    ...Object.fromEntries(own.map(({ name, value }) => [name, value])),
  };
}

/** The kubelet puts the minor version of its node there, which no app is known to look at. */
const KUBE_PROBE = 'kube-probe/1.37';

async function get(dial: Dial, port: number, request: Get): Promise<Heard> {
  try {
    return await getOver(await dial(port), request);
  } catch (error) {
    if (error instanceof DialError) return silence(error.why, error.message);
    throw error;
  }
}
