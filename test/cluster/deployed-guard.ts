// deploy/base applied to the test's API server as users apply it, and the guard that answers for it running on loopback.
import { join } from 'node:path';
import { type GuardOptions, type GuardProcess, startGuard } from '../support/guard-process.ts';
import { DEPLOY, render } from '../support/kustomize.ts';
import { type ApiClient, type KubeObject, mustSucceed } from './api-client.ts';
import { OWN_ADDRESS } from './own-address.ts';
import { exposeLoopback } from './service-alias.ts';
import { waitFor } from './wait-for.ts';

/** One number everywhere in deploy/base: the Service, the webhooks and the Pod. */
const PORT = 10250;
export const NAME = { namespace: 'gke-ingress-guard', name: 'gke-ingress-guard' };

const CLUSTER = 'cluster: { project: my-project, location: asia-northeast1, name: prod }';

export function factsText(fields: string): string {
  return `apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\n${CLUSTER}\n${fields}\n`;
}

/** What deploy/base has of these kinds; of all, where none is named. */
export function deployedObjects(...kinds: readonly string[]): readonly KubeObject[] {
  return render(join(DEPLOY, 'base')).filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
}

/**
 * Creates all of deploy/base, starts the guard, and waits until the API server calls it.
 *
 * @param given the facts file, or how else the guard starts
 */
export async function deployGuard(client: ApiClient, given: string | GuardOptions): Promise<GuardProcess> {
  const { args = [], ...options } = typeof given === 'string' ? { facts: given } : given;
  const guard = await startGuard({
    ...options,
    port: PORT,
    args: [`--bind-address=${OWN_ADDRESS}`, '--drain-seconds=0', ...args],
  });
  const objects = deployedObjects();
  for (const object of objects) await mustSucceed(client.create(object, { fieldValidation: 'Strict' }));
  await exposeLoopback(client, { ...NAME, port: PORT, address: OWN_ADDRESS });
  for (const object of objects.filter(({ kind }) => kind.endsWith('WebhookConfiguration'))) {
    await trust(client, object, guard.caPem);
  }
  await untilCalled(client);
  return guard;
}

/** Puts the CA into the configuration, as cert-manager's cainjector does; nothing else of it changes. */
async function trust(client: ApiClient, configuration: KubeObject, caPem: string): Promise<void> {
  const caBundle = Buffer.from(caPem).toString('base64');
  const patch = [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: caBundle }];
  await mustSucceed(client.patch(configuration, patch, { type: 'json' }));
}

/** A dry run of an Ingress that every policy refuses: the class in the field only. */
export async function untilCalled(client: ApiClient): Promise<void> {
  const probe = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'is-the-guard-there', namespace: 'default' },
    spec: { ingressClassName: 'gce', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  };
  await waitFor(
    'the guard to be called',
    () => client.create(probe, { dryRun: true }),
    ({ status }) => status === 403,
  );
}
