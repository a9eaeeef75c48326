// The thread of balancer.ts. It has one of its own, as kube-proxy is no part of the client: what keeps the test busy must not
// make a closed connection known late.
import { get } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { UnansweredCall } from './unanswered.ts';

export interface BalancerData {
  readonly address: string;
  readonly port: number;
}

/** A replica is known by the port of its webhook. */
export type ToBalancer =
  | { readonly do: 'add'; readonly port: number; readonly healthPort: number }
  | { readonly do: 'forget'; readonly port: number }
  /** SIGKILL to its process with the next bytes that go to it, so that they are in flight. */
  | { readonly do: 'kill'; readonly port: number; readonly pid: number };

export type FromBalancer =
  | { readonly is: 'listening' }
  | { readonly is: 'in' | 'out' | 'connected' | 'cut' | 'killed'; readonly port: number }
  /** A client came while no replica was in. */
  | { readonly is: 'nowhere' };

interface Replica {
  readonly port: number;
  readonly healthPort: number;
  isIn: boolean;
  pidToKill: number | undefined;
}

const PROBE_EVERY_MS = 100;
const PROBE_TIMEOUT_MS = 1000;
/** failureThreshold, as Kubernetes has it where nobody sets it. */
const PROBE_FAILURES = 3;

const replicas = new Map<number, Replica>();
let turn = 0;

function say(message: FromBalancer): void {
  parentPort?.postMessage(message);
}

function set(replica: Replica, isIn: boolean): void {
  if (replica.isIn === isIn || !replicas.has(replica.port)) return;
  replica.isIn = isIn;
  say({ is: isIn ? 'in' : 'out', port: replica.port });
}

/** Once after the other, for as long as the replica is known. What is slow is asked again, as the kubelet does. */
function probe(replica: Replica, timeouts = 0): void {
  if (!replicas.has(replica.port)) return;
  const again = (count: number): void => void setTimeout(() => probe(replica, count), PROBE_EVERY_MS);
  const seen = (isReady: boolean): void => {
    set(replica, isReady);
    again(0);
  };
  let isLate = false;
  const options = { host: '127.0.0.1', port: replica.healthPort, path: '/readyz', agent: false } as const;
  const request = get({ ...options, timeout: PROBE_TIMEOUT_MS }, (response) => {
    response.resume().on('close', () => seen(response.statusCode === 200));
  });
  request.on('timeout', () => {
    isLate = true;
    request.destroy(new Error('no answer'));
  });
  request.on('error', () => {
    if (isLate && timeouts + 1 < PROBE_FAILURES) again(timeouts + 1);
    else seen(false);
  });
}

/** To the next replica that is in; one that refuses is out until it is seen to be ready. */
function forward(client: Socket): void {
  const ready = [...replicas.values()].filter(({ isIn }) => isIn);
  turn += 1;
  const replica = ready[turn % ready.length];
  if (replica === undefined) {
    say({ is: 'nowhere' });
    client.resetAndDestroy();
    return;
  }
  const upstream = connect({ host: '127.0.0.1', port: replica.port, noDelay: true, allowHalfOpen: true });
  const refused = (): void => {
    set(replica, false);
    forward(client);
  };
  upstream.once('error', refused);
  upstream.once('connect', () => {
    upstream.off('error', refused);
    say({ is: 'connected', port: replica.port });
    join(client, upstream, replica);
  });
}

/** Bytes, ends and resets, each way. */
function join(client: Socket, upstream: Socket, replica: Replica): void {
  const call = new UnansweredCall();
  let isUpstreamGone = false;
  let isCut = false;
  // A connection has one call at a time. What the client sends before it knows of the end is one too.
  const look = (): void => {
    if (isCut || !isUpstreamGone || !call.isThere) return;
    isCut = true;
    say({ is: 'cut', port: replica.port });
  };
  client.on('data', (chunk: Buffer) => {
    call.fromClient(chunk);
    look();
  });
  upstream.on('data', (chunk: Buffer) => call.fromServer(chunk));
  const gone = (): void => {
    isUpstreamGone = true;
    look();
  };
  upstream.once('end', gone).once('error', gone);
  for (const [socket, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    socket.on('error', () => other.resetAndDestroy());
    socket.pipe(other);
  }
  // After pipe has written them.
  client.on('data', () => kill(replica));
}

function kill(replica: Replica): void {
  if (replica.pidToKill === undefined) return;
  process.kill(replica.pidToKill, 'SIGKILL');
  replica.pidToKill = undefined;
  say({ is: 'killed', port: replica.port });
}

// What starts this thread is balancer.ts, so its data is what its type says.
const { address, port } = workerData as BalancerData;
const server = createServer({ pauseOnConnect: true, noDelay: true, allowHalfOpen: true }, (client) => {
  // It may go before there is anything to join it with.
  client.on('error', () => undefined);
  forward(client);
});
server.listen(port, address, () => say({ is: 'listening' }));
parentPort?.on('message', (message: ToBalancer) => {
  if (message.do === 'add') {
    const replica: Replica = { port: message.port, healthPort: message.healthPort, isIn: false, pidToKill: undefined };
    replicas.set(replica.port, replica);
    probe(replica);
  } else if (message.do === 'forget') replicas.delete(message.port);
  else {
    const replica = replicas.get(message.port);
    if (replica !== undefined) replica.pidToKill = message.pid;
  }
});
