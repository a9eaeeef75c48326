// The side of the load balancer that clients see: protocols, certificates, address, redirect, name (facts: ingress-gce
// pkg/controller/controller.go toRuntimeInfo, pkg/loadbalancers/l7.go edgeHop).
import { GO_BOOLS, parseGoBool } from '../kubernetes/go-strconv.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { ALLOW_HTTP, GLOBAL_STATIC_IP, MANAGED_CERTIFICATES } from './annotation-keys.ts';
import { findNameProblem, type NamingScheme, namingSchemeOf } from './load-balancer-name.ts';
import { type ManagedCertificatesPlan, planManagedCertificates } from './managed-certificates.ts';
import type { PlanInput } from './plan-input.ts';
import { AT_FRONT_END, annotationPath, type FieldPath, type PlanProblem, problem, referenceTo } from './problem.ts';
import { type FrontendConfigReference, findFrontendConfig, findRedirectProblems } from './redirect.ts';
import { findStaticIpProblem, planStaticIp, type StaticIpPlan } from './static-ip.ts';
import { findTlsProblems, planTls, type TlsPlan } from './tls.ts';

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
  readonly problems: readonly PlanProblem[];
}

export function planFrontEnd({ ingress, classDecision, snapshot }: PlanInput): FrontEndPlan {
  const allowText = ingress.metadata.annotations[ALLOW_HTTP];
  const allowParsed = allowText === undefined ? true : parseGoBool(allowText);
  const allowsHttp = allowParsed ?? true;
  const tls = planTls(ingress);
  const staticIp = planStaticIp(ingress, classDecision);
  const frontendConfig = findFrontendConfig(ingress, snapshot);
  const redirect = frontendConfig.state === 'found' ? frontendConfig.object.redirectToHttps : undefined;
  const problems = [
    allowParsed === undefined ? unparsableAllowHttp(ingress, allowText ?? '') : undefined,
    ...findTlsProblems(ingress, tls, snapshot),
    ...findRedirectProblems({ ingress, decision: classDecision, reference: frontendConfig, tls, allowsHttp }),
    findStaticIpProblem(ingress, staticIp),
    findNameProblem(ingress),
    findNoFrontEnd(ingress, allowsHttp, tls),
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
    problems: problems.filter((found) => found !== undefined),
  };
}

function onIngress(ingress: Ingress, path: FieldPath): Pick<PlanProblem, 'object' | 'path' | 'place'> {
  return { object: referenceTo(ingress), path, place: AT_FRONT_END };
}

function unparsableAllowHttp(ingress: Ingress, text: string): PlanProblem {
  return problem({
    ...onIngress(ingress, annotationPath(ALLOW_HTTP)),
    condition: 'C45',
    message: `${ALLOW_HTTP} is "${text}", which is none of ${GO_BOOLS}: HTTP stays on.`,
    fix: `Write ${ALLOW_HTTP}: "false" to turn HTTP off, or "true"`,
  });
}

/** C20. Where spec.tls fails for other reasons (C22 to C24), the sync ends before this check. */
function findNoFrontEnd(ingress: Ingress, allowsHttp: boolean, tls: TlsPlan): PlanProblem | undefined {
  if (allowsHttp || tls.isConfigured || ingress.tls.length > 0) return undefined;
  const isManaged = tls.managedCertificates.length > 0;
  const then = isManaged
    ? `${MANAGED_CERTIFICATES} counts only once the certificate is issued`
    : 'there is no certificate';
  return problem({
    ...onIngress(ingress, annotationPath(ALLOW_HTTP)),
    condition: 'C20',
    message: `HTTP is off and ${then}, so there is no front end at all: the sync fails${isManaged ? ' until then' : ''}.`,
    fix: isManaged ? `Remove ${ALLOW_HTTP} until the certificate is issued` : `Remove ${ALLOW_HTTP}, or add spec.tls`,
  });
}

/** C21: both protocols on one internal address need one that can be shared. */
function findSharedAddress(
  ingress: Ingress,
  allowsHttp: boolean,
  tls: TlsPlan,
  { name, hasBoth }: StaticIpPlan,
): PlanProblem | undefined {
  if (!allowsHttp || !tls.isConfigured || name !== '' || hasBoth) return undefined;
  const path =
    ingress.metadata.annotations[GLOBAL_STATIC_IP] === undefined
      ? ['metadata', 'annotations']
      : annotationPath(GLOBAL_STATIC_IP);
  return problem({
    ...onIngress(ingress, path),
    condition: 'C21',
    message: 'HTTP and HTTPS have no address to share, so the sync of this internal Ingress fails.',
    fix: `Set ${ALLOW_HTTP}: "false", or name one made with --purpose=SHARED_LOADBALANCER_VIP`,
  });
}
