// What has to be written next, from what is stored. So a leader that dies at any point leaves a state from which the next
// one goes on; all that it has to see for itself is how long a certificate has been there.
//
// The order in which trust never breaks: a new authority is written beside the old one; every caBundle gets both; only
// then is a certificate of the new authority written; the old one leaves when nobody can be serving what it signed.
import type { X509Certificate } from 'node:crypto';
import { answersTo, certificatesOf, isIssuedBy, isValidAt, pemOf, readAuthority, readPair } from './pem.ts';
import { bundlesOf, type ConfigurationKind, type State, type StoredSecret, type StoredWebhook } from './state.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export interface Durations {
  readonly authorityMs: number;
  readonly servingMs: number;
  /** How long an authority stays trusted after nothing new is signed with it. */
  readonly overlapMs: number;
  /** A certificate that was seen in the Secret for this long is served by every replica that can read. */
  readonly lagMs: number;
}

export const DURATIONS: Durations = {
  // Rotated after two thirds, that is every eight months: a rotation that runs for the first time after ten years is one
  // that nobody has seen work. What is left then is longer than any certificate that it signed.
  authorityMs: 365 * DAY_MS,
  // Renewed after two thirds: a month in which somebody can see that renewal fails.
  servingMs: 90 * DAY_MS,
  // A replica takes up a new pair within seconds; one that has been cut off from the API server for a day is still
  // trusted. It costs nothing: the key of the old authority is gone by then.
  overlapMs: DAY_MS,
  lagMs: MINUTE_MS,
};

/** More than rotations can leave; a tool that writes a new authority into a caBundle every minute must not fill the Secret. */
const MAX_PREVIOUS = 5;

export type Step =
  /** A new authority; `previous` are those that stay trusted beside it. */
  | { readonly do: 'make-authority'; readonly previous: string; readonly because: string }
  /** Notes these as trusted for the overlap. */
  | { readonly do: 'keep-previous'; readonly previous: string; readonly because: string }
  | {
      readonly do: 'write-bundle';
      readonly kind: ConfigurationKind;
      readonly resourceVersion: string;
      readonly webhooks: readonly StoredWebhook[];
      readonly bundle: string;
    }
  /** A new serving certificate of the authority that is there. */
  | { readonly do: 'make-serving'; readonly because: string; readonly hasPrevious: boolean }
  | { readonly do: 'drop-previous' }
  | { readonly do: 'nothing' };

export interface StepOptions {
  readonly nowMs: number;
  /** Since when the serving certificate has been seen in the Secret; its own dates would be wrong after a backup came back. */
  readonly servingSeenMs: number;
  readonly dnsNames: readonly string[];
  readonly durations: Durations;
}

export function nextStep(state: State, options: StepOptions): Step {
  const { secret } = state;
  if (secret === undefined) return { do: 'nothing' };
  const { nowMs } = options;
  const bundles = bundlesOf(state).map(certificatesOf);
  const previous = unexpired(certificatesOf(secret.previous), nowMs);
  const authority = readAuthority(secret.authority)?.certificate;
  const authorityFault = faultOfAuthority(authority, nowMs);
  if (authority === undefined || authorityFault !== undefined) {
    const stored = certificatesOf(secret.authority.cert);
    // What the caBundles trust is what the replicas serve, whatever has become of the Secret.
    const trusted = unexpired([...stored, ...previous, ...bundles.flat()], nowMs);
    return { do: 'make-authority', previous: textOf(trusted), because: authorityFault ?? 'it cannot be used' };
  }
  const servingFault = faultOfServing(secret, authority, options);
  const isTakenUp = servingFault === undefined && nowMs >= options.servingSeenMs + options.durations.lagMs;
  const step =
    stepOfPrevious(secret, { authority, previous, bundles, isTakenUp, nowMs }) ??
    stepOfBundles(state, [authority, ...previous]);
  if (step !== undefined) return step;
  if (servingFault !== undefined) {
    return { do: 'make-serving', because: servingFault, hasPrevious: previous.length > 0 };
  }
  const isOver = previous.length === 0 || nowMs >= secret.previousUntilMs;
  return secret.previous !== '' && isTakenUp && isOver ? { do: 'drop-previous' } : { do: 'nothing' };
}

