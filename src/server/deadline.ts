// How long to wait for a body: what the API server says it waits (`?timeout=10s`), and never longer than we would.

/** With room below the 30 s after which a stalled connection must be gone. */
export const MAX_BODY_MS = 20_000;

const UNITS_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 0.000_001,
};

/** An API server sends all its reviews to one target, so that the last is kept. @returns of a target its deadline, as deadlineOf */
export function createDeadlines(): (target: string) => number {
  let [last, deadlineMs] = ['', MAX_BODY_MS];
  return (target) => {
    if (target !== last) {
      const query = target.includes('?') ? target.slice(target.indexOf('?') + 1) : '';
      deadlineMs = deadlineOf(new URLSearchParams(query).get('timeout') ?? undefined);
      last = target;
    }
    return deadlineMs;
  };
}

/**
 * @param timeout the query parameter as the API server writes it, a Go duration such as 10s, 1m30s or 500ms
 * @returns milliseconds; ours where there is none that can be read
 */
export function deadlineOf(timeout: string | undefined): number {
  const given = timeout === undefined ? undefined : parseDuration(timeout);
  return given === undefined || given <= 0 ? MAX_BODY_MS : Math.min(given, MAX_BODY_MS);
}

function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)) {
    total += Number(amount) * (UNITS_MS[unit ?? ''] ?? 0);
  }
  return total;
}
