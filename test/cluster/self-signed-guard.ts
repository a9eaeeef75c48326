// Replicas of the guard with `serve --self-signed`, and a stand-in for kube-proxy before them: connections go to those
// that are ready.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export type LogLine = Readonly<Record<string, unknown>>;

export interface Replica {
  readonly webhookPort: number;
  readonly log: readonly LogLine[];
  /** What /readyz answers, or "" where nothing does. */
  readiness(): Promise<string>;
  /** @returns its exit code, or null after SIGKILL */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** @throws {Error} with what it wrote where it ends before it serves */
export async function startReplica(kubeconfig: string): Promise<Replica> {
  const words = [
    'serve',
    '--self-signed',
    '--bind-address=127.0.0.1',
    '--port=0',
    '--health-port=0',
    '--drain-seconds=0',
  ];
  const child = spawn(process.execPath, [MAIN, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, KUBECONFIG: kubeconfig },
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'close').then(([code]) => {
    process.off('exit', kill);
    return code as number | null; // of the event "close"
  });
  const log: LogLine[] = [];
  const { webhook, health } = await serving(child, log);
  return {
    webhookPort: webhook,
    log,
    readiness: () => textAt(health, '/readyz'),
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

function serving(child: ChildProcess, log: LogLine[]): Promise<{ readonly webhook: number; readonly health: number }> {
  return new Promise((resolve, reject) => {
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('exit', () => reject(new Error(`the guard ended before it served: ${stderr}`)));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      // Every line of the guard's log is one JSON object.
      const entry = JSON.parse(line) as LogLine & Readonly<Record<'webhook' | 'health', { readonly port: number }>>;
      log.push(entry);
      if (entry['msg'] === 'serving') resolve({ webhook: entry.webhook.port, health: entry.health.port });
    });
  });
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
  readonly port: number;
  close(): Promise<void>;
}

/** @param replicas those that there are now */
export async function startBalancer(replicas: () => readonly Replica[]): Promise<Balancer> {
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
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP listener
  return {
    port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
