import type { RuleFinding, Wording } from '../judge/finding.ts';
import { advise, remove, removeAnnotation, run, set } from '../judge/fix.ts';
import { shortened } from '../judge/quoted.ts';
import { defineRule, type FrontEndContext, type WordingContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import { nearest } from '../nearest.ts';
import { ALLOW_HTTP, FRONTEND_CONFIG } from '../plan/annotation-keys.ts';
import type { FaultOf } from '../plan/fault.ts';
import { RESPONSE_CODES } from '../plan/redirect.ts';
import { operand } from '../shell-quote.ts';

export const redirectUnsupported = defineRule({
  id: 'redirect-unsupported',
  judges: ['Ingress', 'FrontendConfig'],
  severity: 'error',
  summary: 'The FrontendConfig of the Ingress asks for a redirect to HTTPS that this Ingress cannot have.',
  why: 'On class gce-internal, and on an Ingress with the V1 finalizer, the redirect makes the sync fail. Without a certificate it sends all clients to a port that nobody answers. Where HTTP is off there is nothing to redirect, which does no harm.',
  fix: 'Give the Ingress a certificate, or take the redirect away from it.',
  covers: ['C27', 'C28', 'C29', 'G3', 'G5', 'R25'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration'],
  words: { C27: wordInternal, C28: wordOldNames, C29: wordUseless, G3: wordCode, G5: wordPolicy },
  check: { FrontEnd: findOnInternal },
});

type Words<C extends 'C27' | 'C28' | 'C29' | 'G3' | 'G5'> = (
  fault: FaultOf<C>,
  context: WordingContext,
) => Wording | undefined;

function wordInternal(...[{ config }, { plan }]: Parameters<Words<'C27'>>): Wording | undefined {
  if (plan === undefined) return undefined;
  return {
    message: `FrontendConfig "${config.metadata.name}" redirects to HTTPS, which class gce-internal cannot do: the sync fails.`,
    fix: [removeAnnotation(plan.ingress, FRONTEND_CONFIG)],
  };
}

function wordOldNames(...[, { plan }]: Parameters<Words<'C28'>>): Wording | undefined {
  if (plan === undefined) return undefined;
  const { namespace, name } = plan.ingress.metadata;
  return {
    message: 'the Ingress has the V1 finalizer, and its naming scheme has no redirect to HTTPS: the sync fails.',
    fix: [
      removeAnnotation(plan.ingress, FRONTEND_CONFIG),
      run(['kubectl', 'delete', 'ingress', operand(name), '-n', namespace], 'and apply it again'),
    ],
  };
}

function wordUseless(...[{ why }, { plan }]: Parameters<Words<'C29'>>): Wording | undefined {
  if (plan === undefined) return undefined;
  const dropRedirect = removeAnnotation(plan.ingress, FRONTEND_CONFIG);
  if (why === 'http-off') {
    return {
      message: `the redirect to HTTPS does nothing: ${ALLOW_HTTP} is false, so there is no HTTP to redirect.`,
      severity: 'info',
      // Without a certificate HTTP would be redirected to nothing.
      fix: plan.frontEnd.tls.isAskedFor ? [removeAnnotation(plan.ingress, ALLOW_HTTP), dropRedirect] : [dropRedirect],
    };
  }
  return {
    message: 'all of HTTP is redirected to HTTPS, and there is no certificate, so nothing answers on port 443.',
    // The FrontendConfig may serve other Ingresses well.
    fix: [advise('give the Ingress a certificate'), dropRedirect],
  };
}

/** What people write where Google wants a name. */
const CODE_OF_STATUS: ReadonlyMap<string, (typeof RESPONSE_CODES)[number]> = new Map([
  ['301', 'MOVED_PERMANENTLY_DEFAULT'],
  ['302', 'FOUND'],
  ['303', 'SEE_OTHER'],
  ['307', 'TEMPORARY_REDIRECT'],
  ['308', 'PERMANENT_REDIRECT'],
]);

function wordCode({ config, code }: FaultOf<'G3'>): Wording {
  const path = ['spec', 'redirectToHttps', 'responseCodeName'];
  const meant = CODE_OF_STATUS.get(code.trim()) ?? nearest(code, RESPONSE_CODES);
  const others = RESPONSE_CODES.slice(1);
  return {
    message: `responseCodeName is "${shortened(code, 40)}", which Google does not know and refuses.`,
    // Nobody has seen yet what Google answers.
    isCertain: false,
    severity: 'warning',
    fix:
      meant === undefined
        ? [remove(config, path, 'for 301'), advise(`write ${others.slice(0, -1).join(', ')} or ${others.at(-1)}`)]
        : [set(config, path, meant), remove(config, path, 'for 301')],
  };
}

function wordPolicy(...[{ config, policy }, { plan }]: Parameters<Words<'G5'>>): Wording | undefined {
  if (plan === undefined) return undefined;
  return {
    message: `FrontendConfig "${config.metadata.name}" names the global SSL policy "${shortened(policy, 40)}", which a load balancer of class gce-internal, a regional one, cannot have.`,
    // Google's documentation says so; what its API answers depends on Google.
    isCertain: false,
    severity: 'warning',
    fix: [removeAnnotation(plan.ingress, FRONTEND_CONFIG)],
  };
}

/** Whatever else a FrontendConfig says. */
function findOnInternal({ ingress, plan }: FrontEndContext): readonly RuleFinding[] {
  const { frontendConfig } = plan.frontEnd;
  if (!plan.class.isInternal || frontendConfig.state === 'none') return [];
  const isFound = frontendConfig.state === 'found';
  // C27 or G5 says it.
  if (plan.frontEnd.faults.some(({ condition }) => condition === 'C27' || condition === 'G5')) return [];
  const name = isFound ? frontendConfig.object.metadata.name : frontendConfig.name;
  return [
    {
      path: annotationPath(FRONTEND_CONFIG),
      message: `FrontendConfig "${name}" is on class gce-internal, but is for external Ingresses only.`,
      fix: [removeAnnotation(ingress, FRONTEND_CONFIG)],
      isCertain: false,
      severity: 'warning',
      condition: 'C27',
    },
  ];
}
