// Parts of a plan in words, and how they hang together, for `explain` as text and as a page: one wording in both.

import { ANSWER_SOURCES } from '../judge/answer-source.ts';
import { healthCheckReason } from '../judge/plan-words.ts';
import type { AppAnswer } from '../plan/app.ts';
import type { BackendFeatures, Feature } from '../plan/backend-features.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { HealthCheckPlan } from '../plan/health-check.ts';
import type { PathSite } from '../plan/path-site.ts';
import type { PathRoute } from '../plan/url-map.ts';
import type { ExplainedPlan, KnownAnswer } from './explained-plan.ts';

const GROUPS = { neg: 'NEG', instanceGroup: 'instance group' } as const;

/** Routes that come from one path of the Ingress, and so have one backend. */
export function groupRoutes(routes: readonly PathRoute[]): readonly (readonly [PathRoute, ...PathRoute[]])[] {
  const groups = new Map<number, [PathRoute, ...PathRoute[]]>();
  for (const route of routes) {
    const group = groups.get(route.site.pathIndex);
    if (group === undefined) groups.set(route.site.pathIndex, [route]);
    else group.push(route);
  }
  return [...groups.values()];
}

/** What a rule takes that the URL map does not have: skipped or replaced, and its problems would be nowhere else. */
export function strayParts({ plan, findings }: ExplainedPlan): {
  readonly hosts: readonly string[];
  readonly sites: readonly PathSite[];
} {
  const { hostRules, sites, leftOut } = plan.urlMap;
  const known = new Set(hostRules.map(({ host }) => host));
  const counting = new Set([
    ...hostRules.flatMap(({ paths }) => paths.map(({ site }) => site)),
    ...leftOut.filter(({ host }) => known.has(host || '*')),
  ]);
  const hosts = findings.flatMap(({ place }) => (place.at === 'host' && !known.has(place.host) ? [place.host] : []));
  return { hosts: [...new Set(hosts)], sites: sites.filter((site) => !counting.has(site)) };
}

/** Of the default backend, also where it fails; undefined where it is no Service. */
export function defaultBackendOf({ plan }: ExplainedPlan): BackendPlan | undefined {
  const isDefault = ({ isSystemDefault, namedAt }: BackendPlan): boolean =>
    plan.ingress.defaultBackend === undefined ? isSystemDefault : namedAt.some((path) => path[1] === 'defaultBackend');
  return plan.defaultBackend ?? plan.backends.find((backend) => backend.error !== undefined && isDefault(backend));
}

/** Named, and neither shown nor known to be absent. */
export function isUnseen({ service, error, isSystemDefault }: BackendPlan): boolean {
  return service === undefined && error === undefined && !isSystemDefault;
}

/** NAME:PORT, with the number behind a name. */
export function serviceInWords({ namespace, serviceName, port, servicePort, isSystemDefault }: BackendPlan): string {
  const number = servicePort !== undefined && port.name !== '' ? ` = ${servicePort.port}` : '';
  return `${isSystemDefault ? `${namespace}/` : ''}${serviceName}:${port.name || port.number}${number}`;
}

/** Such as `NEG, HTTP`; "" where nothing is built, or nobody knows. */
export function builtInWords({ group, protocol }: BackendPlan): string {
  return group === undefined ? '' : `${GROUPS[group]}, ${protocol}`;
}

export function workloadsInWords({ workloads }: BackendPlan): readonly string[] {
  return workloads.map(
    ({ kind, metadata, replicas }) => `${kind}/${metadata.name}${replicas === 0 ? ' (no replicas)' : ''}`,
  );
}

/** What is asked, how often, and why so. */
export function healthCheckInWords(plan: HealthCheckPlan): string {
  const { check } = plan;
  const over = check.protocol === 'HTTP' ? '' : ` over ${check.protocol}`;
  const host = check.host === '' ? '' : ` with Host: ${check.host}`;
  const port = check.port === null ? 'the serving port' : `port ${check.port}`;
  const times = `every ${check.intervalSec} s, timeout ${check.timeoutSec} s`;
  return `GET ${check.path}${over}${host} on ${port} ${times}, must answer 200 — ${healthCheckReason(plan)}`;
}

/** What people look for when a load balancer behaves oddly, with what a BackendConfig says of it marked. */
export function featuresInWords(features: BackendFeatures): string {
  const { timeoutSec, sessionAffinity, iap, cloudArmor, cdn, logging } = features;
  const parts = [
    word(timeoutSec, (seconds) => `timeout ${seconds} s`),
    word(sessionAffinity, (type) => (type === 'NONE' ? 'no session affinity' : `session affinity ${type}`)),
    word(iap, (isOn) => `IAP ${isOn ? 'on' : 'off'}`),
    word(cloudArmor, (policy) => (policy === '' ? 'no Cloud Armor' : `Cloud Armor "${policy}"`)),
    word(cdn, (isOn) => `CDN ${isOn ? 'on' : 'off'}`),
    word(logging, (rate) => (rate === 0 ? 'logging off' : `logging ${Math.round(rate * 1000) / 10} % of requests`)),
  ];
  const isMarked = Object.values(features).some(({ source }) => source === 'backendConfig');
  return `${parts.join(', ')}${isMarked ? ' (* by its BackendConfig)' : ''}`;
}

function word<T>({ value, source }: Feature<T>, inWords: (value: T) => string): string {
  const mark = source === 'backendConfig' ? '*' : source === 'unknown' ? '?' : '';
  return `${inWords(value)}${mark}`;
}

/** Who says what the app answers: without that, nobody can tell a guess from what was heard. */
export function answersInWords(
  { answers, hints = [] }: Pick<ExplainedPlan, 'answers' | 'hints'>,
  { key, workloads }: BackendPlan,
): readonly { readonly label: string; readonly text: string }[] {
  const said = answers
    .filter((one) => one.key === key)
    .map(({ workload, answer }) => {
      const { redirectsToHttps, name, unless, source = 'catalogue', seenOn } = answer;
      const to = redirectsToHttps ? ' to HTTPS' : '';
      const whose = workloads.length > 1 ? ` of ${workload.kind}/${workload.metadata.name}` : '';
      const condition = unless === undefined ? '' : `, unless ${unless}`;
      const when = seenOn === undefined ? '' : ` on ${seenOn}`;
      const text = `${statusInWords(answer)}${to}, ${ANSWER_SOURCES[source]}${when} (${name}${condition})`;
      return { label: `answer${whose}`, text };
    });
  return [...said, ...hints.filter((one) => one.key === key).map(hintInWords)];
}

function hintInWords({ workload, answer }: KnownAnswer): { readonly label: string; readonly text: string } {
  const { redirectsToHttps, name, seenOn = '', source } = answer;
  const gets = `${statusInWords(answer)}${redirectsToHttps ? ' to HTTPS' : ''}`;
  const by = source === 'google' ? ' (by Google)' : source === 'kubelet' ? ' (by the kubelet)' : '';
  const whose = `${workload.kind}/${workload.metadata.name}`;
  return {
    label: 'hint',
    text: `the image of ${whose} was seen to answer ${gets} here on ${seenOn}${by}, with other settings, ${name}`,
  };
}

function statusInWords({ status, speaksTlsOnly, redirectsToHttps, source }: AppAnswer): string {
  if (speaksTlsOnly === true) return 'TLS only';
  if (status !== 0) return String(status);
  return (source === 'google' || source === 'kubelet') && !redirectsToHttps ? 'not 200' : 'a redirect';
}
