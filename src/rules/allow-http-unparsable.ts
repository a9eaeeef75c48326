import type { Wording } from '../judge/finding.ts';
import { type Remedy, setAnnotation } from '../judge/fix.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import { GO_BOOLS } from '../kubernetes/go-strconv.ts';
import { ALLOW_HTTP } from '../plan/annotation-keys.ts';
import type { FaultOf } from '../plan/fault.ts';
import type { IngressPlan } from '../plan/plan.ts';

/** The author means what happens anyway. */
const MEANS_TRUE = /^(?:true|yes|y|on|enabled?|allow(?:ed)?)$/i;

export const allowHttpUnparsable = defineRule({
  id: 'allow-http-unparsable',
  judges: ['Ingress'],
  severity: 'warning',
  summary: `The annotation ${ALLOW_HTTP} is no boolean to Go, so it counts as true.`,
  why: 'The controller goes on with HTTP on and says nothing: what was meant to be reachable over HTTPS only is served in plain text too.',
  fix: `Write ${ALLOW_HTTP}: "false", or "true".`,
  covers: ['C45'],
  references: ['https://pkg.go.dev/strconv#ParseBool'],
  words: { C45: wordUnparsable },
});

function wordUnparsable({ text }: FaultOf<'C45'>, { plan }: WordingContext): Wording {
  const meansTrue = MEANS_TRUE.test(text.trim());
  return {
    message: `${ALLOW_HTTP} is "${text}", which is no boolean, so it counts as true: HTTP stays on.`,
    note: `It may be one of ${GO_BOOLS}.`,
    ...(plan === undefined ? {} : { fix: remediesFor(plan, meansTrue) }),
    ...(meansTrue ? { severity: 'info' } : {}),
  };
}

function remediesFor({ ingress, frontEnd }: IngressPlan, meansTrue: boolean): readonly Remedy[] {
  const { https, tls, redirectsToHttps } = frontEnd;
  const on = (because = ''): Remedy => setAnnotation(ingress, ALLOW_HTTP, 'true', because);
  if (meansTrue) return [on()];
  // Without HTTP and HTTPS the load balancer would have no front end at all.
  if (!https) {
    const isAwaited = tls.managedCertificates.length > 0;
    return [on(isAwaited ? 'until the certificate is issued' : 'without a certificate there is no HTTPS')];
  }
  if (redirectsToHttps) return [on('the redirect to HTTPS needs it')];
  return [setAnnotation(ingress, ALLOW_HTTP, 'false'), setAnnotation(ingress, ALLOW_HTTP, 'true')];
}
