// A way to the ports of one Pod, whatever it is made of: the asker itself opens no connection, and so reaches nothing else.
import type { Duplex } from 'node:stream';
import type { SilenceWhy } from '../../asked/heard.ts';

/** @param port of the Pod @throws DialError, at once or as the error of the stream */
export type Dial = (port: number) => Promise<Duplex>;

/** The Pod was not reached. */
export class DialError extends Error {
  readonly why: Extract<SilenceWhy, 'refused' | 'forbidden' | 'forward'>;

  constructor(why: DialError['why'], message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'DialError';
    this.why = why;
  }
}
