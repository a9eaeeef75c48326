// Creates objects through an API server, on connections that stay open, as many at a time as it takes without queueing.
import { Agent, request } from 'node:https';
import { collectionPath } from '../../test/cluster/api-paths.ts';
import type { ControlPlane } from '../../test/cluster/control-plane.ts';
import type { Manifest } from './objects.ts';

const AT_A_TIME = 32;

/** @throws Error with the API server's answer to the first that it refuses */
export async function createAll(
  { url, caPem, adminCert, adminKey }: ControlPlane,
  all: readonly Manifest[],
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_A_TIME, ca: caPem, cert: adminCert, key: adminKey });
  const queue = all.values();
  const work = async (): Promise<void> => {
    for (const object of queue) await create(agent, url, object);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  agent.destroy();
}

function create(agent: Agent, url: string, object: Manifest): Promise<void> {
  // kubectl's name is written into managedFields, as on most objects of a real cluster.
  const target = new URL(`${collectionPath(object)}?fieldManager=kubectl-client-side-apply`, url);
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const outgoing = request(target, { agent, method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 201) resolve();
        else reject(new Error(`${target.pathname}: ${response.statusCode} ${Buffer.concat(chunks).toString('utf8')}`));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify(object));
  });
}
