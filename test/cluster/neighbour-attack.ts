// Somebody keeps the guard busy with large Ingresses in a namespace of his own, and somebody else tries meanwhile to store
// what the guard refuses, in another one.
import { watchDuring } from '../support/attacks.ts';
import type { Seen } from '../support/bystander.ts';
import type { GuardProcess } from '../support/guard-process.ts';
import { ingress } from '../support/objects.ts';
import type { ApiClient, KubeObject } from './api-client.ts';

const CLIENTS = 10;

/** Some 335 kB. */
const PATHS = 4000;

export interface Outcome {
  /** Answers of the API server to the large Ingresses, by status. */
  readonly large: Readonly<Record<number, number>>;
  /** … to the forbidden ones. */
  readonly forbidden: Readonly<Record<number, number>>;
  readonly slowestForbiddenMs: number;
  /** Names of those that were stored. */
  readonly stored: readonly string[];
  /** By somebody with a thread of his own, who probes health and asks the guard itself. */
  readonly bystander: Seen;
}

/** @param goesOn asked before each request of the attack, with how many there were */
export async function attackNeighbour(
  client: ApiClient,
  guard: GuardProcess,
  goesOn: (requests: number) => boolean,
): Promise<Outcome> {
  const large: Record<number, number> = {};
  const forbidden: Record<number, number> = {};
  let slowestForbiddenMs = 0;
  let requests = 0;
  const body = largeIngress();
  const attacker = async (): Promise<void> => {
    while (goesOn(requests)) {
      requests += 1;
      count(large, (await client.create(body, { dryRun: true })).status);
    }
  };
  const bystander = await watchDuring(guard, async () => {
    let isOver = false;
    const victim = async (): Promise<void> => {
      for (let number = 0; !isOver; number += 1) {
        const startedMs = performance.now();
        count(forbidden, (await client.create(forbiddenIngress(number))).status);
        slowestForbiddenMs = Math.max(slowestForbiddenMs, performance.now() - startedMs);
      }
    };
    const trying = victim();
    await Promise.all(Array.from({ length: CLIENTS }, attacker));
    isOver = true;
    await trying;
  });
  return { large, forbidden, slowestForbiddenMs, stored: await namesIn(client, 'shop'), bystander };
}

function count(statuses: Record<number, number>, status: number): void {
  statuses[status] = (statuses[status] ?? 0) + 1;
}

/** Every path is a literal one, which the guard has something to say of; none is refused. */
function largeIngress(): KubeObject {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const paths = Array.from({ length: PATHS }, (_, at) => ({
    path: `/p${at}`,
    pathType: 'ImplementationSpecific',
    backend,
  }));
  return object(
    ingress({
      name: 'large',
      namespace: 'evil',
      class: 'gce',
      spec: { rules: [{ host: 'a.example', http: { paths } }] },
    }),
  );
}

/** A GKE class where GKE never reads it, which the shipped policy refuses. */
function forbiddenIngress(number: number): KubeObject {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const spec = { ingressClassName: 'gce', defaultBackend: backend };
  return object(ingress({ name: `forbidden-${number}`, namespace: 'shop', spec }));
}

const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects

async function namesIn(client: ApiClient, namespace: string): Promise<readonly string[]> {
  const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`;
  const { status, body } = await client.request({ method: 'GET', path });
  if (status !== 200) throw new Error(`the API server answered ${status} to a list`);
  const { items } = body as { readonly items: readonly { readonly metadata: { readonly name: string } }[] };
  return items.map(({ metadata }) => metadata.name);
}
