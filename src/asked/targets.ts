// What of a plan, or of a workload alone, can be asked of running Pods: the health check that Google would send them, and the
// Pod's own readiness probe, as the kubelet sends it.
import { askedPort } from '../judge/health-check-app.ts';
import { unaskedView } from '../judge/kubelet-view.ts';
import type { Container, PortReference, Service, Workload } from '../kubernetes/objects.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import { chooseProbe, hostHeader, withLeadingSlash } from '../plan/probe.ts';
import { containersDeclaring, numberIn, numberOf, portsOf, servingContainer } from '../plan/serving-containers.ts';
import type { BackendProtocol, KubeletQuestion, Question } from './heard.ts';

/** A Pod as it runs. */
export interface RunningPod {
  /** Of kind Pod. */
  readonly object: Workload;
  /** "" until it has one. */
  readonly address: string;
  readonly phase: string;
  readonly isReady: boolean;
  /** Whether it is being deleted. */
  readonly isLeaving: boolean;
}

/** One health check, and whose Pods it goes to. */
export interface Target {
  readonly service: Service | undefined;
  /** Tells backends of a plan apart; undefined for a workload that no Ingress leads to. */
  readonly backendKey: string | undefined;
  /** In place of a Service. */
  readonly workload: Workload | undefined;
  readonly workloads: readonly Workload[];
  readonly protocol: BackendProtocol;
  readonly path: string;
  /** The Host header; "" for the Pod's address. */
  readonly host: string;
  readonly timeoutSec: number;
  readonly port: PortReference;
}

/** Why a backend has no check that could be asked, as a clause. */
export interface Unaskable {
  readonly why: string;
}

const PROTOCOLS: readonly BackendProtocol[] = ['HTTP', 'HTTPS', 'HTTP2'];

export function targetOf(backend: BackendPlan): Target | Unaskable {
  const { service, servicePort, healthCheck, isSystemDefault, error, key, workloads } = backend;
  if (isSystemDefault) return { why: 'GKE runs it' };
  if (error !== undefined) return { why: `it is not built (${error.code})` };
  if (service === undefined || servicePort === undefined) return { why: 'its Service is not known' };
  if (healthCheck === undefined) return { why: 'later paths have taken all of its own, so it has no health check' };
  if (!healthCheck.isCertain) return { why: 'its BackendConfig is not known, which may say another check' };
  const { check } = healthCheck;
  if (check.source === 'transparent')
    return { why: 'the node answers its transparent check, for the readiness of the Pod' };
  const protocol = PROTOCOLS.find((one) => one === check.protocol);
  if (protocol === undefined) return { why: `its check is ${JSON.stringify(check.protocol)}, which asks for no page` };
  const port = askedPort({ ...backend, service, servicePort }, check);
  if (port === undefined) return { why: `no port of the Service has the node port ${check.port}` };
  const { path, host, timeoutSec } = check;
  return { service, backendKey: key, workload: undefined, workloads, protocol, path, host, timeoutSec, port };
}

/** A workload that no Ingress leads to: the check that each of its probes would become, else the one that GKE has by itself. */
export function targetsAlone(workload: Workload): readonly Target[] {
  const common = {
    service: undefined,
    backendKey: undefined,
    workload,
    workloads: [workload],
    protocol: 'HTTP',
  } as const;
  const probed = workload.containers.flatMap((container): readonly Target[] => {
    const port = container.readinessProbe?.httpGet?.port;
    if (port === undefined) return [];
    const { adopted } = chooseProbe([{ ...workload, containers: [container] }], port, 'HTTP');
    if (adopted === undefined) return [];
    const { httpGet, probe } = adopted;
    const asked = { path: withLeadingSlash(httpGet.path), host: hostHeader(httpGet), timeoutSec: probe.timeoutSeconds };
    return [{ ...common, ...asked, port }];
  });
  if (probed.length > 0) return probed;
  const [first] = portsOf(workload);
  // 15 s and "/" are what GKE takes where it adopts no probe (src/plan/health-check.ts).
  return first === undefined ? [] : [{ ...common, path: '/', host: '', timeoutSec: 15, port: first.containerPort }];
}

/** The readiness probe that goes beside the check, or why it asks for no page. */
export type KubeletSide =
  | { readonly asks: true; readonly question: KubeletQuestion }
  | { readonly asks: false; readonly why: string };

export interface PodQuestions {
  readonly container: Container | undefined;
  readonly google: Question;
  readonly kubelet: KubeletSide;
  /** What Google would ask if it asked as the probe does; undefined where that is the same, or cannot be. */
  readonly instead: Question | undefined;
}

/** @returns undefined where the Pod does not have the port that is meant by its name */
export function questionsOf(target: Target, { object, address }: RunningPod): PodQuestions | undefined {
  const port = numberIn(object, target.port);
  if (port === undefined) return undefined;
  const container = containersDeclaring(object, target.port)[0] ?? servingContainer(object, target.port);
  const { protocol, path, timeoutSec } = target;
  const google = { protocol, port, path, host: target.host === '' ? hostOf(address) : target.host, timeoutSec };
  const kubelet = kubeletSide(container, address);
  return { container, google, kubelet, instead: insteadOf(google, kubelet, address) };
}

function hostOf(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function kubeletSide(container: Container | undefined, address: string): KubeletSide {
  const probe = container?.readinessProbe;
  const unasked = unaskedView(probe);
  if (container === undefined || probe?.httpGet === undefined || unasked !== undefined) {
    return { asks: false, why: unasked ?? '' };
  }
  const { scheme, path, headers, host, port: reference } = probe.httpGet;
  if (host !== '' && host !== address) {
    return {
      asks: false,
      why: `Its readiness probe asks another host (${JSON.stringify(host)}), which is not asked here.`,
    };
  }
  const port = numberOf(container, reference);
  if (port === undefined) {
    return {
      asks: false,
      why: `Its readiness probe asks a port ${JSON.stringify(reference)} that it does not declare.`,
    };
  }
  const known = scheme === 'HTTPS' ? 'HTTPS' : 'HTTP';
  return { asks: true, question: { scheme: known, port, path, headers, timeoutSec: probe.timeoutSeconds } };
}

/** Plain HTTP as a BackendConfig could ask for it on that port: what a fix may send the check to. */
function insteadOf(google: Question, kubelet: KubeletSide, address: string): Question | undefined {
  if (!kubelet.asks || google.protocol !== 'HTTP' || kubelet.question.scheme !== 'HTTP') return undefined;
  const { port, path } = kubelet.question;
  const asked = { ...google, port, path: withLeadingSlash(path), host: hostOf(address) };
  return asked.port === google.port && asked.path === google.path ? undefined : asked;
}
