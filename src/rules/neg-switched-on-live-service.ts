import type { RuleFinding } from '../judge/finding.ts';
import { advise } from '../judge/fix.ts';
import { type BackendUse, defineRule, type ServiceContext } from '../judge/rule.ts';
import { annotationPlace } from '../kubernetes/field-path.ts';
import type { Service } from '../kubernetes/objects.ts';
import { NEG } from '../plan/annotation-keys.ts';
import { hasLoadBalancer } from '../plan/load-balancer-name.ts';
import { type BackendGroup, decideGroup } from '../plan/neg.ts';
import { findServicePort } from '../plan/service-port.ts';

export const negSwitchedOnLiveService = defineRule({
  id: 'neg-switched-on-live-service',
  judges: ['Service'],
  severity: 'warning',
  summary: 'An update moves a Service behind a served Ingress from instance groups to NEGs, or back.',
  why: 'The controller makes a new backend service and moves the traffic over at once: requests fail until Google has checked the new backends. Their health check is a new one too, made from the probe and the BackendConfig as they are now.',
  fix: 'Make a second Service with the new setting, let the Ingress name that one, and remove the old one later.',
  noEdits: 'A second Service has to be made, and the Ingress changed to name it.',
  covers: [],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing'],
  check: { Service: findSwitch },
});

function findSwitch({ service, old, backends }: ServiceContext): readonly RuleFinding[] {
  if (old === undefined) return [];
  return backends.flatMap((use) => {
    const { backend, plan } = use;
    const before = groupBefore(old, use);
    if (!hasLoadBalancer(plan.ingress) || before === undefined || backend.group === undefined) return [];
    if (before === backend.group) return [];
    return [
      {
        path: annotationPlace(service.metadata.annotations, NEG),
        message: `its backend in Ingress "${plan.ingress.metadata.name}", which is serving, moves from ${IN_WORDS[before]} to ${IN_WORDS[backend.group]}: expect errors until it is healthy.`,
        note: 'Its health check is made anew, from the probe and the BackendConfig as they are now.',
        fix: [advise('for a switch without errors, let the Ingress name a new Service')],
        // With the add-on off nobody moves anything yet.
        isCertain: plan.served.concern === 'certain',
      },
    ];
  });
}

const IN_WORDS = { neg: 'NEGs', instanceGroup: 'instance groups' } as const satisfies Record<BackendGroup, string>;

/** undefined where the stored Service was no backend of this port. */
function groupBefore(old: Service, { backend, plan }: BackendUse): BackendGroup | undefined {
  const decision = decideGroup(old, plan.class.hasRegionalBackends);
  return decision.ok && findServicePort(old, backend.port) !== undefined ? decision.group : undefined;
}
