import { isKnownToBe } from '../facts/facts.ts';
import type { NetworkPolicy, PortReference, Workload } from '../kubernetes/objects.ts';
import { admitsOtherAddresses, findShutOut, type PodPort } from '../plan/network-policy.ts';
import type { BackendUse } from '../plan/plan.ts';
import { defineRule, type RuleFinding, type WorkloadContext } from './rule.ts';

export const networkPolicyBlocksGoogle = defineRule({
  id: 'network-policy-blocks-google',
  judges: 'Workload',
  severity: 'warning',
  summary: "NetworkPolicies keep Google's load balancer away from Pods behind a NEG.",
  why: 'Behind a NEG requests and health checks come to the Pod from addresses of Google, not of the cluster, so that only an ipBlock admits them: without one the Pods are Ready and UNHEALTHY.',
  fix: 'Admit 35.191.0.0/16 and 130.211.0.0/22 by ipBlock; for internal and regional Ingresses the proxy-only subnet too.',
  covers: [],
  references: [
    'https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges',
    'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
  ],
  check: (context) => {
    const { facts, workload, snapshot, uses } = context;
    if (!isKnownToBe(facts.networkPolicy, true) && !isKnownToBe(facts.dataplaneV2, true)) return [];
    const policies = snapshot.networkPoliciesOf(workload).filter(({ restrictsIngress }) => restrictsIngress);
    if (policies.length === 0) return [];
    for (const use of uses) {
      const found = findBlocked(workload, use, policies);
      if (found === undefined) continue;
      // A policy that is not known may admit what these do not.
      const isCertain = (found.isCertain ?? true) && snapshot.isKnown('NetworkPolicy', workload.metadata.namespace);
      return [{ ...found, path: labelsPath(context), isCertain, subject: 'ingress' }];
    }
    return [];
  },
});

type Found = Omit<RuleFinding, 'path'> | undefined;

function findBlocked(workload: Workload, { plan, backend }: BackendUse, policies: readonly NetworkPolicy[]): Found {
  const { group, servicePort, healthCheck } = backend;
  const serving = podPort(workload, servicePort?.targetPort);
  if (group !== 'neg' || serving === undefined) return undefined;
  const check = healthCheck?.check;
  // A transparent check is answered by the node.
  const fixed = check?.source === 'transparent' ? undefined : check?.port;
  const checked = fixed === undefined || fixed === null ? serving : (podPort(workload, fixed) ?? serving);
  const { isRegional } = plan.class;
  const asked = isRegional ? [checked] : [serving, checked];
  const names = policies.map(({ metadata }) => `"${metadata.name}"`).join(', ');
  const who = `NetworkPolicy ${names}`;
  for (const port of asked) {
    const shutOut = findShutOut(policies, port);
    if (shutOut.length === 0) continue;
    return {
      message: `${who} does not let Google (${shutOut.join(', ')}) in on port ${port.number}: UNHEALTHY behind Ingress "${plan.ingress.metadata.name}".`,
      fix: `Admit ${shutOut.join(' and ')} on port ${port.number} by ipBlock.`,
    };
  }
  if (!isRegional || admitsOtherAddresses(policies, serving)) return undefined;
  return {
    message: `${who} lets Google's health checks in on port ${serving.number}, but not the proxies of class "${plan.class.name}".`,
    note: 'Their requests come from the proxy-only subnet of the region, whose range the guard does not know.',
    fix: `Admit the range of the proxy-only subnet on port ${serving.number} by ipBlock.`,
    isCertain: false,
  };
}

function podPort({ containers, sidecarPorts }: Workload, target: PortReference | undefined): PodPort | undefined {
  const ports = [...containers.flatMap((container) => container.ports), ...sidecarPorts];
  const number = typeof target === 'string' ? ports.find(({ name }) => name === target)?.containerPort : target;
  if (number === undefined) return undefined;
  const names = ports.filter(({ name, containerPort }) => name !== '' && containerPort === number);
  return { number, names: names.map(({ name }) => name) };
}

function labelsPath({ workload }: WorkloadContext): RuleFinding['path'] {
  return [...workload.podSpecPath.slice(0, -1), 'metadata', 'labels'];
}
