// What a plan costs, and whether it grows with the cluster: an Ingress with ten backends in a snapshot of 1,000 and of
// 35,000 objects, alternating in one run.
import { NO_FACTS } from '../src/facts/facts.ts';
import type { Ingress, KubernetesObject } from '../src/kubernetes/objects.ts';
import { parseObject } from '../src/kubernetes/parse.ts';
import { createPlanner } from '../src/plan/plan.ts';
import { settingsAsStored } from '../src/plan/plan-input.ts';
import { createSnapshot, type Snapshot } from '../src/snapshot/snapshot.ts';
import { deployment, ingress, service } from '../test/support/objects.ts';

const BACKENDS = 10;
const ROUNDS = 7;
const PLANS_A_ROUND = 4000;

/** In namespaces of 35 objects: per ten Services five Ingresses and twenty Deployments, as in a cluster of 1,000 namespaces. */
function build(objects: number): KubernetesObject[] {
  const namespaces = Math.ceil(objects / 35);
  return Array.from({ length: namespaces }, (_, index) => objectsOf(`team-${index}`))
    .flat()
    .slice(0, objects);
}

function objectsOf(namespace: string): KubernetesObject[] {
  const labels = (index: number): Record<string, string> => ({ app: 'web', part: `p${index}` });
  const services = Array.from({ length: 10 }, (_, index) =>
    service({ namespace, name: `svc-${index}`, neg: '{"ingress": true}', spec: { selector: labels(index) } }),
  );
  const deployments = Array.from({ length: 20 }, (_, index) =>
    deployment({
      namespace,
      name: `app-${index}`,
      spec: { template: { metadata: { labels: labels(index % 10) }, spec: { containers: [container()] } } },
    }),
  );
  const ingresses = Array.from({ length: 5 }, (_, index) => tenBackends(namespace, `ing-${index}`));
  return [...services, ...deployments, ...ingresses].map((raw) => {
    const object = parseObject(raw);
    if (object === undefined) throw new TypeError('a builder made something that is not read');
    return object;
  });
}

function container(): object {
  const readinessProbe = { httpGet: { path: '/healthz', port: 8080 } };
  return { name: 'web', image: 'registry.example/web:1.0', ports: [{ containerPort: 8080 }], readinessProbe };
}

function tenBackends(namespace: string, name: string): ReturnType<typeof ingress> {
  const paths = Array.from({ length: BACKENDS }, (_, index) => ({
    path: `/p${index}`,
    pathType: 'Prefix',
    backend: { service: { name: `svc-${index}`, port: { number: 80 } } },
  }));
  return ingress({ namespace, name, class: 'gce', spec: { rules: [{ http: { paths } }] } });
}

function measure(snapshot: Snapshot, target: Ingress): number {
  const started = performance.now();
  for (let index = 0; index < PLANS_A_ROUND; index += 1) {
    const plan = createPlanner(snapshot, settingsAsStored(NO_FACTS)).planOf(target);
    if (plan.backends.length < BACKENDS) throw new Error('the plan lacks backends');
  }
  return (performance.now() - started) / PLANS_A_ROUND;
}

const sizes = [1000, 35_000].map((size) => {
  const snapshot = createSnapshot(build(size), 'listed');
  const target = snapshot.get('Ingress', 'team-3', 'ing-2');
  if (target === undefined) throw new Error('the Ingress to plan is not there');
  return { size, snapshot, target, roundsMs: [] as number[] };
});
for (let round = 0; round <= ROUNDS; round += 1) {
  for (const { snapshot, target, roundsMs } of sizes) {
    const ms = measure(snapshot, target);
    if (round > 0) roundsMs.push(ms); // the first round warms up
  }
}
const medians = sizes.map(({ size, roundsMs }) => {
  const sorted = roundsMs.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const range = `${sorted[0]?.toFixed(4)} to ${sorted.at(-1)?.toFixed(4)}`;
  process.stdout.write(`${size} objects: a plan of ${BACKENDS} backends takes ${median.toFixed(4)} ms (${range})\n`);
  return median;
});
process.stdout.write(`35,000 against 1,000 objects: ${((medians[1] ?? 0) / (medians[0] ?? 1)).toFixed(2)}\n`);
