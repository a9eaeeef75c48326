import { parseLabelSelector } from '../../kubernetes/parse-network-policy.ts';
import {
  at,
  type JsonObject,
  objectsOf,
  optionalInteger,
  portReference,
  textOr,
  textsOf,
} from '../../kubernetes/read.ts';
import { operand } from '../../shell-quote.ts';
import { matchesLabelSelector } from '../../snapshot/snapshot.ts';
import { aboutDeployment, type Check, type Problem } from '../check.ts';
import { kubectl } from '../fix.ts';
import { type GuardPod, readGuardPod, usesCluster, webhookPort } from '../guard-pod.ts';
import { type Installation, isIn, listed, nameOf, need } from '../installation.ts';

/** What a guard that watches the cluster speaks to. Any one of the ports is enough. */
const EGRESS = [
  { to: 'the API server', protocol: 'TCP', ports: [443, 6443], effect: 'it knows no neighbours' },
  { to: 'DNS', protocol: 'UDP', ports: [53], effect: 'it finds neither the API server nor Google' },
  { to: 'the metadata server', protocol: 'TCP', ports: [80, 988], effect: "it gets no token for Google's API" },
] as const;

export const networkPolicy: Check = {
  id: 'network-policy',
  looksAt: "NetworkPolicies let the control plane in on the guard's port, and let out what it asks.",
  why: 'The control plane is no Pod: a policy that admits Pods only cuts it off, and every call times out.',
  ok: 'no NetworkPolicy cuts the guard off',
  needs: ['deployment', 'networkPolicies'],
  subject: aboutDeployment,
  run: (installation) => {
    const pod = readGuardPod(need(installation, 'deployment'));
    const policies = listed(installation, 'networkPolicies').filter(
      (policy) =>
        isIn(policy, installation.guard.namespace) &&
        matchesLabelSelector(parseLabelSelector(at(policy, 'spec', 'podSelector')), pod.labels),
    );
    return [...judgeIngress(policies, pod, installation), ...judgeEgress(policies, pod, installation)];
  },
};

function judgeIngress(policies: readonly JsonObject[], pod: GuardPod, installation: Installation): readonly Problem[] {
  const restricting = policies.filter((policy) => types(policy).includes('Ingress'));
  if (restricting.length === 0) return [];
  const port = webhookPort(pod);
  const admitting = restricting
    .flatMap((policy) => objectsOf(at(policy, 'spec', 'ingress')))
    .filter((rule) => isFor(rule, 'TCP', port, pod));
  // Only an address, or everybody, can mean the control plane.
  const isOpen = admitting.some((rule) => {
    const peers = objectsOf(at(rule, 'from'));
    return peers.length === 0 || peers.some((peer) => at(peer, 'ipBlock') !== undefined);
  });
  if (isOpen) return [];
  const message =
    admitting.length === 0
      ? `it lets nobody in on port ${port}, on which the API server calls: every call times out.`
      : `it lets only Pods in on port ${port}, and the API server is none: every call times out.`;
  return [problem(restricting, installation, 'error', message, `ingress: [{ports: [{protocol: TCP, port: ${port}}]}]`)];
}

function judgeEgress(policies: readonly JsonObject[], pod: GuardPod, installation: Installation): readonly Problem[] {
  const restricting = policies.filter((policy) => types(policy).includes('Egress'));
  if (restricting.length === 0 || !usesCluster(pod)) return [];
  const rules = restricting.flatMap((policy) => objectsOf(at(policy, 'spec', 'egress')));
  return EGRESS.flatMap(({ to, protocol, ports, effect }) => {
    if (ports.some((port) => rules.some((rule) => isFor(rule, protocol, port, undefined)))) return [];
    const message = `it does not let the guard out to ${to} (${protocol} ${ports.join(' or ')}): ${effect}.`;
    const rule = `egress: [{ports: [{protocol: ${protocol}, port: ${ports[0]}}]}]`;
    return [problem(restricting, installation, 'warning', message, rule)];
  });
}

function problem(
  [policy]: readonly JsonObject[],
  { guard }: Installation,
  status: Problem['status'],
  message: string,
  rule: string,
): Problem {
  const name = policy === undefined ? '' : nameOf(policy);
  return {
    status,
    subject: `NetworkPolicy/${guard.namespace}/${name}`,
    message,
    fix: [kubectl(guard.namespace, 'edit', 'networkpolicy', operand(name)), `, and add ${rule}`],
  };
}

/** As the API server defaults them. */
function types(policy: JsonObject): readonly string[] {
  const given = textsOf(at(policy, 'spec', 'policyTypes'));
  if (given.length > 0) return given;
  return at(policy, 'spec', 'egress') === undefined ? ['Ingress'] : ['Ingress', 'Egress'];
}

function isFor(rule: JsonObject, protocol: string, number: number, pod: GuardPod | undefined): boolean {
  const ports = objectsOf(at(rule, 'ports'));
  return (
    ports.length === 0 ||
    ports.some((one) => {
      if ((textOr(at(one, 'protocol'), '') || 'TCP') !== protocol) return false;
      const first = portReference(at(one, 'port'));
      if (typeof first === 'string') return pod?.ports.some((port) => port.name === first && port.number === number);
      return first === undefined || (number >= first && number <= (optionalInteger(at(one, 'endPort')) ?? first));
    })
  );
}
