// What GitOps controllers are run against: an API server of the tests, and the guard as deploy/base installs it, closed.
import { writeFileSync } from 'node:fs';
import { at } from '../../src/kubernetes/read.ts';
import { type ApiClient, type KubeObject, mustSucceed } from '../cluster/api-client.ts';
import { deployedObjects, deployGuard, factsText } from '../cluster/deployed-guard.ts';
import { startTestCluster, type TestCluster } from '../cluster/test-cluster.ts';
import { waitFor } from '../cluster/wait-for.ts';
import type { GuardProcess } from '../support/guard-process.ts';

export const ADD_ON_OFF = factsText('httpLoadBalancing: disabled\nvpcNative: true');
export const ADD_ON_ON = factsText('httpLoadBalancing: enabled\nvpcNative: true');

export interface GuardedCluster {
  readonly cluster: TestCluster;
  readonly client: ApiClient;
  /** Returns once the guard answers by them. */
  giveFacts(facts: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The add-on is off at first.
 *
 * @param before stores what was there before the guard came
 */
export async function startGuardedCluster(before: (client: ApiClient) => Promise<void>): Promise<GuardedCluster> {
  const cluster = await startTestCluster();
  const { client } = cluster;
  try {
    await before(client);
    const guard = await deployGuard(client, ADD_ON_OFF);
    // A call that fails would let the object pass unseen, and a test that wants it to pass would not notice.
    await closeTheDoor(client);
    return {
      cluster,
      client,
      giveFacts: (facts) => giveFacts(guard, facts),
      stop: async () => {
        await guard.stop();
        await cluster.stop();
      },
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** What tells whether an object was touched; undefined where there is none. */
export async function storedOf(client: ApiClient, ref: KubeObject) {
  const { body, status } = await client.get(ref);
  if (status === 404) return undefined;
  const of = (...path: readonly string[]): unknown => at(body, 'metadata', ...path);
  return { uid: of('uid'), version: of('resourceVersion'), neg: of('annotations', 'cloud.google.com/neg') };
}

async function closeTheDoor(client: ApiClient): Promise<void> {
  const fail = [{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Fail' }];
  for (const one of deployedObjects('MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration')) {
    await mustSucceed(client.patch(one, fail, { type: 'json' }));
  }
}

export async function giveFacts({ log, factsFile }: GuardProcess, facts: string): Promise<void> {
  const seen = log.length;
  writeFileSync(factsFile, facts);
  await waitFor(
    'the guard to take up the facts',
    async () => log.slice(seen).some(({ msg }) => msg === 'took up a change of the facts file'),
    (isTaken) => isTaken,
  );
}
