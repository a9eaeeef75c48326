import { addressesOf, isAmong, parseCidr } from '../../kubernetes/address-range.ts';
import type { NetworkPolicy, NetworkPolicyPeer } from '../../kubernetes/network-policy.ts';
import { isRuleFor, type PodPort } from '../../kubernetes/network-policy-ports.ts';
import { parseObject } from '../../kubernetes/parse.ts';
import { at, type JsonObject, objectsOf, textOr, textsOf } from '../../kubernetes/read.ts';
import { operand } from '../../shell-quote.ts';
import { matchesLabelSelector } from '../../snapshot/snapshot.ts';
import { aboutDeployment, type Check, type Problem } from '../check.ts';
import { kubectl } from '../fix.ts';
import { type GuardPod, readGuardPod, webhookPort } from '../guard-pod.ts';
import { type Installation, listed, need } from '../installation.ts';

export const controlPlaneAddresses: Check = {
  id: 'control-plane-addresses',
  looksAt: "Where a NetworkPolicy lets in only some addresses on the guard's port: the control plane's are among them.",
  why: 'From outside the range every call of the API server times out, and with failurePolicy Ignore nothing says so.',
  ok: "no NetworkPolicy keeps the control plane's addresses out",
  needs: ['deployment', 'networkPolicies'],
  subject: aboutDeployment,
  run: (installation) => {
    const pod = readGuardPod(need(installation, 'deployment'));
    const policies = policiesOf(pod, installation);
    const rules = policies.flatMap(({ ingress }) => ingress).filter((rule) => isRuleFor(rule, portOf(pod)));
    const blocks = rules.flatMap(({ from }) => (from ?? []).flatMap(({ ipBlock }) => ipBlock ?? []));
    // The check network-policy tells of policies that let nobody in, or only Pods.
    if (blocks.length === 0 || rules.some(({ from }) => from === undefined)) return [];
    const subject = `NetworkPolicy/${installation.guard.namespace}/${policies[0]?.metadata.name}`;
    const { controlPlane } = installation;
    if (!controlPlane.seen) {
      return [{ status: 'skipped', subject, message: controlPlane.reason, fix: controlPlane.command }];
    }
    const admitted = blocks.flatMap(addressesOf);
    const shutOut = callersOf(controlPlane.value).filter((address) => !isAmong(admitted, address));
    return shutOut.length === 0 ? [] : [problem(installation, policies, blocks, shutOut)];
  },
};

function policiesOf({ labels }: GuardPod, installation: Installation): readonly NetworkPolicy[] {
  return listed(installation, 'networkPolicies').flatMap((raw) => {
    const policy = parseObject(raw, installation.guard.namespace);
    const isOurs =
      policy?.kind === 'NetworkPolicy' &&
      policy.metadata.namespace === installation.guard.namespace &&
      policy.restrictsIngress &&
      matchesLabelSelector(policy.podSelector, labels);
    return isOurs ? [policy] : [];
  });
}

function portOf(pod: GuardPod): PodPort {
  const number = webhookPort(pod);
  return { number, names: pod.ports.filter((port) => port.number === number).map(({ name }) => name) };
}

/**
 * Where calls come from: the Pods of the tunnel where there is one (apiserver-network-proxy, KEP-1281), else the API server.
 * @param seen Pods of the tunnel and EndpointSlices of the API server
 */
function callersOf(seen: readonly JsonObject[]): readonly string[] {
  const tunnel = seen
    .filter((object) => at(object, 'kind') === 'Pod')
    .map((pod) => textOr(at(pod, 'status', 'podIP'), ''))
    .filter(isAddress);
  if (tunnel.length > 0) return tunnel;
  return seen
    .filter((object) => at(object, 'addressType') === 'IPv4')
    .flatMap((slice) => objectsOf(at(slice, 'endpoints')))
    .flatMap((endpoint) => textsOf(at(endpoint, 'addresses')))
    .filter(isAddress);
}

/** Others, such as IPv6, are compared with nothing. */
function isAddress(text: string): boolean {
  return parseCidr(`${text}/32`) !== undefined;
}

function problem(
  { guard }: Installation,
  policies: readonly NetworkPolicy[],
  blocks: readonly NonNullable<NetworkPolicyPeer['ipBlock']>[],
  shutOut: readonly string[],
): Problem {
  const name = policies[0]?.metadata.name ?? '';
  const ranges = blocks.map(({ cidr }) => cidr).join(', ');
  return {
    status: 'warning',
    subject: `NetworkPolicy/${guard.namespace}/${name}`,
    message: `on the guard's port it lets in ${ranges}, and the control plane calls from ${shutOut.slice(0, 3).join(', ')} as far as can be seen: its calls time out.`,
    fix: [
      kubectl(guard.namespace, 'edit', 'networkpolicy', operand(name)),
      ', and name a range that has these addresses, or take "from" out of the rule',
    ],
  };
}
