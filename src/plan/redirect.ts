// The FrontendConfig of an Ingress and its redirect to HTTPS (facts: ingress-gce pkg/frontendconfig/frontendconfig.go,
// pkg/loadbalancers/url_maps.go ensureRedirectURLMap).
import type { FrontendConfig, Ingress } from '../kubernetes/objects.ts';
import { shellQuote } from '../shell-quote.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { ALLOW_HTTP, FRONTEND_CONFIG } from './annotation-keys.ts';
import type { ClassDecision } from './ingress-class.ts';
import { namingSchemeOf } from './load-balancer-name.ts';
import { AT_FRONT_END, annotationPath, type PlanProblem, problem, referenceTo } from './problem.ts';
import type { TlsPlan } from './tls.ts';

export type FrontendConfigReference =
  | { readonly state: 'none' }
  | { readonly state: 'missing'; readonly name: string }
  /** Named, but the guard has not been told what FrontendConfigs there are. */
  | { readonly state: 'unknown'; readonly name: string }
  | { readonly state: 'found'; readonly object: FrontendConfig };

export function findFrontendConfig({ metadata }: Ingress, snapshot: Snapshot): FrontendConfigReference {
  const name = metadata.annotations[FRONTEND_CONFIG] ?? '';
  if (name === '') return { state: 'none' };
  const object = snapshot.get('FrontendConfig', metadata.namespace, name);
  if (object !== undefined) return { state: 'found', object };
  return { state: snapshot.isKnown('FrontendConfig', metadata.namespace) ? 'missing' : 'unknown', name };
}

/**
 * Neither the CRD nor the controller checks it, Google does: RedirectResponseCode of compute v1. SEE_OTHER is not among
 * what pkg/apis/frontendconfig/v1beta1 names, but is handed on like the others.
 */
const RESPONSE_CODES: readonly string[] = [
  '',
  'MOVED_PERMANENTLY_DEFAULT',
  'FOUND',
  'SEE_OTHER',
  'TEMPORARY_REDIRECT',
  'PERMANENT_REDIRECT',
];

export interface RedirectInput {
  readonly ingress: Ingress;
  readonly decision: ClassDecision;
  readonly reference: FrontendConfigReference;
  readonly tls: TlsPlan;
  readonly allowsHttp: boolean;
}

export function findRedirectProblems(input: RedirectInput): readonly PlanProblem[] {
  const { ingress, reference } = input;
  if (reference.state === 'missing') {
    const { namespace } = ingress.metadata;
    return [
      problem({
        condition: 'C26',
        message: `FrontendConfig "${reference.name}" does not exist in namespace "${namespace}": the load balancer is built without it.`,
        fix: `Create it there, or remove the annotation ${FRONTEND_CONFIG}.`,
        object: referenceTo(ingress),
        path: annotationPath(FRONTEND_CONFIG),
        place: AT_FRONT_END,
      }),
    ];
  }
  if (reference.state !== 'found' || !reference.object.redirectToHttps?.isEnabled) return [];
  const { responseCodeName } = reference.object.redirectToHttps;
  const blocked = findBlockedRedirect(input, reference.object);
  const problems = blocked === undefined ? [] : [blocked];
  if (RESPONSE_CODES.includes(responseCodeName)) return problems;
  const badCode = problem({
    condition: null,
    message: `Google refuses the redirect: responseCodeName "${responseCodeName}" is none of ${RESPONSE_CODES.slice(1).join(', ')}.`,
    fix: 'Set spec.redirectToHttps.responseCodeName to one of them, or remove it',
    object: referenceTo(reference.object),
    path: ['spec', 'redirectToHttps', 'responseCodeName'],
    place: AT_FRONT_END,
  });
  return [...problems, badCode];
}

/** C27, C28, then C29: the first that applies. */
function findBlockedRedirect(
  { ingress, decision, tls, allowsHttp }: RedirectInput,
  config: FrontendConfig,
): PlanProblem | undefined {
  const onConfig = { object: referenceTo(config), path: ['spec', 'redirectToHttps', 'enabled'], place: AT_FRONT_END };
  const onIngress = { object: referenceTo(ingress), place: AT_FRONT_END };
  const { namespace, name } = config.metadata;
  if (decision.isInternal) {
    return problem({
      ...onConfig,
      condition: 'C27',
      message: `FrontendConfig ${namespace}/${name} redirects to HTTPS, which class gce-internal does not do: the sync fails.`,
      fix: 'Remove spec.redirectToHttps, or the annotation from this Ingress.',
    });
  }
  if (namingSchemeOf(ingress) === 'v1') {
    return problem({
      ...onIngress,
      condition: 'C28',
      message: 'the Ingress has the V1 finalizer, and its naming scheme has no redirect to HTTPS: the sync fails.',
      fix: `Delete the Ingress and create it again: kubectl delete ingress ${shellQuote(ingress.metadata.name)} -n ${shellQuote(ingress.metadata.namespace)}`,
      path: ['metadata', 'finalizers'],
    });
  }
  if (!allowsHttp) {
    return problem({
      ...onIngress,
      condition: 'C29',
      message: `the redirect to HTTPS does nothing: ${ALLOW_HTTP} is false, so there is no HTTP to redirect.`,
      fix: `Remove ${ALLOW_HTTP}, or the redirect.`,
      path: annotationPath(ALLOW_HTTP),
    });
  }
  if (tls.isAskedFor) return undefined;
  return problem({
    ...onIngress,
    condition: 'C29',
    message: 'all of HTTP is redirected to HTTPS, and there is no certificate, so nothing answers on port 443.',
    fix: 'Give the Ingress a certificate (spec.tls, pre-shared or managed), or remove the redirect.',
    path: annotationPath(FRONTEND_CONFIG),
  });
}
