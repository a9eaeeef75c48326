// The side that clients see, before and after: protocols, certificates, address, redirect.
import { annotationPlace, type FieldPath, referenceTo } from '../kubernetes/field-path.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import {
  ALLOW_HTTP,
  FRONTEND_CONFIG,
  GLOBAL_STATIC_IP,
  MANAGED_CERTIFICATES,
  PRE_SHARED_CERT,
} from './annotation-keys.ts';
import { type Cause, change, type PlanChange } from './change.ts';
import { AT_FRONT_END } from './fault.ts';
import type { FrontEndPlan } from './front-end.ts';
import type { IngressPlan } from './plan.ts';
import { isManagedName } from './tls.ts';

export function compareFrontEnds(before: IngressPlan, plan: IngressPlan): readonly PlanChange[] {
  return [
    ...compareTls(before, plan),
    ...compareHttp(before, plan),
    ...compareAddress(before, plan),
    ...compareRedirect(before, plan),
  ];
}

/** Another controller attaches managed certificates, so that they count here. */
function hasHttps({ https, tls }: FrontEndPlan): boolean {
  return https || tls.managedCertificates.length > 0;
}

/** As Ingresses name them; what the controller of ManagedCertificates writes has names of its own. */
function certificatesOf({ tls }: FrontEndPlan): readonly string[] {
  return [...tls.secretNames, ...tls.preSharedCerts.filter((name) => !isManagedName(name)), ...tls.managedCertificates];
}

function compareTls(before: IngressPlan, plan: IngressPlan): readonly PlanChange[] {
  const { ingress, frontEnd } = plan;
  const common = { plan, place: AT_FRONT_END };
  const was = hasHttps(before.frontEnd);
  if (was !== hasHttps(frontEnd)) {
    const hosts = plan.urlMap.hostRules.map(({ host }) => host);
    return was
      ? [
          change('https-gone', {
            ...common,
            causes: [{ object: referenceTo(ingress), path: tlsPath(before, ingress) }],
            hosts,
          }),
        ]
      : [change('https-new', { ...common, causes: [{ object: referenceTo(ingress), path: tlsPath(plan, ingress) }] })];
  }
  const old = new Set(certificatesOf(before.frontEnd));
  const now = new Set(certificatesOf(frontEnd));
  const gone = [...old.difference(now)];
  const added = [...now.difference(old)];
  if (gone.length === 0 && added.length === 0) return [];
  const causes = [{ object: referenceTo(ingress), path: tlsPath(plan, ingress) }];
  return [change('certificates', { ...common, causes, gone, added })];
}

/** Where certificates of the plan are named, as far as it is there in the Ingress afterwards. */
function tlsPath({ ingress, frontEnd: { tls } }: IngressPlan, after: Ingress): FieldPath {
  if (tls.secretNames.length > 0 || ingress.tls.length > 0) return after.tls.length === 0 ? ['spec'] : ['spec', 'tls'];
  const isManaged = tls.managedCertificates.length > 0;
  return annotationPlace(after.metadata.annotations, isManaged ? MANAGED_CERTIFICATES : PRE_SHARED_CERT);
}

function compareHttp(before: IngressPlan, plan: IngressPlan): readonly PlanChange[] {
  const { http } = plan.frontEnd;
  if (before.frontEnd.http === http) return [];
  return [
    change(http ? 'http-new' : 'http-gone', { plan, place: AT_FRONT_END, causes: atAnnotation(plan, ALLOW_HTTP) }),
  ];
}

function compareAddress(before: IngressPlan, plan: IngressPlan): readonly PlanChange[] {
  const was = before.frontEnd.staticIp;
  const now = plan.frontEnd.staticIp;
  if (was.name === now.name) return [];
  const causes = atAnnotation(plan, now.key ?? was.key ?? GLOBAL_STATIC_IP);
  return [change('address', { plan, place: AT_FRONT_END, causes, was: was.name, now: now.name })];
}

function compareRedirect(before: IngressPlan, plan: IngressPlan): readonly PlanChange[] {
  const now = plan.frontEnd.redirectsToHttps;
  const isKnown = [before, plan].every(({ frontEnd }) => frontEnd.frontendConfig.state !== 'unknown');
  if (!isKnown || before.frontEnd.redirectsToHttps === now) return [];
  const configs = [plan, before].flatMap(({ frontEnd: { frontendConfig } }) =>
    frontendConfig.state === 'found'
      ? [
          {
            object: referenceTo(frontendConfig.object),
            path: frontendConfig.object.redirectToHttps === undefined ? ['spec'] : ['spec', 'redirectToHttps'],
          },
        ]
      : [],
  );
  const causes = [...configs, ...atAnnotation(plan, FRONTEND_CONFIG)];
  return [change('redirect', { plan, place: AT_FRONT_END, causes, now })];
}

function atAnnotation({ ingress }: IngressPlan, key: string): readonly Cause[] {
  return [{ object: referenceTo(ingress), path: annotationPlace(ingress.metadata.annotations, key) }];
}
