// Which pair a replica serves with: that of the Secret, but not before the API server trusts it.
import { BACKDATED_MS } from './issue.ts';
import { answersTo, certificatesOf, isTrustedBy, isValidAt, type ReadPair, readPair } from './pem.ts';
import { bundlesOf, type State } from './state.ts';

/**
 * Reading shows what is stored; each API server takes up a changed caBundle a moment later. So a pair is served when its
 * trust has been seen for this long.
 */
export const SETTLE_MS = 4000;

/** What a replica remembers from one look to the next. */
export interface Served {
  readonly pair: ReadPair | undefined;
  /** Whether every caBundle trusted it, ever: what comes later no Pod can fix by leaving. */
  readonly isReady: boolean;
  /** A pair that is about to be taken up, and since when it has been seen trusted. */
  readonly candidate: { readonly fingerprint: string; readonly trustedSinceMs: number } | undefined;
}

export const NOTHING_SERVED: Served = { pair: undefined, isReady: false, candidate: undefined };

export interface ChooseOptions {
  readonly nowMs: number;
  readonly dnsNames: readonly string[];
  readonly settleMs: number;
}

export function choosePair(state: State, served: Served, options: ChooseOptions): Served {
  const { nowMs, settleMs } = options;
  const isTrusted = trustOf(state, nowMs);
  const stored = usable(state, options);
  const isServed = stored?.cert === served.pair?.cert;
  if (stored === undefined || (isServed && served.isReady)) return { ...served, candidate: undefined };
  if (!isTrusted(stored)) {
    const isCurrentTrusted = served.pair !== undefined && isTrusted(served.pair);
    // With nothing to lose, what will be trusted soonest is served.
    return { ...served, pair: isCurrentTrusted ? served.pair : stored, candidate: undefined };
  }
  const fingerprint = stored.certificate.fingerprint256;
  const isSameCandidate = served.candidate?.fingerprint === fingerprint;
  // A clock that was set back would make the wait as long as that.
  const trustedSinceMs = Math.min(isSameCandidate ? (served.candidate?.trustedSinceMs ?? nowMs) : nowMs, nowMs);
  // It was made when every caBundle trusted its authority already, so a replica that starts later need not wait.
  const isOld =
    served.pair === undefined && nowMs >= stored.certificate.validFromDate.getTime() + BACKDATED_MS + settleMs;
  if (isOld || nowMs >= trustedSinceMs + settleMs) return { pair: stored, isReady: true, candidate: undefined };
  return { ...served, candidate: { fingerprint, trustedSinceMs } };
}

/** Why a replica that was never trusted is not ready. */
export function whyUntrusted(state: State, { nowMs, dnsNames }: ChooseOptions, secret: string): string {
  const stored = usable(state, { nowMs, dnsNames });
  if (state.secret === undefined) return `there is no Secret ${secret}`;
  if (stored === undefined)
    return `the Secret ${secret} has no certificate that can be served with yet; does keep-certificate run?`;
  if (bundlesOf(state).length === 0) return 'no webhook configuration calls this Service; is deploy/base applied?';
  if (!trustOf(state, nowMs)(stored)) return 'a caBundle does not trust the certificate yet';
  return 'the API server is about to take up the caBundle';
}

function usable(
  { secret }: State,
  { nowMs, dnsNames }: Pick<ChooseOptions, 'nowMs' | 'dnsNames'>,
): ReadPair | undefined {
  const pair = secret === undefined ? undefined : readPair(secret.serving);
  const isUsable = pair !== undefined && isValidAt(pair.certificate, nowMs) && answersTo(pair.certificate, dnsNames);
  return isUsable ? pair : undefined;
}

function trustOf(state: State, nowMs: number): (pair: ReadPair) => boolean {
  const bundles = bundlesOf(state).map(certificatesOf);
  return ({ certificate }) => bundles.length > 0 && bundles.every((bundle) => isTrustedBy(certificate, bundle, nowMs));
}
