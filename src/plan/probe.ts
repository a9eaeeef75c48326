// Which readiness probe Google's health check is made from (facts: ingress-gce pkg/controller/translator/translator.go
// getHTTPProbe, isSimpleHTTPProbe, getProbeScheme).
import type { Container, HttpGet, PortReference, Probe, Workload } from '../kubernetes/objects.ts';
import type { AppProtocol } from './protocol.ts';

/** A probe that the controller adopts. */
export interface AdoptedProbe {
  readonly workload: Workload;
  readonly container: Container;
  readonly probe: Probe;
  readonly httpGet: HttpGet;
}

/** A readiness probe that the controller passes over, with the first of its conditions that does not hold. */
export interface IgnoredProbe {
  readonly workload: Workload;
  readonly container: Container;
  readonly reason: string;
}

export interface ProbeChoice {
  readonly adopted: AdoptedProbe | undefined;
  /** Probes of every other container in order; those after the adopted one too. */
  readonly ignored: readonly IgnoredProbe[];
  /** Workloads whose own adopted probe would give another health check than the chosen one. */
  readonly disagreeing: readonly Workload[];
}

/** Pods by creation, then name; an object that is not stored yet is the youngest. */
export function oldestFirst(workloads: readonly Workload[]): readonly Workload[] {
  return workloads.toSorted(
    (a, b) =>
      compare(a.metadata.creationTimestamp || '~', b.metadata.creationTimestamp || '~') ||
      compare(a.metadata.name, b.metadata.name),
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function chooseProbe(
  workloads: readonly Workload[],
  targetPort: PortReference,
  protocol: AppProtocol,
): ProbeChoice {
  let adopted: AdoptedProbe | undefined;
  const ignored: IgnoredProbe[] = [];
  const disagreeing: Workload[] = [];
  for (const workload of oldestFirst(workloads)) {
    let own: AdoptedProbe | undefined;
    for (const container of workload.containers) {
      const verdict = judgeProbe(container, targetPort, protocol);
      if (verdict.adopted && own === undefined) own = { workload, container, ...verdict };
      else if (!verdict.adopted && verdict.reason !== undefined)
        ignored.push({ workload, container, reason: verdict.reason });
    }
    adopted ??= own;
    if (own !== adopted && !givesSameCheck(own, adopted)) disagreeing.push(workload);
  }
  return { adopted, ignored, disagreeing };
}

function givesSameCheck(a: AdoptedProbe | undefined, b: AdoptedProbe | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.httpGet.path === b.httpGet.path &&
    hostHeader(a.httpGet) === hostHeader(b.httpGet) &&
    a.probe.periodSeconds === b.probe.periodSeconds &&
    a.probe.timeoutSeconds === b.probe.timeoutSeconds
  );
}

/** The Host header that the health check takes over; "" for none. */
export function hostHeader(httpGet: HttpGet): string {
  return httpGet.headers.find((header) => header.name === 'Host')?.value ?? '';
}

type Judgement =
  | { readonly adopted: true; readonly probe: Probe; readonly httpGet: HttpGet }
  /** `reason` is undefined where there is no probe to speak of. */
  | { readonly adopted: false; readonly reason: string | undefined };

/** Every condition that the controller puts to a readiness probe, in its order. */
function judgeProbe(container: Container, targetPort: PortReference, protocol: AppProtocol): Judgement {
  const probe = container.readinessProbe;
  if (probe === undefined) return { adopted: false, reason: undefined };
  const { httpGet } = probe;
  if (httpGet === undefined)
    return { adopted: false, reason: `it is ${article(probe.handler)} probe, and only httpGet is read` };
  const reason = whyNotSimple(httpGet) ?? whyNotScheme(httpGet, protocol) ?? whyNotPort(httpGet, container, targetPort);
  return reason === undefined ? { adopted: true, probe, httpGet } : { adopted: false, reason };
}

function article(handler: string): string {
  if (handler === 'none') return 'an empty';
  return /^[aeiou]/.test(handler) ? `an ${handler}` : `a ${handler}`;
}

function whyNotSimple(httpGet: HttpGet): string | undefined {
  if (httpGet.host !== '') return `it sets httpGet.host ("${httpGet.host}")`;
  const foreign = httpGet.headers.find((header) => header.name !== 'Host');
  if (foreign !== undefined)
    return `it sends the header "${foreign.name}", and only one named exactly "Host" may be there`;
  if (httpGet.headers.length > 1) return `it sends ${httpGet.headers.length} headers, and only one may be there`;
  return undefined;
}

function whyNotScheme(httpGet: HttpGet, protocol: AppProtocol): string | undefined {
  const wanted = protocol === 'HTTP' ? 'HTTP' : 'HTTPS';
  if (httpGet.scheme === wanted) return undefined;
  return `its scheme is ${httpGet.scheme}, and the Service port speaks ${protocol}`;
}

function whyNotPort(httpGet: HttpGet, container: Container, targetPort: PortReference): string | undefined {
  const served = container.ports.filter((port) => matchesPort(port, targetPort));
  if (served.length === 0) {
    return `container "${container.name}" declares no port ${quoted(targetPort)}, the Service's targetPort`;
  }
  if (served.some((port) => matchesPort(port, httpGet.port))) return undefined;
  return `it is on port ${quoted(httpGet.port)}, and the Service's targetPort is ${quoted(targetPort)}`;
}

function matchesPort(
  port: { readonly name: string; readonly containerPort: number },
  reference: PortReference,
): boolean {
  return typeof reference === 'number' ? port.containerPort === reference : port.name === reference;
}

export function quoted(reference: PortReference): string {
  return typeof reference === 'number' ? String(reference) : `"${reference}"`;
}
