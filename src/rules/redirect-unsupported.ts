import type { FrontendConfig } from '../kubernetes/objects.ts';
import { FRONTEND_CONFIG } from '../plan/annotation-keys.ts';
import type { PlanProblem } from '../plan/problem.ts';
import { frontEndFindings } from './front-end-findings.ts';
import { defineRule, type FieldPath, type RuleFinding } from './rule.ts';

export const redirectUnsupported = defineRule({
  id: 'redirect-unsupported',
  judges: 'Ingress',
  severity: 'error',
  summary: 'The FrontendConfig of the Ingress asks for a redirect to HTTPS that this Ingress cannot have.',
  why: 'On class gce-internal, and on an Ingress with the V1 finalizer, the redirect makes the sync fail. Without a certificate it sends all clients to a port that nobody answers. Where HTTP is off there is nothing to redirect, which does no harm.',
  fix: 'Give the Ingress a certificate, or take the redirect away from it.',
  covers: ['C27', 'C28', 'C29', 'R25'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration'],
  check: (context) => {
    const { plan } = context;
    const { frontendConfig, allowsHttp } = plan.frontEnd;
    if (!plan.class.isClaimed || frontendConfig.state === 'none') return [];
    const object = frontendConfig.state === 'found' ? frontendConfig.object : undefined;
    const name = object?.metadata.name ?? ('name' in frontendConfig ? frontendConfig.name : '');
    if (plan.class.isInternal) return [findInternal(name, object)];
    const blocked = frontEndFindings(context, ['C28', 'C29']);
    return [
      ...blocked.map((found): RuleFinding => (allowsHttp ? found : { ...found, severity: 'info' })),
      ...findRefusedCode(object, plan.frontEnd.problems),
    ];
  },
});

/** It stands on the Ingress: the FrontendConfig may serve external ones as well. */
const PATH: FieldPath = ['metadata', 'annotations', FRONTEND_CONFIG];

/** C27, and whatever else a FrontendConfig says: its SSL policy is a global one, which a regional proxy cannot have. */
function findInternal(name: string, object: FrontendConfig | undefined): RuleFinding {
  const fix = `Remove the annotation ${FRONTEND_CONFIG} from this Ingress.`;
  if (object?.redirectToHttps?.isEnabled) {
    return {
      path: PATH,
      message: `FrontendConfig "${name}" redirects to HTTPS, which class gce-internal cannot do: the sync fails.`,
      fix,
    };
  }
  return {
    path: PATH,
    message: `FrontendConfig "${name}" is on class gce-internal, but is for external Ingresses only.`,
    fix,
    isCertain: false,
    severity: 'warning',
  };
}

/** The plan blames the FrontendConfig, which nobody judges. */
function findRefusedCode(config: FrontendConfig | undefined, problems: readonly PlanProblem[]): readonly RuleFinding[] {
  const isRefused = problems.some(({ condition, object }) => condition === null && object.kind === 'FrontendConfig');
  if (!isRefused || config === undefined) return [];
  const code = config.redirectToHttps?.responseCodeName ?? '';
  return [
    {
      path: PATH,
      message: `FrontendConfig "${config.metadata.name}" redirects with responseCodeName "${code}", which Google does not know and refuses.`,
      fix: 'Remove it (for 301), or write FOUND, SEE_OTHER, TEMPORARY_REDIRECT or PERMANENT_REDIRECT.',
      isCertain: false,
      severity: 'warning',
    },
  ];
}
