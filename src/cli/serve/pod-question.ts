// One Pod asked by the asker: the proof of its address right before, the request, and what is kept of the answer.
import type { Logger } from 'pino';
import { ApiError, type ClusterConnection } from '../../cluster/api/connection.ts';
import { askAsGoogle } from '../../cluster/asking/ask-pod.ts';
import { configMapChangedAtMs, nodeAddresses, podsAt } from '../../cluster/asking/cluster-pods.ts';
import { dialPod } from '../../cluster/asking/dial-pod.ts';
import { atSecond, type Candidate, learnedFrom } from '../../learned/candidates.ts';
import type { Learned } from '../../learned/learned.ts';
import { type NotAsked, whyAddressNotAsked } from '../../learned/may-ask.ts';
import type { NodeAddresses } from '../../learned/pod-address.ts';
import { configMapsOf } from '../../learned/settings.ts';
import type { AskerMetrics } from '../../server/asker-metrics.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/** From the first packet to the last; a check that waits less is imitated. */
const LONGEST_SEC = 5;

/** @returns why it may not be asked; undefined where it may be, now */
export async function whyNotAsked(
  { pod, container, known }: Candidate,
  connection: ClusterConnection,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<NotAsked | undefined> {
  const node = await nodeOf(pod.nodeName, connection, signal);
  if (node === undefined) return { reason: 'address', why: 'is on a node that is not there' };
  const why = whyAddressNotAsked(pod, node, await podsAt(connection, pod.address, signal));
  if (why !== undefined) return why;
  for (const name of configMapsOf(container)) {
    if (snapshot.get('ConfigMap', known.namespace, name) === undefined) continue;
    const changedAtMs = await configMapChangedAtMs(connection, known.namespace, name, signal);
    if (changedAtMs === undefined || changedAtMs >= (pod.startedAtMs ?? 0)) {
      return {
        reason: 'settings-changed',
        why: `may have started before ConfigMap ${JSON.stringify(name)} became what it is`,
      };
    }
  }
  return undefined;
}

/** Whoever makes a Pod may name any node. */
async function nodeOf(
  name: string,
  connection: ClusterConnection,
  signal: AbortSignal,
): Promise<NodeAddresses | undefined> {
  try {
    return await nodeAddresses(connection, name, signal);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** @returns undefined for what says nothing of the app */
export async function askPod(
  candidate: Candidate,
  service: string,
  { logger, metrics }: { readonly logger: Pick<Logger, 'info'>; readonly metrics: Pick<AskerMetrics, 'asked'> },
): Promise<Learned | undefined> {
  const { pod, known, question } = candidate;
  const timeoutSec = Math.min(question.timeoutSec, LONGEST_SEC);
  const heard = await askAsGoogle(dialPod(pod.address, timeoutSec * 1000), { ...question, timeoutSec });
  const learned = learnedFrom(candidate, heard, atSecond(Date.now()));
  metrics.asked(learned !== undefined ? 'learned' : heard.kind === 'answer' ? 'not-kept' : heard.why);
  const { namespace, name } = pod.object.metadata;
  const said = heard.kind === 'answer' ? { status: heard.status, scheme: learned?.scheme } : { silence: heard.why };
  const asked = {
    address: pod.address,
    protocol: known.protocol,
    port: known.port,
    path: known.path,
    digest: known.digest,
  };
  logger.info({ namespace, pod: name, service, ...asked, ...said, learned: learned !== undefined }, 'asked a Pod');
  return learned;
}
