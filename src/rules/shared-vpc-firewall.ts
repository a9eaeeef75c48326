import { isKnownToBe } from '../facts/facts.ts';
import { parseGoBool } from '../kubernetes/go-strconv.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { SUPPRESS_FIREWALL_XPN_ERROR } from '../plan/annotation-keys.ts';
import type { BackendPlan } from '../plan/backend.ts';
import { GOOGLE_RANGES } from '../plan/network-policy.ts';
import { servicesNamedBy } from '../snapshot/snapshot.ts';
import { defineRule } from './rule.ts';

export const sharedVpcFirewall = defineRule({
  id: 'shared-vpc-firewall',
  judges: 'Ingress',
  severity: 'info',
  summary: 'On a Shared VPC the firewall rule of the Ingress is made in the host project.',
  why: 'Without rights there the controller cannot make it: it only writes the gcloud command into an event, and every backend is UNHEALTHY until somebody has run it.',
  fix: `Allow the ports from ${GOOGLE_RANGES.join(' and ')} in the host project, or give the GKE service account the right to do so.`,
  covers: ['C51', 'R13'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#shared_vpc',
    'https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-shared-vpc#managing_firewall_resources',
  ],
  check: ({ ingress, old, plan, facts }) => {
    if (!plan.class.isClaimed || !isKnownToBe(facts.sharedVpc, true)) return [];
    // Whoever turned the event off has seen to the rule; and with the same Services it is the same rule.
    if (parseGoBool(ingress.metadata.annotations[SUPPRESS_FIREWALL_XPN_ERROR] ?? '') === true) return [];
    if (old !== undefined && hasSameServices(old, ingress)) return [];
    const ports = plan.backends.filter(({ isSystemDefault }) => !isSystemDefault).flatMap(portsOf);
    const allowed = [...new Set(ports)].map((port) => `tcp:${port}`).join(',') || 'the serving ports';
    const ranges = GOOGLE_RANGES.join(',');
    const proxies = plan.class.isRegional ? ' and the proxy-only subnet' : '';
    return [
      {
        path: ['metadata', 'annotations'],
        message:
          'on a Shared VPC its firewall rule belongs to the host project, where the controller may have no rights.',
        note: `(gcloud compute firewall-rules create NAME --project=HOST_PROJECT --network=NETWORK --allow=${allowed} --source-ranges=${ranges})`,
        fix: `There allow ${allowed} from ${ranges}${proxies}, unless the controller may.`,
        isCertain: false,
        subject: 'firewall',
      },
    ];
  },
});

function hasSameServices(old: Ingress, current: Ingress): boolean {
  return servicesNamedBy(old).toSorted().join() === servicesNamedBy(current).toSorted().join();
}

/** Of the Pods behind a NEG, of the nodes behind an instance group. */
function portsOf({ group, servicePort, healthCheck, workloads }: BackendPlan): readonly string[] {
  if (group === undefined) return [];
  if (group === 'instanceGroup') return ['30000-32767'];
  const target = servicePort?.targetPort;
  const ports = workloads.flatMap(({ containers }) => containers.flatMap((container) => container.ports));
  const number = typeof target === 'string' ? ports.find(({ name }) => name === target)?.containerPort : target;
  const fixed = healthCheck?.check.port ?? undefined;
  return [number, fixed].filter((port) => port !== undefined).map(String);
}
