import { clusterCommand } from '../../facts/facts.ts';
import { type Command, operand } from '../../shell-quote.ts';
import { aboutDeployment, type Check, type Problem } from '../check.ts';
import { mergePatch } from '../fix.ts';
import { readGuardPod, webhookPort } from '../guard-pod.ts';
import { type Installation, need, readMountedFacts } from '../installation.ts';

/** What a private GKE control plane may reach on nodes and Pods; it is the Pod's port that counts, not the Service's. */
const OPEN_PORTS = [443, 10_250];
const KUBELET_PORT = 10_250;

export const controlPlanePort: Check = {
  id: 'control-plane-port',
  looksAt: "The Pod listens on 10250 or 443, and not on the node's own network.",
  why: 'The control plane of a private cluster reaches no other port: calls end with "context deadline exceeded".',
  ok: 'the control plane of a private cluster reaches the Pod without a firewall rule',
  needs: ['deployment', 'configMaps'],
  subject: aboutDeployment,
  run: (installation) => {
    const pod = readGuardPod(need(installation, 'deployment'));
    const port = webhookPort(pod);
    const closed = OPEN_PORTS.includes(port) ? [] : [closedPort(installation, port)];
    if (!pod.isHostNetwork) return closed;
    const clash =
      port === KUBELET_PORT
        ? `hostNetwork is true and the guard listens on ${port}, which is the kubelet's on every node: the Pod does not start ("address already in use").`
        : 'hostNetwork is true: the guard takes a port of every node, and other Pods of the node reach it unseen by NetworkPolicies.';
    return [
      ...closed,
      {
        status: port === KUBELET_PORT ? 'error' : 'warning',
        subject: aboutDeployment(installation),
        message: clash,
        fix: [
          mergePatch(installation.guard.namespace, 'deployment', installation.guard.name, {
            spec: { template: { spec: { hostNetwork: false } } },
          }),
        ],
      },
    ];
  },
};

function closedPort(installation: Installation, port: number): Problem {
  const { cluster } = readMountedFacts(installation).facts;
  const project = cluster.project === undefined ? [] : [`--project=${cluster.project}`];
  const range = clusterCommand('describe', cluster, '--format=value(privateClusterConfig.masterIpv4CidrBlock)');
  const tags: Command = [
    ...['gcloud', 'compute', 'firewall-rules', 'list', ...project],
    ...[`--filter=name~^gke-${cluster.name ?? 'NAME'}`, '--format=value(targetTags.list())'],
  ];
  const create: Command = [
    ...['gcloud', 'compute', 'firewall-rules', 'create', operand(`${installation.guard.name}-webhook`), ...project],
    ...['--network=NETWORK', '--direction=INGRESS', '--source-ranges=CONTROL_PLANE_RANGE', '--target-tags=NODE_TAG'],
    `--allow=tcp:${port}`,
  ];
  return {
    status: 'warning',
    subject: aboutDeployment(installation),
    message: `the guard listens on ${port}. The control plane of a private cluster reaches Pods on 443 and 10250 only, so its calls would time out.`,
    fix: [
      "Listen on 10250 (--port=10250, the container's and the Service's port too); or, for a private cluster: ",
      create,
      '   where CONTROL_PLANE_RANGE is what ',
      range,
      ' says, and NODE_TAG what ',
      tags,
      ' says.',
    ],
  };
}
