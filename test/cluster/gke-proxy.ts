// What makes the test's API server look like GKE's: a server in front of it that tells another version, and passes all
// else on as the administrator.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, request as send } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAuthority } from '../support/certificates.ts';
import type { ControlPlane } from './control-plane.ts';

export type GkeProxy = {
  /** Path of a kubeconfig whose cluster is named as gcloud names it. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
};

export async function startGkeProxy(
  { url, dir, caPem, adminCert, adminKey }: ControlPlane,
  version: string,
  clusterName: string,
): Promise<GkeProxy> {
  const authority = await createAuthority('a control plane of GKE');
  const { certPem, keyPem } = await authority.issue({ commonName: 'gke', ipAddresses: ['127.0.0.1'] });
  const server = createServer({ cert: certPem, key: keyPem }, (incoming, response) => {
    if (incoming.url === '/version') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ gitVersion: `v${version}` }));
      return;
    }
    const { method, headers } = incoming;
    const target = new URL(incoming.url ?? '/', url);
    const options = { method, headers, ca: caPem, cert: adminCert, key: adminKey };
    const outgoing = send(target, options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const kubeconfig = join(dir, 'gke.kubeconfig');
  const ca = Buffer.from(authority.certPem).toString('base64');
  // YAML, since JSON is.
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: clusterName, cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': ca } },
    ],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: 'nobody' } }],
    users: [{ name: 'nobody', user: {} }],
    'current-context': clusterName,
  };
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  return {
    kubeconfig,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
