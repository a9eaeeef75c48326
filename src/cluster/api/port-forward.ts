// One connection to a port of a Pod through the API server and the kubelet, as `kubectl port-forward` makes it: with the rights of
// whoever asks, and to the Pod's own loopback.
import { Duplex, PassThrough, Writable } from 'node:stream';
import { systemReason } from '../../system-reason.ts';
import { DialError } from '../asking/dial.ts';
import { type KubeConfig, WebSocketHandler } from '../bundled/kubernetes-client.ts';

export interface ForwardedPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** For the API server and the kubelet; the app's own time begins afterwards. */
const HANDSHAKE_MS = 10_000;
/** The kubelet sends what it reads at once, in tens of KiB. */
const MAX_FRAME_BYTES = 1024 * 1024;
const MAX_ERROR_BYTES = 1024;

/** @throws DialError, at once or as the error of the stream */
export async function forwardPort(config: KubeConfig, { namespace, pod, port }: ForwardedPort): Promise<Duplex> {
  const input = new PassThrough();
  const socketToClose: { close?: () => void } = {};
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk, _encoding, done) => void input.write(chunk, done),
    destroy: (error, done) => {
      socketToClose.close?.();
      input.destroy();
      done(error);
    },
  });
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      if (!stream.destroyed) stream.push(chunk);
      done();
    },
  });
  // It is empty, but for the port, until something is wrong.
  const errors = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (chunk.length > 0) stream.destroy(forwardError(chunk.subarray(0, MAX_ERROR_BYTES).toString('utf8')));
      done();
    },
  });
  try {
    const socket = await openSocket(patient(config), { namespace, pod, port }, { output, errors });
    if (!isSocket(socket)) throw new DialError('forward', 'the library gave no socket');
    WebSocketHandler.handleStandardInput(socket, input, CHANNELS.data);
    socketToClose.close = () => socket.terminate();
    socket.addEventListener('close', () => {
      if (!stream.destroyed) stream.push(null);
    });
    if (stream.destroyed) socket.terminate();
  } catch (cause) {
    stream.destroy();
    throw cause instanceof DialError ? cause : refusal(cause);
  }
  return stream;
}

/** Of the one port; the first frame of each names the port once more, in two bytes. */
const CHANNELS = { data: 0, error: 1 } as const;
const PORT_BYTES = 2;

interface Channels {
  readonly output: Writable;
  readonly errors: Writable;
}

function openSocket(
  config: KubeConfig,
  { namespace, pod, port }: ForwardedPort,
  { output, errors }: Channels,
): Promise<unknown> {
  const [inNamespace, ofPod] = [namespace, pod].map(encodeURIComponent);
  const path = `/api/v1/namespaces/${inNamespace}/pods/${ofPod}/portforward?ports=${port}`;
  const begun = new Set<number>();
  return new WebSocketHandler(config).connect(path, null, (channel, bytes) => {
    const content = begun.has(channel) ? bytes : bytes.subarray(PORT_BYTES);
    begun.add(channel);
    if (channel === CHANNELS.data) output.write(content);
    else if (channel === CHANNELS.error) errors.write(content);
    // Another channel is none that was asked for: the connection is closed.
    return channel === CHANNELS.data || channel === CHANNELS.error;
  });
}

interface Socket {
  terminate(): void;
  addEventListener(event: 'close', listener: () => void): void;
}

function isSocket(value: unknown): value is Socket {
  return typeof value === 'object' && value !== null && 'terminate' in value && 'addEventListener' in value;
}

/** The library sets no limits to its socket; what it hands the socket comes from here. */
function patient(config: KubeConfig): KubeConfig {
  const patientConfig: KubeConfig = Object.create(config);
  patientConfig.applyToHTTPSOptions = async (options) => {
    await config.applyToHTTPSOptions(options);
    Object.assign(options, { handshakeTimeout: HANDSHAKE_MS, maxPayload: MAX_FRAME_BYTES });
  };
  return patientConfig;
}

/** In the words of the container runtime, which wraps them in many others: containerd and CRI-O dial localhost. */
function forwardError(text: string): DialError {
  const isRefused = /connection refused/i.test(text);
  return new DialError(isRefused ? 'refused' : 'forward', isRefused ? '' : text);
}

/** The library rejects with the event of its socket, in which the status is in words. */
function refusal(cause: unknown): DialError {
  const isObject = typeof cause === 'object' && cause !== null;
  const inner = isObject && 'error' in cause ? cause.error : cause;
  const message = isObject && 'message' in cause ? String(cause.message) : systemReason(inner);
  const status = /^Unexpected server response: (\d{3})$/.exec(message)?.[1];
  if (status === '403') return new DialError('forbidden', '', { cause });
  if (status !== undefined) return new DialError('forward', `the API server answers ${status}`, { cause });
  if (/handshake has timed out/.test(message)) {
    return new DialError('forward', `no connection within ${HANDSHAKE_MS / 1000} s`, { cause });
  }
  return new DialError('forward', systemReason(inner instanceof Error ? inner : message), { cause });
}
