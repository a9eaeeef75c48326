// The side of the load balancer that clients see: protocols, certificates, address, redirect, name (ingress-gce
// pkg/controller/controller.go toRuntimeInfo, pkg/loadbalancers/l7.go edgeHop).
import { annotationPath, annotationPlace, referenceTo } from '../kubernetes/field-path.ts';
import { parseGoBool } from '../kubernetes/go-strconv.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { ALLOW_HTTP, GLOBAL_STATIC_IP } from './annotation-keys.ts';
import { AT_FRONT_END, type Fault, fault } from './fault.ts';
import type { ClassDecision } from './ingress-class.ts';
import { findNameFault, type NamingScheme, namingSchemeOf } from './load-balancer-name.ts';
import { type ManagedCertificatesPlan, planManagedCertificates } from './managed-certificates.ts';
import type { PlanInput } from './plan-input.ts';
import { type FrontendConfigReference, findFrontendConfig, findRedirectFaults } from './redirect.ts';
import { findStaticIpFault, planStaticIp, type StaticIpPlan } from './static-ip.ts';
import { findTlsFaults, planTls, type TlsPlan } from './tls.ts';

export interface FrontEndPlan {
  /** kubernetes.io/ingress.allow-http, true where it is not set or cannot be parsed. */
  readonly allowsHttp: boolean;
  /** Whether clients are served on port 80, and on port 443, once everything else is right. */
  readonly http: boolean;
  readonly https: boolean;
  readonly tls: TlsPlan;
  readonly managed: ManagedCertificatesPlan;
  readonly staticIp: StaticIpPlan;
  readonly frontendConfig: FrontendConfigReference;
  readonly redirectsToHttps: boolean;
  /** undefined where no finalizer says so yet. */
  readonly namingScheme: NamingScheme | undefined;
  readonly faults: readonly Fault[];
}

export function planFrontEnd({ ingress, classDecision, snapshot }: PlanInput): FrontEndPlan {
  const allowText = ingress.metadata.annotations[ALLOW_HTTP];
  const allowParsed = allowText === undefined ? true : parseGoBool(allowText);
  const allowsHttp = allowParsed ?? true;
  const tls = planTls(ingress);
  const staticIp = planStaticIp(ingress, classDecision);
  const frontendConfig = findFrontendConfig(ingress, snapshot);
  const redirect = frontendConfig.state === 'found' ? frontendConfig.object.redirectToHttps : undefined;
  const faults = [
    allowParsed === undefined ? unparsableAllowHttp(ingress, allowText ?? '') : undefined,
    ...findTlsFaults(ingress, tls, snapshot),
    ...findRedirectFaults({ ingress, decision: classDecision, reference: frontendConfig, tls, allowsHttp }),
    findStaticIpFault(ingress, staticIp),
    findNameFault(ingress),
    findNoFrontEnd(ingress, classDecision, allowsHttp, tls),
    classDecision.isInternal ? findSharedAddress(ingress, allowsHttp, tls, staticIp) : undefined,
  ];
  return {
    allowsHttp,
    http: allowsHttp,
    https: tls.secretNames.length > 0 || tls.preSharedCerts.length > 0,
    tls,
    managed: planManagedCertificates(ingress, tls, snapshot),
    staticIp,
    frontendConfig,
    redirectsToHttps: redirect?.isEnabled ?? false,
    namingScheme: namingSchemeOf(ingress),
    faults: faults.filter((found) => found !== undefined),
  };
}

function unparsableAllowHttp(ingress: Ingress, text: string): Fault {
  return fault('C45', { text, owner: referenceTo(ingress), path: annotationPath(ALLOW_HTTP), place: AT_FRONT_END });
}

/** C20. Where spec.tls fails for other reasons (C22 to C24), the sync ends before this check. */
function findNoFrontEnd(
  ingress: Ingress,
  { isRegional }: ClassDecision,
  allowsHttp: boolean,
  tls: TlsPlan,
): Fault | undefined {
  if (allowsHttp || tls.isConfigured || ingress.tls.length > 0) return undefined;
  // They are global, so on a regional class they never come to count.
  const hasManaged = tls.managedCertificates.length > 0 && !isRegional;
  const path = annotationPath(ALLOW_HTTP);
  return fault('C20', { hasManaged, owner: referenceTo(ingress), path, place: AT_FRONT_END, isCertain: !hasManaged });
}

/** C21: both protocols on one internal address need one that can be shared. */
function findSharedAddress(
  ingress: Ingress,
  allowsHttp: boolean,
  tls: TlsPlan,
  { name, hasBoth }: StaticIpPlan,
): Fault | undefined {
  if (!allowsHttp || !tls.isConfigured || name !== '' || hasBoth) return undefined;
  const path = annotationPlace(ingress.metadata.annotations, GLOBAL_STATIC_IP);
  return fault('C21', { owner: referenceTo(ingress), path, place: AT_FRONT_END });
}
