import type { Wording } from '../judge/finding.ts';
import { advise, type Remedy, removeAnnotation, together } from '../judge/fix.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import { ALLOW_HTTP, MANAGED_CERTIFICATES, PRE_SHARED_CERT } from '../plan/annotation-keys.ts';
import type { FaultOf } from '../plan/fault.ts';
import type { IngressPlan } from '../plan/plan.ts';

export const noFrontEnd = defineRule({
  id: 'no-front-end',
  judges: ['Ingress'],
  severity: 'error',
  summary: 'The Ingress turns HTTP off and has no certificate, so the load balancer has no front end at all.',
  why: `The controller refuses to sync such an Ingress. With managed certificates alone the sync fails only until their own controller has attached them, issued or not, which it does as soon as all that are named exist: then it is an info. The annotation ${PRE_SHARED_CERT} with nothing but commas counts as TLS, but gives no HTTPS; with HTTP on that is a warning.`,
  fix: 'Add a certificate, or leave HTTP on.',
  covers: ['C20', 'C53', 'R10'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-xlb'],
  words: { C20: wordNone, C53: wordEmptyList },
});

/** gke-managed-certs pkg/controller/sync/sync.go getCertificatesToAttach. */
const UNTIL_ATTACHED: Wording = {
  message: `HTTP is off and ${MANAGED_CERTIFICATES} counts only once attached, issued or not: the sync fails until then.`,
  note: 'They are attached once all that are named exist.',
  isCertain: false,
  severity: 'info',
};

function wordNone({ hasManaged }: FaultOf<'C20'>, { plan }: WordingContext): Wording {
  if (hasManaged) {
    const leaveOn = plan === undefined ? [] : [removeAnnotation(plan.ingress, ALLOW_HTTP, 'until then')];
    return { ...UNTIL_ATTACHED, fix: [advise('Wait'), ...leaveOn] };
  }
  const add = advise(`add a certificate in spec.tls or ${PRE_SHARED_CERT}`);
  return {
    message: 'HTTP is off and there is no certificate, so there is no front end at all: the sync fails.',
    fix: [add, ...withHttpAlone(plan, ({ ingress }) => removeAnnotation(ingress, ALLOW_HTTP))],
  };
}

function wordEmptyList(_: FaultOf<'C53'>, { plan }: WordingContext): Wording {
  const allowsHttp = plan?.frontEnd.allowsHttp ?? false;
  const isAwaited = plan !== undefined && plan.frontEnd.tls.managedCertificates.length > 0 && !plan.class.isRegional;
  const removals = withHttpAlone(plan, ({ ingress }) => {
    const removal = removeAnnotation(ingress, PRE_SHARED_CERT);
    return allowsHttp ? removal : together(removal, removeAnnotation(ingress, ALLOW_HTTP));
  });
  // Another controller writes there what it attaches.
  if (isAwaited) {
    const then = 'there is no HTTPS until the managed certificate is attached';
    const onHttp = { message: `${PRE_SHARED_CERT} names no certificate: ${then}.` };
    return { ...UNTIL_ATTACHED, ...(allowsHttp ? onHttp : {}), fix: [advise('Wait'), ...removals] };
  }
  const fix = [advise(`name a certificate in ${PRE_SHARED_CERT}`), ...removals];
  if (!allowsHttp) {
    const message = `HTTP is off and ${PRE_SHARED_CERT} names no certificate, so there is no front end at all.`;
    return { message, fix };
  }
  const message = `${PRE_SHARED_CERT} names no certificate, yet counts as TLS: there is no HTTPS front end.`;
  return { message, fix, severity: 'warning' };
}

/** Ways that leave the load balancer with HTTP alone: none where all of HTTP is redirected to HTTPS. */
function withHttpAlone(plan: IngressPlan | undefined, remedy: (plan: IngressPlan) => Remedy): readonly Remedy[] {
  return plan === undefined || plan.frontEnd.redirectsToHttps ? [] : [remedy(plan)];
}
