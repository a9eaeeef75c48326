// A node of the test control plane: the stand-in kubelet of stand-in-kubelet/, a Node that says where it is, and Pods on it whose
// ports are servers of the test.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { type GoModule, goPrograms, type Log, logToStderr } from './go-programs.ts';
import { startServerProcess } from './server-process.ts';
import type { TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const kubelet: GoModule<'stand-in-kubelet'> = {
  what: 'a stand-in for the kubelet',
  name: 'stand-in-kubelet',
  dir: fileURLToPath(new URL('./stand-in-kubelet/', import.meta.url)),
  files: ['go.mod', 'go.sum', 'main.go'],
  packages: ['.'],
  programs: ['stand-in-kubelet'],
  ldflags: '-s -w',
  duration: 'about 10 seconds',
  wayOut: '',
};

const NODE = 'node-1';

export interface StandInKubelet {
  /** A Pod on its node, running, and Ready unless it is said not to be. */
  run(
    pod: KubeObject,
    given: { readonly ip: string; readonly phase?: string; readonly isReady?: boolean },
  ): Promise<void>;
  /** Lets a port of a Pod be one of loopback. */
  serve(pod: `${string}/${string}:${number}`, port: number): void;
  stop(): Promise<void>;
}

export async function startStandInKubelet(
  { client, controlPlane }: TestCluster,
  log: Log = logToStderr,
): Promise<StandInKubelet> {
  const { 'stand-in-kubelet': program } = await goPrograms(kubelet, log, process.env);
  const portsFile = join(controlPlane.dir, 'pod-ports.json');
  const ports: Record<string, number> = {};
  const write = (): void => writeFileSync(portsFile, JSON.stringify(ports));
  write();
  const process_ = await startServerProcess(program, [portsFile], join(controlPlane.dir, 'stand-in-kubelet.log'));
  const port = await waitFor(
    'the stand-in kubelet to listen',
    async () => Number(/^\d+$/m.exec(process_.logTail())?.[0] ?? 0),
    (found) => found > 0,
    { timeoutMs: 10_000 },
  );
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE } };
  await mustSucceed(client.create(node));
  const addresses = [{ type: 'InternalIP', address: '127.0.0.1' }];
  const status = { addresses, daemonEndpoints: { kubeletEndpoint: { Port: port } } };
  await mustSucceed(client.patch(node, { status }, { type: 'merge', subresource: 'status' }));
  return {
    run: async (pod, { ip, phase = 'Running', isReady = true }) => {
      await mustSucceed(client.create({ ...pod, spec: { ...(pod['spec'] as object), nodeName: NODE } }));
      const conditions = [{ type: 'Ready', status: isReady ? 'True' : 'False' }];
      const running = { phase, podIP: ip, podIPs: [{ ip }], conditions };
      await mustSucceed(client.patch(pod, { status: running }, { type: 'merge', subresource: 'status' }));
    },
    serve: (pod, target) => {
      ports[pod] = target;
      write();
    },
    stop: () => process_.stop(),
  };
}
