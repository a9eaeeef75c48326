// What kubelets say of apps in Events, without a request of the asker's: a readiness probe that was redirected to another host, which
// is a success to the kubelet and not 200 to Google (kubernetes/kubernetes pkg/probe/http, reason ProbeWarning).
import { at, textOr } from '../kubernetes/read.ts';
import { hostHeader } from '../plan/probe.ts';
import { numberOf } from '../plan/serving-containers.ts';
import type { Candidate } from './candidates.ts';
import type { Learned } from './learned.ts';

/** As the kubelet writes it: kind of probe, then what the probe said. */
const REDIRECTED = 'Readiness probe warning: Probe terminated redirects';

/** @returns of the container that an Event of a kubelet says it of; undefined for any other Event */
export function readProbeWarning(event: unknown): string | undefined {
  const field = textOr(at(event, 'involvedObject', 'fieldPath'), '');
  const [, container] = /^spec\.containers\{([^{}]+)\}$/.exec(field) ?? [];
  const isIt =
    at(event, 'reason') === 'ProbeWarning' &&
    at(event, 'involvedObject', 'kind') === 'Pod' &&
    textOr(at(event, 'message'), '').startsWith(REDIRECTED);
  return isIt && container !== undefined
    ? warningKey(textOr(at(event, 'involvedObject', 'uid'), ''), container)
    : undefined;
}

function warningKey(podUid: string, container: string): string {
  return `${podUid} ${container}`;
}

/** @param warnings as `readProbeWarning` has them @returns undefined where the probe asks something else than Google */
export function learnedFromKubelet(
  { pod, container, known, question }: Candidate,
  warnings: ReadonlySet<string>,
  at: string,
): Learned | undefined {
  if (pod.uid === '' || !warnings.has(warningKey(pod.uid, container.name))) return undefined;
  const httpGet = container.readinessProbe?.httpGet;
  if (httpGet === undefined || httpGet.scheme !== known.protocol || httpGet.host !== '') return undefined;
  const isSame = numberOf(container, httpGet.port) === question.port && withSlash(httpGet.path) === known.path;
  // With headers of its own it may be redirected where Google is not.
  if (!isSame || httpGet.headers.length > 0 || known.host !== hostHeader(httpGet)) return undefined;
  return { ...known, status: 0, scheme: '', redirectsTo: 'otherHost', source: 'kubelet', at };
}

function withSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
