// The objects in which Argo CD looks for its settings, as its own manifests have them, and a project that allows everything.
import { type ApiClient, mustSucceed } from '../cluster/api-client.ts';
import { ARGOCD_NAMESPACE } from './argocd-application.ts';

/** It finds them by their labels. */
export async function writeSettings(client: ApiClient): Promise<void> {
  await client.createNamespace(ARGOCD_NAMESPACE);
  const named = (name: string) => ({
    namespace: ARGOCD_NAMESPACE,
    name,
    labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'argocd' },
  });
  const configMaps = [
    'argocd-cm',
    'argocd-rbac-cm',
    'argocd-ssh-known-hosts-cm',
    'argocd-tls-certs-cm',
    'argocd-gpg-keys-cm',
  ];
  for (const name of configMaps) {
    await mustSucceed(client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: named(name) }));
  }
  const stringData = { 'server.secretkey': 'of-this-test-only' };
  await mustSucceed(client.create({ apiVersion: 'v1', kind: 'Secret', metadata: named('argocd-secret'), stringData }));
  const everything = {
    sourceRepos: ['*'],
    destinations: [{ namespace: '*', server: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
  };
  await mustSucceed(
    client.create({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { namespace: ARGOCD_NAMESPACE, name: 'default' },
      spec: everything,
    }),
  );
}
