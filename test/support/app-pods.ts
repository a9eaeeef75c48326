// Pods of the tables in test/apps/ as objects, and what the catalogue says of them.
import type { Workload } from '../../src/kubernetes/objects.ts';
import type { AppAnswer, AppCatalogue } from '../../src/plan/app.ts';
import { createSnapshot } from '../../src/snapshot/snapshot.ts';
import type { AppPod } from '../apps/cases.ts';
import { parsed } from './corridor.ts';
import { configMap, deployment, type RawObject } from './objects.ts';

const MOUNTED = 'files';

export function deploymentOf(pod: AppPod, ports: readonly RawObject[] = []): RawObject {
  const { mounted, mountPath = '/etc/files', ...rest } = pod;
  const env = Object.entries(pod.env ?? {}).map(([name, value]) => ({ name, value }));
  const mounts = mounted === undefined ? {} : { volumeMounts: [{ name: MOUNTED, mountPath }] };
  const volumes = mounted === undefined ? {} : { volumes: [{ name: MOUNTED, configMap: { name: MOUNTED } }] };
  return deployment({ container: { ...rest, ports, env, ...mounts }, podSpec: volumes });
}

/** Objects that the Pod needs beside it. */
export function mountedBy({ mounted }: AppPod): readonly RawObject[] {
  return mounted === undefined ? [] : [configMap({ name: MOUNTED, data: mounted })];
}

/** @param request "PORT PATH" */
export function askCatalogue(apps: AppCatalogue, pod: AppPod, request: string, host = ''): AppAnswer | undefined {
  // A Deployment parses into a workload.
  const workload = parsed(deploymentOf(pod)) as Workload;
  const [container] = workload.containers;
  if (container === undefined) throw new TypeError('the workload has a container');
  const [port = '', path = ''] = request.split(' ');
  const snapshot = createSnapshot(mountedBy(pod).map(parsed), 'nothing');
  return apps.answerOf(workload, container, { port: Number(port), path, host }, snapshot);
}
