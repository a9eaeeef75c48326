// A plan as the page draws it.
import { negSourceInWords, servedBecause } from '../../judge/plan-words.ts';
import type { BackendPlan } from '../../plan/backend-plan.ts';
import type { Place } from '../../plan/fault.ts';
import type { PathSite } from '../../plan/path-site.ts';
import type { HostRule } from '../../plan/url-map.ts';
import { frontEndParts } from '../explain-front-end.ts';
import {
  answersInWords,
  builtInWords,
  defaultBackendOf,
  featuresInWords,
  groupRoutes,
  healthCheckInWords,
  isUnseen,
  serviceInWords,
  strayParts,
  workloadsInWords,
} from '../explain-parts.ts';
import { type SeenReport, seenJson } from '../explain-seen.ts';
import { backendUnseen, frontEndUnseen, serviceUnseen } from '../explain-unseen.ts';
import type { ExplainedPlan } from '../explained-plan.ts';
import type { BackendView, HostView, PlanView, RouteView, SeenView } from './view.ts';

export function planView(explained: ExplainedPlan): PlanView {
  const { plan, facts, seen } = explained;
  const isSystem = plan.ingress.defaultBackend === undefined;
  return {
    className: plan.class.name,
    served: plan.served.served,
    servedBecause: servedBecause(plan, facts),
    findings: findingsAt(explained, ({ at }) => at === 'ingress'),
    frontEnd: {
      parts: frontEndParts(plan.frontEnd),
      unseen: frontEndUnseen(explained),
      findings: findingsAt(explained, ({ at }) => at === 'frontEnd'),
    },
    hosts: [...plan.urlMap.hostRules.map((rule) => hostView(explained, rule)), ...strayViews(explained)],
    otherwise: {
      isSystem,
      paths: [],
      note: '',
      findings: findingsAt(explained, ({ at }) => at === 'default'),
      backend: indexOf(explained, defaultBackendOf(explained)),
    },
    backends: plan.backends.map((backend) => backendView(explained, backend)),
    ...(seen === undefined ? {} : { seen: seenView(explained, seen) }),
  };
}

function findingsAt({ findings }: ExplainedPlan, isHere: (place: Place) => boolean): readonly number[] {
  return findings.flatMap(({ place }, index) => (isHere(place) ? [index] : []));
}

function atHost(explained: ExplainedPlan, host: string): readonly number[] {
  return findingsAt(explained, (place) => place.at === 'host' && place.host === host);
}

function indexOf({ plan }: ExplainedPlan, backend: BackendPlan | undefined): number | null {
  const index = plan.backends.findIndex(({ key }) => key === backend?.key);
  return index === -1 ? null : index;
}

function hostView(explained: ExplainedPlan, { host, paths }: HostRule): HostView {
  const failed = explained.plan.urlMap.leftOut.filter((left) => (left.host || '*') === host);
  const isEmpty = paths.length === 0 && failed.length === 0;
  return {
    host,
    note: isEmpty ? 'no path: everything goes to the default backend' : '',
    findings: atHost(explained, host),
    routes: [
      ...groupRoutes(paths).map((routes) => {
        const [{ site }] = routes;
        return routeView(
          explained,
          site,
          routes.map(({ path }) => path),
          '',
        );
      }),
      ...failed.map((left) => routeView(explained, left, [left.path === '' ? '""' : left.path], 'left out')),
    ],
  };
}

function routeView(explained: ExplainedPlan, site: PathSite, paths: readonly string[], note: string): RouteView {
  const { ruleIndex, pathIndex } = site;
  const findings = findingsAt(
    explained,
    (place) => place.at === 'path' && place.ruleIndex === ruleIndex && place.pathIndex === pathIndex,
  );
  return { paths, note, findings, backend: indexOf(explained, site.plan) };
}

/** What the URL map does not have, where there is something to say of it. */
function strayViews(explained: ExplainedPlan): readonly HostView[] {
  const { hosts, sites } = strayParts(explained);
  const note = 'not in the load balancer';
  const lost = sites
    .map((site) => ({ site, route: routeView(explained, site, [site.path], 'replaced by a later path or rule') }))
    .filter(({ route }) => route.findings.length > 0);
  return [
    ...hosts.map((host) => ({ host, note, findings: atHost(explained, host), routes: [] })),
    ...lost.map(({ site, route }) => ({ host: site.host || '*', note, findings: [], routes: [route] })),
  ];
}

function backendView(explained: ExplainedPlan, backend: BackendPlan): BackendView {
  const { service, serviceName, error, healthCheck, isSystemDefault, negSource, features, key } = backend;
  const isKnown = !isUnseen(backend);
  const isWhole = isKnown && error === undefined;
  return {
    service: serviceInWords(backend),
    built: builtInWords(backend),
    neg: service === undefined || isSystemDefault ? '' : negSourceInWords(negSource),
    unseenService: isKnown ? '' : serviceUnseen(explained, serviceName),
    unseen: isKnown ? backendUnseen(explained, backend) : [],
    pods: workloadsInWords(backend),
    health: healthCheck === undefined || !isWhole ? '' : healthCheckInWords(healthCheck),
    answers: isWhole ? answersInWords(explained, backend).map(({ label, text }) => `${label}: ${text}`) : [],
    settings: isWhole && !isSystemDefault ? featuresInWords(features) : '',
    findings: findingsAt(explained, (place) => place.at === 'backend' && place.key === key),
  };
}

function seenView({ plan }: ExplainedPlan, report: SeenReport): SeenView {
  const { addresses, finalizer, backends, negs, events, differences } = seenJson(plan, report);
  const list = (label: string, texts: readonly string[]): readonly (readonly [string, string])[] =>
    texts.map((text) => [label, text] as const);
  return {
    parts: [
      ...list('address', [addresses.length === 0 ? 'none' : addresses.join(', ')]),
      ...list('finalizer', [finalizer ?? 'none']),
      ...list(
        'backend',
        backends.map(
          ({ name, health, service, port }) =>
            `${health} ${name}${service === null ? '' : ` (Service ${service}:${port})`}`,
        ),
      ),
      ...list(
        'NEG',
        negs.map(
          ({ name, service, port, zones }) =>
            `${name} (Service ${service}:${port}) in ${zones.length === 0 ? 'no zone' : zones.join(', ')}`,
        ),
      ),
      ...list(
        'Event',
        events === null
          ? ['may not be read']
          : events.map(
              ({ lastSeen, count, type, reason, kind, name, message }) =>
                `${lastSeen}, ${count} times: ${type} ${reason} of ${kind} ${name}: ${message}`,
            ),
      ),
    ],
    differences: differences.map(({ message, next }) => ({ message, next })),
  };
}
