// What Kubernetes shows of a Pod whose app does not answer Google with 200: whether its own probe passes. The kubelet takes 200
// to 399 and follows redirects to the same host only, which it compares with the address that it asked and not with the Host
// header; one to another host is a Warning, and a success (kubernetes/kubernetes pkg/probe/http RedirectChecker, 1.37).
import type { Container, HttpGet, Probe } from '../kubernetes/objects.ts';
import type { AppAnswer } from '../plan/app.ts';
import { hostHeader } from '../plan/probe.ts';
import type { AppProtocol } from '../plan/protocol.ts';
import { numberOf } from '../plan/serving-containers.ts';

interface Asked {
  readonly container: Container;
  readonly answer: AppAnswer;
  readonly path: string;
  readonly port: number | undefined;
  /** Of Google's check. */
  readonly protocol: AppProtocol;
}

/** @returns one sentence; empty where it is not known what the kubelet gets */
export function kubeletView({ container, answer, path, port, protocol }: Asked): string {
  const probe = container.readinessProbe;
  const unasked = unaskedView(probe);
  if (unasked !== undefined || probe?.httpGet === undefined) return unasked ?? '';
  const { httpGet } = probe;
  const isSame =
    httpGet.scheme === protocol && httpGet.path === path && (numberOf(container, httpGet.port) ?? port) === port;
  if (!isSame) {
    return `Kubernetes may call the Pod Ready all the same: its readiness probe asks ${askedBy(container, httpGet)}.`;
  }
  return viewOfSameRequest(httpGet, answer);
}

/** Of a Pod whose probe asks for no page; undefined where it asks for one. */
export function unaskedView(probe: Probe | undefined): string | undefined {
  if (probe === undefined) return 'Kubernetes calls the Pod Ready all the same: it has no readiness probe.';
  if (probe.httpGet !== undefined) return undefined;
  return `Kubernetes calls the Pod Ready all the same: its readiness probe (${probe.handler}) asks for no page.`;
}

function askedBy(container: Container, httpGet: HttpGet): string {
  const { scheme, path, port } = httpGet;
  const header = forwardedOf(httpGet);
  const sent = header === undefined ? '' : ` with ${header.name}: ${header.value}, which Google does not send`;
  return `${scheme} GET ${path} on port ${numberOf(container, port) ?? port}${sent}`;
}

/** By which an app takes plain HTTP for HTTPS, and redirects nobody. */
function forwardedOf({ headers }: HttpGet): HttpGet['headers'][number] | undefined {
  return headers.find(({ name }) => /^x-forwarded-(proto|ssl|scheme)$/i.test(name));
}

function viewOfSameRequest(httpGet: HttpGet, answer: AppAnswer): string {
  const header = forwardedOf(httpGet);
  if (header !== undefined) {
    return `Kubernetes calls the Pod Ready: its probe sends ${header.name}: ${header.value}, which Google does not.`;
  }
  if (answer.redirectsToHttps || isRedirect(answer.status)) return viewOfRedirect(httpGet, answer);
  if (answer.status >= 200 && answer.status < 400) {
    return `Kubernetes calls the Pod Ready: the kubelet takes ${answer.status}, as all from 200 to 399.`;
  }
  return 'Kubernetes shows it too: the readiness probe gets the same, and the Pod is never Ready.';
}

function viewOfRedirect(httpGet: HttpGet, { redirectsTo, redirectsToHttps }: AppAnswer): string {
  // With a Host header the redirect leads to that host, while the kubelet goes by the address.
  if (redirectsTo === 'otherHost' || (redirectsTo === 'sameHost' && hostHeader(httpGet) !== '')) {
    return 'Kubernetes calls the Pod Ready: to the kubelet a redirect to another host is a Warning (ProbeWarning), and a success.';
  }
  if (!redirectsToHttps) return 'Kubernetes calls the Pod Ready: the kubelet follows redirects on the same host.';
  if (redirectsTo === 'samePort') {
    return 'Kubernetes calls the Pod Ready: the kubelet follows the redirect, and the same port speaks TLS.';
  }
  if (redirectsTo === 'sameHost') {
    return "Kubernetes shows it too: the kubelet follows to HTTPS on the Pod's address, and unless TLS answers there the Pod is never Ready.";
  }
  return '';
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

/** The clause "Unless …" first, for a client's warning may have no room for more. */
export function noteOf(asked: Asked): { readonly note?: string } {
  const { unless } = asked.answer;
  const note = [...(unless === undefined ? [] : [`(Unless ${unless}.)`]), kubeletView(asked)].join(' ').trim();
  return note === '' ? {} : { note };
}
