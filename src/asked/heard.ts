// What was asked of a running Pod and what was heard, before anybody judges it. Text of the app is in here as it came, within
// bounds: whoever prints it makes it plain.

export type BackendProtocol = 'HTTP' | 'HTTPS' | 'HTTP2';

/** As Google's health check asks it. */
export interface Question {
  readonly protocol: BackendProtocol;
  /** Of the Pod. */
  readonly port: number;
  readonly path: string;
  /** The Host header. */
  readonly host: string;
  readonly timeoutSec: number;
}

export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly location: string | undefined;
  /** The first line of a body in text, cut; "" for none. */
  readonly says: string;
}

/**
 * What stood in place of an answer.
 * - `timeout`, `closed`, `not-http`, `tls`, `no-h2`: of the app
 * - `refused`: nothing listens there on the Pod's loopback
 * - `forbidden`, `forward`: the way to the Pod
 * - `unwritable`: the request cannot be written as HTTP
 */
export type SilenceWhy =
  | 'timeout'
  | 'closed'
  | 'not-http'
  | 'tls'
  | 'no-h2'
  | 'refused'
  | 'forbidden'
  | 'forward'
  | 'unwritable';

export interface Silence {
  readonly kind: 'silence';
  readonly why: SilenceWhy;
  /** In the words of whoever said it; "" for none. */
  readonly detail: string;
}

export type Heard = Answer | Silence;

/** A readiness probe of the Pod, as the kubelet sends it. */
export interface KubeletQuestion {
  readonly scheme: 'HTTP' | 'HTTPS';
  readonly port: number;
  readonly path: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly timeoutSec: number;
}

/** `warning` is a success to the kubelet: a redirect that it does not follow. */
export type KubeletResult = 'success' | 'warning' | 'failure' | 'unknown';

export interface KubeletHeard {
  /** In order; the last one decided. */
  readonly hops: readonly Heard[];
  readonly result: KubeletResult;
  /** Of the last one that was asked. */
  readonly port: number;
}

export function silence(why: SilenceWhy, detail = ''): Silence {
  return { kind: 'silence', why, detail };
}