interface Trust {
  readonly authority: X509Certificate;
  readonly previous: readonly X509Certificate[];
  /** Of each webhook. */
  readonly bundles: readonly (readonly X509Certificate[])[];
  /** Every replica serves the certificate of the Secret. */
  readonly isTakenUp: boolean;
  readonly nowMs: number;
}

/**
 * An authority that is in a caBundle and not in the Secret may be what somebody serves by: the Secret was emptied, or
 * brought back from a backup, or the certificates came from elsewhere until now. It stays for the overlap.
 */
function stepOfPrevious(secret: StoredSecret, trust: Trust): Step | undefined {
  const { authority, previous, bundles, isTakenUp, nowMs } = trust;
  const known = [authority, ...previous];
  const strangers = bundles.flatMap((bundle) =>
    isTakenUp && isAmong(authority, bundle) ? [] : bundle.filter((one) => !isAmong(one, known)),
  );
  const all = textOf([...previous, ...unexpired(strangers, nowMs)]);
  const isNew = certificatesOf(all).some((one) => !isAmong(one, known));
  if (isNew) return { do: 'keep-previous', previous: all, because: 'a caBundle trusts it' };
  if (previous.length === 0 || !Number.isNaN(secret.previousUntilMs)) return undefined;
  return { do: 'keep-previous', previous: all, because: 'nothing says for how long' };
}

function stepOfBundles({ configurations }: State, trusted: readonly X509Certificate[]): Step | undefined {
  for (const { kind, resourceVersion, webhooks } of configurations) {
    const wrong = webhooks.filter(({ bundle }) => !isSameSet(certificatesOf(bundle), trusted));
    if (wrong.length > 0) {
      return { do: 'write-bundle', kind, resourceVersion, webhooks: wrong, bundle: pemOf(trusted) };
    }
  }
  return undefined;
}

function faultOfAuthority(authority: X509Certificate | undefined, nowMs: number): string | undefined {
  if (authority === undefined) return 'there is none that can sign';
  if (!isValidAt(authority, nowMs)) return 'it is not valid now';
  return isDue(authority, nowMs) ? 'two thirds of its time are over' : undefined;
}

function faultOfServing(
  { serving }: StoredSecret,
  authority: X509Certificate,
  { nowMs, dnsNames }: StepOptions,
): string | undefined {
  const pair = readPair(serving);
  if (pair === undefined) return 'there is none that can be served with';
  const { certificate } = pair;
  if (!isIssuedBy(certificate, authority)) return 'it is not of the current authority';
  if (!answersTo(certificate, dnsNames)) return `it does not answer to ${dnsNames.join(' and ')}`;
  if (!isValidAt(certificate, nowMs)) return 'it is not valid now';
  return isDue(certificate, nowMs) ? 'two thirds of its time are over' : undefined;
}

function isDue({ validFromDate, validToDate }: X509Certificate, nowMs: number): boolean {
  const from = validFromDate.getTime();
  return nowMs >= from + ((validToDate.getTime() - from) * 2) / 3;
}

function unexpired(certificates: readonly X509Certificate[], nowMs: number): readonly X509Certificate[] {
  return certificates.filter(({ validToDate }) => nowMs < validToDate.getTime());
}

/** Each once, the latest that there is room for. */
function textOf(certificates: readonly X509Certificate[]): string {
  const each = certificatesOf(pemOf(certificates));
  return pemOf(each.toSorted((a, b) => b.validFromDate.getTime() - a.validFromDate.getTime()).slice(0, MAX_PREVIOUS));
}

function isAmong({ fingerprint256 }: X509Certificate, certificates: readonly X509Certificate[]): boolean {
  return certificates.some((one) => one.fingerprint256 === fingerprint256);
}

function isSameSet(some: readonly X509Certificate[], others: readonly X509Certificate[]): boolean {
  return some.length === others.length && some.every((one) => isAmong(one, others));
}
