// The FrontendConfig of an Ingress and its redirect to HTTPS (ingress-gce pkg/frontendconfig/frontendconfig.go,
// pkg/loadbalancers/url_maps.go ensureRedirectURLMap).
import { annotationPath, referenceTo } from '../kubernetes/field-path.ts';
import type { FrontendConfig, Ingress } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { ALLOW_HTTP, FRONTEND_CONFIG } from './annotation-keys.ts';
import { AT_FRONT_END, type Fault, fault } from './fault.ts';
import type { ClassDecision } from './ingress-class.ts';
import { namingSchemeOf } from './load-balancer-name.ts';
import type { TlsPlan } from './tls.ts';

export type FrontendConfigReference =
  | { readonly state: 'none' }
  | { readonly state: 'missing'; readonly name: string }
  /** Named, but the guard does not know what FrontendConfigs there are. */
  | { readonly state: 'unknown'; readonly name: string }
  | { readonly state: 'found'; readonly object: FrontendConfig };

export function findFrontendConfig({ metadata }: Ingress, snapshot: Snapshot): FrontendConfigReference {
  const name = metadata.annotations[FRONTEND_CONFIG] ?? '';
  if (name === '') return { state: 'none' };
  const object = snapshot.get('FrontendConfig', metadata.namespace, name);
  if (object !== undefined) return { state: 'found', object };
  return { state: snapshot.isKnown('FrontendConfig', metadata.namespace, name) ? 'missing' : 'unknown', name };
}

/**
 * Neither the CRD nor the controller checks it, Google does: RedirectResponseCode of compute v1. SEE_OTHER is not among
 * what pkg/apis/frontendconfig/v1beta1 names, but is handed on like the others.
 */
export const RESPONSE_CODES = [
  'MOVED_PERMANENTLY_DEFAULT',
  'FOUND',
  'SEE_OTHER',
  'TEMPORARY_REDIRECT',
  'PERMANENT_REDIRECT',
] as const;

export interface RedirectInput {
  readonly ingress: Ingress;
  readonly decision: ClassDecision;
  readonly reference: FrontendConfigReference;
  readonly tls: TlsPlan;
  readonly allowsHttp: boolean;
}

export function findRedirectFaults(input: RedirectInput): readonly Fault[] {
  const { ingress, reference } = input;
  if (reference.state === 'missing') {
    const { name } = reference;
    const path = annotationPath(FRONTEND_CONFIG);
    return [fault('C26', { name, owner: referenceTo(ingress), path, place: AT_FRONT_END, isLate: true })];
  }
  if (reference.state !== 'found') return [];
  const config = reference.object;
  const blocked = config.redirectToHttps?.isEnabled ? findBlockedRedirect(input, config) : undefined;
  const first = blocked ?? findGlobalPolicy(input, config);
  return [...(first === undefined ? [] : [first]), ...findCodeFaults(config, true)];
}

/** G5: the link to the policy is regional for gce-regional-external only, while the proxy of gce-internal is regional too. */
function findGlobalPolicy({ ingress, decision, tls }: RedirectInput, config: FrontendConfig): Fault | undefined {
  const policy = config.sslPolicy ?? '';
  if (!decision.isInternal || policy === '' || !tls.isConfigured) return undefined;
  const path = annotationPath(FRONTEND_CONFIG);
  return fault('G5', { config, policy, owner: referenceTo(ingress), path, place: AT_FRONT_END });
}

/** G3. @param isUsed whether an Ingress is known to use the FrontendConfig */
export function findCodeFaults(config: FrontendConfig, isUsed: boolean): readonly Fault[] {
  const { redirectToHttps } = config;
  const code = redirectToHttps?.responseCodeName ?? '';
  if (!redirectToHttps?.isEnabled || code === '' || RESPONSE_CODES.some((known) => known === code)) return [];
  const path = ['spec', 'redirectToHttps', 'responseCodeName'];
  return [fault('G3', { config, code, owner: referenceTo(config), path, place: AT_FRONT_END, isCertain: isUsed })];
}

/** C27, C28, then C29: the first that applies. The FrontendConfig may serve other Ingresses well: this one has to change. */
function findBlockedRedirect(
  { ingress, decision, tls, allowsHttp }: RedirectInput,
  config: FrontendConfig,
): Fault | undefined {
  const common = { config, owner: referenceTo(ingress), place: AT_FRONT_END };
  if (decision.isInternal) return fault('C27', { ...common, path: annotationPath(FRONTEND_CONFIG) });
  if (namingSchemeOf(ingress) === 'v1') return fault('C28', { ...common, path: ['metadata', 'finalizers'] });
  if (!allowsHttp) return fault('C29', { ...common, why: 'http-off', path: annotationPath(ALLOW_HTTP) });
  if (tls.isAskedFor) return undefined;
  return fault('C29', { ...common, why: 'no-certificate', path: annotationPath(FRONTEND_CONFIG) });
}
