import type { RuleFinding } from '../judge/finding.ts';
import { advise, removeAnnotation, setAnnotation } from '../judge/fix.ts';
import { defineRule, type FrontEndContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import { ALLOW_HTTP } from '../plan/annotation-keys.ts';
import { type Challenge, EDIT_IN_PLACE, isEditedInPlace, planChallenge } from '../plan/cert-manager.ts';

export const certManagerChallenge = defineRule({
  id: 'cert-manager-challenge',
  judges: ['Ingress'],
  severity: 'warning',
  summary: 'The HTTP-01 challenge of cert-manager does not reach the address of the Ingress.',
  why: `Without ${EDIT_IN_PLACE}, and without a name in the solver of the Issuer, cert-manager makes an Ingress of its own for each challenge; on GKE that is another load balancer with another address, while the host points at this one. A solver that names no class makes an Ingress without one, which every controller takes. Where HTTP is off nobody answers on port 80, so that a certificate can neither be issued nor renewed. DNS-01 needs no Ingress.`,
  fix: `Set ${EDIT_IN_PLACE}: "true", or name the Ingress in the solver, and leave HTTP on; or use DNS-01.`,
  covers: ['R18'],
  references: [
    'https://cert-manager.io/docs/usage/ingress/#supported-annotations',
    'https://cert-manager.io/docs/configuration/acme/http01/',
  ],
  check: { FrontEnd: findChallenge },
});

type Asked = Exclude<Challenge, { state: 'none' }>;

function findChallenge(context: FrontEndContext): readonly RuleFinding[] {
  const challenge = planChallenge(context.ingress, context.snapshot);
  if (challenge.state === 'none') return [];
  return [...findOtherAddress(context, challenge), ...findClosed(context, challenge)];
}

/** What nobody has shown may be DNS-01; it may still come, so the webhook does not say it. */
function howSure({ state }: Asked): Pick<RuleFinding, 'isCertain' | 'isLate' | 'severity'> {
  return state === 'unknown' ? { isCertain: false, isLate: true, severity: 'info' } : {};
}

function findOtherAddress({ ingress }: FrontEndContext, challenge: Asked): readonly RuleFinding[] {
  if (isEditedInPlace(ingress) || (challenge.state === 'http01' && challenge.solver.ingressName !== '')) return [];
  return [
    {
      ...howSure(challenge),
      path: annotationPath(challenge.key),
      message: `${challengeOf(challenge)} gets an Ingress of its own${ofClass(challenge)}, with another address.`,
      fix: [setAnnotation(ingress, EDIT_IN_PLACE, 'true'), advise('name the Ingress in the solver')],
      identity: 'address',
    },
  ];
}

function challengeOf({ state, issuer }: Asked): string {
  return state === 'unknown'
    ? `if the solver of ${issuer} is HTTP-01, its challenge`
    : `the HTTP-01 challenge of ${issuer}`;
}

function ofClass(challenge: Asked): string {
  if (challenge.state === 'unknown') return '';
  const { ingressClass, ingressClassName } = challenge.solver;
  if (ingressClass !== '') return '';
  return ingressClassName === ''
    ? ' without class, which every controller takes'
    : ` with ingressClassName "${ingressClassName}", which GKE does not serve`;
}

function findClosed({ ingress, plan }: FrontEndContext, challenge: Asked): readonly RuleFinding[] {
  if (plan.frontEnd.allowsHttp) return [];
  return [
    {
      ...howSure(challenge),
      path: annotationPath(ALLOW_HTTP),
      message: `${challengeOf(challenge)} needs port 80, and HTTP is off: a certificate can neither be issued nor renewed.`,
      fix: [removeAnnotation(ingress, ALLOW_HTTP), advise('use DNS-01')],
      identity: 'http',
    },
  ];
}
