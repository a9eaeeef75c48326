// What the threads of health and of admissions say to each other.
import type { MetricsText } from './health.ts';
import type { Address } from './listen.ts';

export interface HealthThreadData {
  readonly address: Address;
  /** One Int32 that the thread of admissions counts up while its event loop turns, every BEAT_MS. */
  readonly beat: SharedArrayBuffer;
}

export const BEAT_MS = 250;

export type FromHealthThread =
  | { readonly kind: 'listening'; readonly address: Address }
  /** Why it cannot listen, as a detail of port-unavailable. */
  | { readonly kind: 'failed'; readonly detail: string }
  | { readonly kind: 'ask'; readonly what: 'readiness' | 'metrics' };

export type ToHealthThread =
  | { readonly kind: 'readiness'; readonly reason: string | undefined }
  | { readonly kind: 'metrics'; readonly metrics: MetricsText }
  | { readonly kind: 'close' };
