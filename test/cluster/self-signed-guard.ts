// Replicas of the guard with `serve --self-signed`, those that keep its certificate, and a stand-in for kube-proxy before them: connections go to those
// that are ready.
import { once } from 'node:events';
import { get } from 'node:http';
import { connect, createServer, type Server } from 'node:net';
import { startLogging, startServing } from '../support/guard-process.ts';

export type LogLine = Readonly<Record<string, unknown>>;

export interface Replica {
  readonly webhookPort: number;
  readonly log: readonly LogLine[];
  /** What /readyz answers, or "" where nothing does. */
  readiness(): Promise<string>;
  /** @returns its exit code, or null after SIGKILL */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/**
 * @param args those of the Deployment; what is added is what differs on one machine: addresses, ports, credentials
 * @throws {Error} with what it wrote where it ends before it serves
 */
export async function startReplica(args: readonly string[], kubeconfig: string): Promise<Replica> {
  const words = [
    ...args,
    '--bind-address=127.0.0.1',
    '--port=0',
    '--health-port=0',
    '--drain-seconds=0',
    `--kubeconfig=${kubeconfig}`,
    '--no-gke-api',
  ];
  const { webhookPort, healthPort, log, stop } = await startServing(words);
  return {
    webhookPort,
    log,
    readiness: () => textAt(healthPort, '/readyz'),
    end: async (signal) => (await stop(signal)).code,
  };
}

/** A Pod of `keep-certificate`. */
export interface KeeperProcess {
  readonly log: readonly LogLine[];
  /** @returns its exit code, or null after SIGKILL */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/**
 * @param args those of its Deployment
 * @throws {Error} with what it wrote where it ends before it runs
 */
export async function startKeeper(args: readonly string[], kubeconfig: string): Promise<KeeperProcess> {
  const isRunning = ({ msg }: LogLine): boolean => msg === 'keeping the certificate';
  const { log, stop } = await startLogging([...args, `--kubeconfig=${kubeconfig}`], isRunning);
  return { log, end: async (signal) => (await stop(signal)).code };
}

function textAt(port: number, path: string): Promise<string> {
  return new Promise((resolve) => {
    const asked = get({ host: '127.0.0.1', port, path, agent: false, timeout: 5000 }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve(text));
      response.on('error', () => resolve(''));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(''));
  });
}

export interface Balancer {
  close(): Promise<void>;
}

/** @param replicas those that there are now */
export async function startBalancer(
  address: string,
  port: number,
  replicas: () => readonly Replica[],
): Promise<Balancer> {
  let turn = 0;
  const server: Server = createServer(async (client) => {
    client.on('error', () => client.destroy());
    const ready: Replica[] = [];
    for (const replica of replicas()) if ((await replica.readiness()) === 'ok\n') ready.push(replica);
    turn += 1;
    const chosen = ready[turn % ready.length];
    if (chosen === undefined) {
      client.destroy();
      return;
    }
    const upstream = connect(chosen.webhookPort, '127.0.0.1');
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  });
  server.listen(port, address);
  await once(server, 'listening');
  return {
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
