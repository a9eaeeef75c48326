// deploy/base applied to the test's API server as it stands, and the guard that answers for it running on loopback.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { type GuardOptions, type GuardProcess, startGuard } from '../support/guard-process.ts';
import { type ApiClient, type KubeObject, mustSucceed } from './api-client.ts';
import { exposeLoopback } from './service-alias.ts';
import { waitFor } from './wait-for.ts';

const BASE = fileURLToPath(new URL('../../deploy/base/', import.meta.url));
/** One number everywhere in deploy/base: the Service, the webhooks and the Pod. */
const PORT = 10250;
const NAME = { namespace: 'gke-ingress-guard', name: 'gke-ingress-guard' };

const CLUSTER = 'cluster: { project: my-project, location: asia-northeast1, name: prod }';

export function factsText(fields: string): string {
  return `apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\n${CLUSTER}\n${fields}\n`;
}

/** Objects of deploy/base, less the kustomization and what it generates, in the namespace that it sets. */
function baseObjects(): readonly KubeObject[] {
  const skipped = ['kustomization.yaml', 'facts.yaml'];
  const files = readdirSync(BASE).filter((file) => file.endsWith('.yaml') && !skipped.includes(file));
  return deployedObjects(...files.toSorted(namespaceFirst));
}

/** Objects of these files of deploy/base, in the namespace that the kustomization sets. */
export function deployedObjects(...files: readonly string[]): readonly KubeObject[] {
  return files.flatMap((file) =>
    parseAllDocuments(readFileSync(BASE + file, 'utf8')).map((document) => {
      // Manifests of this repository, which the API server checks strictly right after.
      const object = document.toJS() as KubeObject;
      const isNamespaced = ['ServiceAccount', 'Deployment', 'Service'].includes(object.kind);
      return isNamespaced ? { ...object, metadata: { ...object.metadata, namespace: NAME.namespace } } : object;
    }),
  );
}

function namespaceFirst(a: string, b: string): number {
  return Number(b === 'namespace.yaml') - Number(a === 'namespace.yaml');
}

/**
 * Creates all of deploy/base, starts the guard, and waits until the API server calls it.
 *
 * @param given the facts file, or how else the guard starts
 */
export async function deployGuard(client: ApiClient, given: string | GuardOptions): Promise<GuardProcess> {
  const { args = [], ...options } = typeof given === 'string' ? { facts: given } : given;
  const guard = await startGuard({ ...options, port: PORT, args: ['--drain-seconds=0', ...args] });
  const objects = baseObjects();
  for (const object of objects) await mustSucceed(client.create(object, { fieldValidation: 'Strict' }));
  await exposeLoopback(client, { ...NAME, port: PORT });
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
async function untilCalled(client: ApiClient): Promise<void> {
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
