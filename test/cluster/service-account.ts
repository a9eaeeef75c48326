// A kubeconfig with the token of a ServiceAccount, so that what runs under it may do what RBAC says and nothing else.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiClient, mustSucceed } from './api-client.ts';
import type { TestCluster } from './test-cluster.ts';

interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

const HOUR_SECONDS = 3600;

export async function serviceAccountToken(
  client: ApiClient,
  { namespace, name }: ServiceAccountName,
  expirationSeconds = HOUR_SECONDS,
): Promise<string> {
  const { body } = await mustSucceed(
    client.request({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds } },
    }),
  );
  return (body as { readonly status: { readonly token: string } }).status.token;
}

/** @returns the path of the kubeconfig, in the directory of the control plane */
export async function serviceAccountKubeconfig(
  { client, controlPlane }: TestCluster,
  { namespace, name }: ServiceAccountName,
  expirationSeconds = HOUR_SECONDS,
): Promise<string> {
  const token = await serviceAccountToken(client, { namespace, name }, expirationSeconds);
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
