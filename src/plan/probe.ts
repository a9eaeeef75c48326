// Which readiness probe Google's health check is made from (ingress-gce pkg/controller/translator/translator.go
// getHTTPProbe, isSimpleHTTPProbe, getProbeScheme).
import type { Container, HttpGet, PortReference, Probe, Workload } from '../kubernetes/objects.ts';
import { readLargeOnce } from './lazy.ts';
import type { AppProtocol } from './protocol.ts';
import { containersDeclaring, declaresBoth, declaresPort, hasManyContainers } from './serving-containers.ts';

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
  readonly because: IgnoredBecause;
}

export type IgnoredBecause =
  /** Not an httpGet probe. */
  | { readonly why: 'handler'; readonly handler: Probe['handler'] }
  | { readonly why: 'host'; readonly host: string }
  | { readonly why: 'header'; readonly name: string }
  | { readonly why: 'headers'; readonly count: number }
  | { readonly why: 'scheme'; readonly scheme: string; readonly protocol: AppProtocol }
  /** The container does not declare the Service's targetPort. */
  | { readonly why: 'undeclared'; readonly targetPort: PortReference }
  | { readonly why: 'port'; readonly port: PortReference; readonly targetPort: PortReference };

export interface ProbeChoice {
  readonly adopted: AdoptedProbe | undefined;
  /** Workloads with a probe that would be adopted if they were the oldest. */
  readonly adopters: ReadonlySet<Workload>;
  /**
   * Of the probes of every other container in order, those after the adopted one too: the first of each workload, and the first
   * in a container that declares the target port.
   */
  readonly ignored: readonly IgnoredProbe[];
  /** Workloads whose own adopted probe would give another health check than the chosen one. */
  readonly disagreeing: readonly Workload[];
}

/** Pods by creation, then name; an object that is not stored yet is the youngest. */
export function oldestFirst(workloads: readonly Workload[]): readonly Workload[] {
  if (workloads.length < 2) return workloads;
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

/** @param workloads the oldest first */
export function chooseProbe(
  workloads: readonly Workload[],
  targetPort: PortReference,
  protocol: AppProtocol,
): ProbeChoice {
  let adopted: AdoptedProbe | undefined;
  const ignored: IgnoredProbe[] = [];
  const disagreeing: Workload[] = [];
  const adopters = new Set<Workload>();
  for (const workload of workloads) {
    const own = adoptedOf(workload, targetPort, protocol);
    ignored.push(...ignoredOf(workload, targetPort, protocol));
    if (own !== undefined) adopters.add(workload);
    adopted ??= own;
    if (own !== adopted && !givesSameCheck(own, adopted)) disagreeing.push(workload);
  }
  return { adopted, adopters, ignored, disagreeing };
}

/** Only a container that declares the port can have an adopted probe, so that the others need not be looked at. */
function adoptedOf(workload: Workload, targetPort: PortReference, protocol: AppProtocol): AdoptedProbe | undefined {
  for (const container of containersDeclaring(workload, targetPort)) {
    const verdict = judgeProbe(container, targetPort, protocol);
    if (verdict.adopted) return { workload, container, ...verdict };
  }
  return undefined;
}

const probedContainers = readLargeOnce(hasManyContainers, ({ containers }) =>
  containers.filter(({ readinessProbe }) => readinessProbe !== undefined),
);

function ignoredOf(workload: Workload, targetPort: PortReference, protocol: AppProtocol): readonly IgnoredProbe[] {
  const first = firstIgnored(probedContainers(workload), workload, targetPort, protocol);
  if (first === undefined || declaresPort(first.container, targetPort)) return first === undefined ? [] : [first];
  const serving = firstIgnored(containersDeclaring(workload, targetPort), workload, targetPort, protocol);
  return serving === undefined ? [first] : [first, serving];
}

function firstIgnored(
  containers: readonly Container[],
  workload: Workload,
  targetPort: PortReference,
  protocol: AppProtocol,
): IgnoredProbe | undefined {
  for (const container of containers) {
    const verdict = judgeProbe(container, targetPort, protocol);
    if (!verdict.adopted && verdict.because !== undefined) return { workload, container, because: verdict.because };
  }
  return undefined;
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

/** The path as the health check takes it over. */
export function withLeadingSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

type Judgement =
  | { readonly adopted: true; readonly probe: Probe; readonly httpGet: HttpGet }
  /** `because` is undefined where there is no probe to speak of. */
  | { readonly adopted: false; readonly because: IgnoredBecause | undefined };

/** Every condition that the controller puts to a readiness probe, in its order. */
function judgeProbe(container: Container, targetPort: PortReference, protocol: AppProtocol): Judgement {
  const probe = container.readinessProbe;
  if (probe === undefined) return { adopted: false, because: undefined };
  const { httpGet, handler } = probe;
  if (httpGet === undefined) return { adopted: false, because: { why: 'handler', handler } };
  const because =
    whyNotSimple(httpGet) ?? whyNotScheme(httpGet, protocol) ?? whyNotPort(httpGet, container, targetPort);
  return because === undefined ? { adopted: true, probe, httpGet } : { adopted: false, because };
}

function whyNotSimple({ host, headers }: HttpGet): IgnoredBecause | undefined {
  if (host !== '') return { why: 'host', host };
  const foreign = headers.find((header) => header.name !== 'Host');
  if (foreign !== undefined) return { why: 'header', name: foreign.name };
  return headers.length > 1 ? { why: 'headers', count: headers.length } : undefined;
}

function whyNotScheme({ scheme }: HttpGet, protocol: AppProtocol): IgnoredBecause | undefined {
  const wanted = protocol === 'HTTP' ? 'HTTP' : 'HTTPS';
  return scheme === wanted ? undefined : { why: 'scheme', scheme, protocol };
}

function whyNotPort({ port }: HttpGet, { ports }: Container, targetPort: PortReference): IgnoredBecause | undefined {
  if (!declaresPort({ ports }, targetPort)) return { why: 'undeclared', targetPort };
  return declaresBoth({ ports }, targetPort, port) ? undefined : { why: 'port', port, targetPort };
}
