// Pods of a test that the asker may ask: on a Node that says which addresses it gives to Pods, running and Ready since a while, and
// served by the test itself on their addresses.
import { type ApiClient, type KubeObject, mustSucceed } from './api-client.ts';

const POD_RANGE = '10.8.1.0/24';
export const NODE_ADDRESS = '10.9.0.1';

export async function createNode(client: ApiClient, name = 'node-1'): Promise<void> {
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: { podCIDR: POD_RANGE, podCIDRs: [POD_RANGE] },
  };
  await mustSucceed(client.create(node));
  const addresses = [{ type: 'InternalIP', address: NODE_ADDRESS }];
  await mustSucceed(client.patch(node, { status: { addresses } }, { type: 'merge', subresource: 'status' }));
}

export interface PodGiven {
  readonly namespace: string;
  readonly name: string;
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Of the Deployment's template. */
  readonly containers: readonly (object & { readonly name: string })[];
  readonly volumes?: readonly object[];
  readonly digest: string;
  readonly hostNetwork?: boolean;
  readonly nodeName?: string;
  readonly hostAddress?: string;
  readonly phase?: string;
  readonly isReady?: boolean;
  /** Milliseconds since the epoch. */
  readonly startedAtMs?: number;
  readonly negReason?: string;
}

export async function runPod(client: ApiClient, given: PodGiven): Promise<void> {
  const { namespace, name, labels, annotations = {}, containers, hostNetwork = false, nodeName = 'node-1' } = given;
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels, annotations },
    spec: { containers, nodeName, hostNetwork, ...(given.volumes && { volumes: given.volumes }) },
  };
  await mustSucceed(client.create(pod));
  const status = statusOf(given);
  await mustSucceed(client.patch(pod, { status }, { type: 'merge', subresource: 'status' }));
}

function statusOf(given: PodGiven): object {
  const { address, containers, digest, phase = 'Running', isReady = true, negReason } = given;
  const startedAt = new Date(given.startedAtMs ?? Date.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const hostIP = given.hostAddress ?? NODE_ADDRESS;
  const gate =
    negReason === undefined
      ? []
      : [{ type: 'cloud.google.com/load-balancer-neg-ready', status: 'True', reason: negReason }];
  return {
    phase,
    podIP: address,
    podIPs: [{ ip: address }],
    hostIP,
    hostIPs: [{ ip: hostIP }],
    conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }, ...gate],
    containerStatuses: containers.map(({ name }) => ({
      name,
      image: 'registry.example/app:1.0',
      imageID: `registry.example/app@${digest}`,
      ready: isReady,
      restartCount: 0,
      state: { running: { startedAt } },
    })),
  };
}
