// What a Service is to the API server: one address, behind which connections go to the replicas that are ready in turn. A
// replica leaves when /readyz fails, and comes back when it does not.
//
// It is kinder than kube-proxy in one thing: where a replica refuses a connection, the next one is asked. So what fails here
// had reached a replica.
import { Worker } from 'node:worker_threads';
import type { BalancerData, FromBalancer, ToBalancer } from './balancer-thread.ts';
import { waitFor } from './wait-for.ts';

interface Endpoint {
  readonly webhookPort: number;
  readonly healthPort: number;
  readonly pid: number;
}

export interface Balancer {
  /** Resolves once it is ready and gets connections. */
  add(replica: Endpoint): Promise<void>;
  untilOut(replica: Endpoint): Promise<void>;
  /** Does not probe it any more. */
  forget(replica: Endpoint): void;
  /** SIGKILL at the moment at which something has been sent to it. Resolves when that was done. */
  killInFlight(replica: Endpoint): Promise<void>;
  /** How many connections the replica has got, and how many of them ended with a call that was not answered. */
  seen(replica: Endpoint): { readonly connections: number; readonly cut: number };
  /** How many connections came while no replica was ready. */
  nowhere(): number;
  close(): Promise<void>;
}

export async function startBalancer(address: string, port: number): Promise<Balancer> {
  const data: BalancerData = { address, port };
  const thread = new Worker(new URL('./balancer-thread.ts', import.meta.url), { workerData: data, execArgv: [] });
  const heard: FromBalancer[] = [];
  let failure: Error | undefined;
  thread.on('message', (message: FromBalancer) => heard.push(message));
  thread.on('error', (error: Error) => {
    failure = error;
  });
  const say = (message: ToBalancer): void => thread.postMessage(message);
  const last = (at: number, kinds: readonly FromBalancer['is'][]): FromBalancer | undefined =>
    heard.findLast((one) => 'port' in one && one.port === at && kinds.includes(one.is));
  const until = async (what: string, isIt: () => boolean): Promise<void> => {
    const ask = async (): Promise<boolean> => {
      if (failure !== undefined) throw failure;
      return isIt();
    };
    await waitFor(what, ask, (is) => is, { timeoutMs: 30_000, intervalMs: 10 });
  };
  await until('the balancer to listen', () => heard.some(({ is }) => is === 'listening'));
  return {
    add: (replica) => {
      say({ do: 'add', port: replica.webhookPort, healthPort: replica.healthPort });
      return until('a replica to be in', () => last(replica.webhookPort, ['in', 'out'])?.is === 'in');
    },
    untilOut: (replica) => until('a replica to be out', () => last(replica.webhookPort, ['in', 'out'])?.is === 'out'),
    forget: (replica) => say({ do: 'forget', port: replica.webhookPort }),
    killInFlight: ({ webhookPort, pid }) => {
      say({ do: 'kill', port: webhookPort, pid });
      return until('something to be sent to the replica', () => last(webhookPort, ['killed']) !== undefined);
    },
    seen: ({ webhookPort }) => {
      const count = (kind: FromBalancer['is']): number =>
        heard.filter((one) => 'port' in one && one.port === webhookPort && one.is === kind).length;
      return { connections: count('connected'), cut: count('cut') };
    },
    nowhere: () => heard.filter(({ is }) => is === 'nowhere').length,
    close: async () => {
      await thread.terminate();
    },
  };
}
