import { saidElsewhere } from '../judge/elsewhere.ts';
import { advise, removeAnnotation } from '../judge/fix.ts';
import { correctName } from '../judge/near-name.ts';
import { defineRule } from '../judge/rule.ts';
import { FRONTEND_CONFIG } from '../plan/annotation-keys.ts';

export const frontendConfigMissing = defineRule({
  id: 'frontend-config-missing',
  judges: ['Ingress'],
  severity: 'warning',
  summary: 'The FrontendConfig that the Ingress names does not exist.',
  why: 'The load balancer is built without it, so without its redirect and its SSL policy; an event says so, and the sync is tried over and over.',
  fix: 'Create the FrontendConfig in the namespace of the Ingress, or correct the name.',
  covers: ['C26', 'R25'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration'],
  words: {
    C26: ({ name, owner }, { plan, snapshot, otherNamespaces }) => {
      // There it would do nothing either: see redirect-unsupported.
      if (plan === undefined || plan.class.isInternal) return undefined;
      return {
        message: `FrontendConfig "${name}" does not exist in namespace "${owner.namespace}": the load balancer is built without it.`,
        ...saidElsewhere({ kind: 'FrontendConfig', namespace: owner.namespace, name }, 'Ingress', otherNamespaces),
        fix: [
          ...correctName({ kind: 'FrontendConfig', namespace: owner.namespace, name }, snapshot),
          advise(`create FrontendConfig "${name}"`),
          removeAnnotation(plan.ingress, FRONTEND_CONFIG, 'if none is needed'),
        ],
      };
    },
  },
});
