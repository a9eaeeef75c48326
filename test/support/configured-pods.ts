// Pods that mount a configuration of test/apps/configurations.ts where the server's own image reads it.
import type { Workload } from '../../src/kubernetes/objects.ts';
import type { AppAnswer } from '../../src/plan/app.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { RULES } from '../../src/rules/index.ts';
import { createSnapshot } from '../../src/snapshot/snapshot.ts';
import type { Configured } from '../apps/configurations.ts';
import { parsed } from './corridor.ts';
import { configMap, deployment, type RawObject } from './objects.ts';

const { apps: catalogue } = loadPolicy(
  undefined,
  RULES.map(({ id }) => id),
);

const IMAGES = { nginx: 'nginx:1.27', caddy: 'caddy:2.10', haproxy: 'haproxy:3.2' } as const;
const HOMES = { nginx: '/etc/nginx', caddy: '/etc/caddy', haproxy: '/usr/local/etc/haproxy' } as const;

/** The whole directory is the ConfigMap's, or conf.d is: of a key no file can be in a directory without `items`. */
export function podOf({ server, files }: Configured, more: RawObject = {}): RawObject {
  const names = Object.keys(files);
  const isInConfD = names.every((name) => name.startsWith('conf.d/'));
  const items = names.map((path) => ({ key: path.replaceAll('/', '_'), path: isInConfD ? path.slice(7) : path }));
  const mountPath = `${HOMES[server]}${isInConfD ? '/conf.d' : ''}`;
  const volumes = [{ name: 'files', configMap: { name: 'files', items } }];
  return deployment({
    container: { image: IMAGES[server], volumeMounts: [{ name: 'files', mountPath }], ...more },
    podSpec: { volumes },
  });
}

export function dataOf({ files }: Configured): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path.replaceAll('/', '_'), text]));
}

export function answerConfigured(
  configured: Configured,
  path: string,
  more: RawObject = {},
  data = dataOf(configured),
): AppAnswer | undefined {
  const workload = parsed(podOf(configured, more)) as Workload;
  const [container] = workload.containers;
  if (container === undefined) throw new TypeError('the workload has a container');
  const snapshot = createSnapshot([parsed(configMap({ name: 'files', data }))], 'nothing');
  const { port = 80, host = '' } = configured;
  return catalogue.answerOf(workload, container, { port, path, host }, snapshot);
}

export const apps = catalogue;
