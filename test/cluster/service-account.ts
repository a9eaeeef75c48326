// A kubeconfig with the token of a ServiceAccount, so that what runs under it may do what RBAC says and nothing else.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustSucceed } from './api-client.ts';
import type { TestCluster } from './test-cluster.ts';

/** @returns the path of the kubeconfig, in the directory of the control plane */
export async function serviceAccountKubeconfig(
  { client, controlPlane }: TestCluster,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<string> {
  const { body } = await mustSucceed(
    client.request({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
    }),
  );
  const { token } = (body as { readonly status: { readonly token: string } }).status;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'test',
        cluster: {
          server: controlPlane.url,
          'certificate-authority-data': Buffer.from(controlPlane.caPem).toString('base64'),
        },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: 'test', user: name, namespace } }],
    'current-context': name,
  };
  const path = join(controlPlane.dir, `${namespace}-${name}.kubeconfig`);
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}
