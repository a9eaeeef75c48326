// Clients that mean harm, on real TLS connections, and what is watched meanwhile: health, legal reviews, memory.
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { connect } from 'node:tls';
import { Worker } from 'node:worker_threads';
import type { BystanderData, Seen } from './bystander.ts';
import type { GuardProcess } from './guard-process.ts';
import { ingress, type RawObject } from './objects.ts';
import { reviewOf } from './reviews.ts';

/** The largest that there are. */
export const STALLED_BODY_BYTES = 7 * 1024 * 1024;

/** What `deploy/base` limits the Pod to. */
export const MEMORY_LIMIT_MIB = 512;

/**
 * The flags of the image's ENTRYPOINT, and the heap that V8 takes by itself in the container of `deploy/base` (half of its memory:
 * Heap::HeapSizeFromPhysicalMemory), since a test has no container.
 */
export const IMAGE_FLAGS: readonly string[] = [...entrypointFlags(), `--max-old-space-size=${MEMORY_LIMIT_MIB / 2}`];

function entrypointFlags(): readonly string[] {
  const dockerfile = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');
  const words: readonly string[] = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]');
  return words.filter((word) => word.startsWith('--'));
}

export interface Attackers {
  readonly sockets: readonly Socket[];
  end(): void;
}

/** Opens connections and then does something on all of them at once. Those that are refused or ended are no error. */
export async function attack(guard: GuardProcess, count: number, act: (socket: Socket) => void): Promise<Attackers> {
  const sockets: Socket[] = [];
  const open = (): Promise<void> =>
    new Promise((resolve) => {
      const options = { host: guard.address, port: guard.webhookPort, ca: guard.caPem, servername: 'localhost' };
      const socket = connect(options, resolve);
      sockets.push(socket);
      socket.on('error', () => resolve()).on('close', () => resolve());
    });
  const lanes = Array.from({ length: 32 }, async (_, lane) => {
    for (let index = lane; index < count; index += 32) await open();
  });
  await Promise.all(lanes);
  for (const socket of sockets) if (!socket.destroyed) act(socket);
  const end = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return { sockets, end };
}

export function head(length: number, path = '/validate?timeout=10s'): string {
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
}

/** An update of two objects of half the size each. */
export function largeUpdate(bytes: number): string {
  const half = (note: string): RawObject => ingress({ class: 'gce', annotations: { note: note.repeat(bytes / 2) } });
  return JSON.stringify(reviewOf(half('b'), { uid: 'large', old: half('a') }));
}

/** An Ingress with so many faults that its denial is as long as denials get. */
export function faultyIngress(paths: number): string {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const all = Array.from({ length: paths }, (_, at) => ({ path: `/${at}/*`, pathType: 'Prefix', backend }));
  return JSON.stringify(
    reviewOf(ingress({ class: 'gce', spec: { rules: [{ http: { paths: all } }] } }), { uid: 'faulty' }),
  );
}

/** Of a process, since its start. */
export function peakMiB(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** What somebody else sees of the guard until the task is over. */
export async function watchDuring(guard: GuardProcess, task: () => Promise<void>): Promise<Seen> {
  const { address, webhookPort, healthPort, caPem } = guard;
  const data: BystanderData = { address, webhookPort, healthPort, caPem };
  const bystander = new Worker(new URL('./bystander.ts', import.meta.url), { workerData: data, execArgv: [] });
  const said = new Promise<Seen>((resolve, reject) => bystander.once('message', resolve).once('error', reject));
  await task();
  bystander.postMessage('it is over');
  return said;
}
