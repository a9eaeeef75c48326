import { isKnownToBe } from '../facts/facts.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { advise, append, inWords, type Remedy } from '../judge/fix.ts';
import { type BackendContext, defineRule } from '../judge/rule.ts';
import type { PodPort } from '../kubernetes/network-policy-ports.ts';
import type { NetworkPolicy, PortReference, Workload } from '../kubernetes/objects.ts';
import { admitsOtherAddresses, findShutOut } from '../plan/network-policy.ts';
import { namesOf, numberIn, pickedBy, portsOf } from '../plan/serving-containers.ts';

export const networkPolicyBlocksGoogle = defineRule({
  id: 'network-policy-blocks-google',
  judges: ['Workload'],
  severity: 'warning',
  summary: "NetworkPolicies keep Google's load balancer away from Pods behind a NEG.",
  why: 'Behind a NEG requests and health checks come to the Pod from addresses of Google, not of the cluster, so that only an ipBlock admits them: without one the Pods are Ready and UNHEALTHY.',
  fix: 'Admit 35.191.0.0/16 and 130.211.0.0/22 by ipBlock; for internal and regional Ingresses the proxy-only subnet too.',
  covers: [],
  references: [
    'https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges',
    'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
  ],
  check: { Backend: findBlocked },
});

type Policies = readonly NetworkPolicy[];

function findBlocked(context: BackendContext): readonly RuleFinding[] {
  const { facts, snapshot, plan, backend, service } = context;
  if (plan === undefined || backend.group !== 'neg') return [];
  if (!isKnownToBe(facts.networkPolicy, true) && !isKnownToBe(facts.dataplaneV2, true)) return [];
  return pickedBy(service, backend.workloads).flatMap((workload) => {
    const policies = snapshot.networkPoliciesOf(workload).filter(({ restrictsIngress }) => restrictsIngress);
    const found =
      policies.length === 0
        ? undefined
        : (findNoCheck(context, workload, policies) ?? findNoProxy(context, workload, policies));
    if (found === undefined) return [];
    const path = [...workload.podSpecPath.slice(0, -1), 'metadata', 'labels'];
    // A policy that is not known may admit what these do not.
    const isCertain = (found.isCertain ?? true) && snapshot.isKnown('NetworkPolicy', workload.metadata.namespace);
    return [{ ...found, owner: workload, path, isCertain }];
  });
}

type Found = Omit<RuleFinding, 'path' | 'owner'>;

/** Health checks, and what global load balancers send, come from Google's ranges. */
function findNoCheck({ plan, backend }: BackendContext, workload: Workload, policies: Policies): Found | undefined {
  const { servicePort, healthCheck } = backend;
  const serving = podPort(workload, servicePort?.targetPort);
  if (plan === undefined || serving === undefined) return undefined;
  const check = healthCheck?.check;
  // A transparent check is answered by the node.
  const fixed = check?.source === 'transparent' ? undefined : check?.port;
  const checked = fixed === undefined || fixed === null ? serving : (podPort(workload, fixed) ?? serving);
  const asked = plan.class.isRegional || checked.number === serving.number ? [checked] : [serving, checked];
  const shut = asked.filter((port) => findShutOut(policies, port).length > 0);
  const [first] = shut;
  if (first === undefined) return undefined;
  const ranges = [...new Set(shut.flatMap((port) => findShutOut(policies, port)))];
  return {
    message: `${policiesInWords(policies)} does not let Google (${findShutOut(policies, first).join(', ')}) in on port ${first.number}: UNHEALTHY behind Ingress "${plan.ingress.metadata.name}".`,
    fix: [admit(policies, ranges, shut)],
    identity: `port ${first.number}`,
  };
}

function findNoProxy({ plan, backend }: BackendContext, workload: Workload, policies: Policies): Found | undefined {
  const serving = podPort(workload, backend.servicePort?.targetPort);
  if (plan === undefined || serving === undefined || !plan.class.isRegional) return undefined;
  if (admitsOtherAddresses(policies, serving)) return undefined;
  return {
    message: `${policiesInWords(policies)} lets Google's health checks in on port ${serving.number}, but not the proxies of class "${plan.class.name}".`,
    note: 'Their requests come from the proxy-only subnet of the region, whose range the guard does not know.',
    fix: [advise(`Admit the range of the proxy-only subnet on port ${serving.number} by ipBlock`)],
    isCertain: false,
    identity: `proxies ${serving.number}`,
  };
}

/** Policies add up, so one is enough; in one for all Pods of the namespace the ports of all would be opened. */
function admit(policies: Policies, ranges: readonly string[], ports: readonly PodPort[]): Remedy {
  const numbers = ports.map(({ number }) => number);
  const words = `Admit ${ranges.join(' and ')} on port ${numbers.join(' and ')} by ipBlock`;
  const narrow = policies.find(({ podSelector }) => !selectsAll(podSelector));
  if (narrow === undefined) return advise(words);
  const rule = {
    from: ranges.map((cidr) => ({ ipBlock: { cidr } })),
    ports: numbers.map((port) => ({ protocol: 'TCP', port })),
  };
  return inWords(`${words} in NetworkPolicy "${narrow.metadata.name}"`, append(narrow, ['spec', 'ingress'], rule));
}

function selectsAll({ matchLabels, matchExpressions }: NetworkPolicy['podSelector']): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

/** More would drown the sentence. */
const MAX_NAMES = 3;

function policiesInWords(policies: Policies): string {
  const names = policies.map(({ metadata }) => `"${metadata.name}"`).toSorted();
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return `NetworkPolicy ${names.slice(0, MAX_NAMES).join(', ')}${more}`;
}

function podPort(workload: Workload, target: PortReference | undefined): PodPort | undefined {
  const number = numberIn(workload, target);
  if (number === undefined) return undefined;
  return { number, names: namesOf({ ports: portsOf(workload) }, number) };
}
