import { isKnownToBe } from '../facts/facts.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { advise, run } from '../judge/fix.ts';
import { defineRule, type IngressContext } from '../judge/rule.ts';
import { ANNOTATIONS } from '../kubernetes/field-path.ts';
import { parseGoBool } from '../kubernetes/go-strconv.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { SUPPRESS_FIREWALL_XPN_ERROR } from '../plan/annotation-keys.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import { GOOGLE_RANGES } from '../plan/network-policy.ts';
import { numberIn } from '../plan/serving-containers.ts';
import { servicesNamedBy } from '../snapshot/snapshot.ts';

export const sharedVpcFirewall = defineRule({
  id: 'shared-vpc-firewall',
  judges: ['Ingress'],
  severity: 'info',
  summary: 'On a Shared VPC the firewall rule of the Ingress is made in the host project.',
  why: 'Without rights there the controller cannot make it: it only writes the gcloud command into an event, and every backend is UNHEALTHY until somebody has run it.',
  fix: `Allow the ports from ${GOOGLE_RANGES.join(' and ')} in the host project, or give the GKE service account the right to do so.`,
  covers: ['C51', 'R13'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#shared_vpc',
    'https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-shared-vpc#managing_firewall_resources',
  ],
  isAboutCluster: true,
  check: { Ingress: findFirewall },
});

function findFirewall({ ingress, old, plan, facts }: IngressContext): readonly RuleFinding[] {
  if (!isKnownToBe(facts.sharedVpc, true)) return [];
  // Who turns the event off manages the firewall; and Services that do not change need no new rule.
  if (parseGoBool(ingress.metadata.annotations[SUPPRESS_FIREWALL_XPN_ERROR] ?? '') === true) return [];
  if (old !== undefined && hasSameServices(old, ingress)) return [];
  const ports = [...new Set(plan.backends.flatMap(portsOf))].toSorted(
    (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
  );
  const ranges = [...GOOGLE_RANGES, ...(plan.class.isRegional ? ['PROXY_ONLY_SUBNET'] : [])].join(',');
  const allowed = ports.map((port) => `tcp:${port}`).join(',');
  return [
    {
      path: ANNOTATIONS,
      // Short enough to be whole in one line of a client, with the command.
      message: `its host project has to allow ${allowed || 'the serving ports'} from Google.`,
      note: 'On a Shared VPC the firewall rule belongs to the host project, where the controller may have no rights: it then only writes an event, and every backend stays UNHEALTHY. Where it has them, it makes the rule itself.',
      fix: [
        allowed === ''
          ? advise(`In the host project allow the serving ports from ${ranges}`)
          : run([
              ...['gcloud', 'compute', 'firewall-rules', 'create', 'NAME', '--project=HOST_PROJECT'],
              ...['--network=NETWORK', `--allow=${allowed}`, `--source-ranges=${ranges}`],
            ]),
      ],
      isCertain: false,
      identity: 'firewall',
    },
  ];
}

function hasSameServices(old: Ingress, current: Ingress): boolean {
  return servicesNamedBy(old).toSorted().join() === servicesNamedBy(current).toSorted().join();
}

/** Of the Pods behind a NEG, of the nodes behind an instance group. */
function portsOf({ group, servicePort, healthCheck, workloads, isSystemDefault }: BackendPlan): readonly string[] {
  if (group === undefined || isSystemDefault) return [];
  if (group === 'instanceGroup') return ['30000-32767'];
  const target = servicePort?.targetPort;
  const numbers = typeof target === 'string' ? workloads.map((workload) => numberIn(workload, target)) : [target];
  return [...numbers, healthCheck?.check.port ?? undefined].filter((port) => port !== undefined).map(String);
}
