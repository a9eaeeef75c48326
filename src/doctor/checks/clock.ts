import type { Check } from '../check.ts';

/** More than the second that the Date header is short of, and a slow answer. */
const MAX_SKEW_MS = 30_000;

export const clock: Check = {
  id: 'clock',
  looksAt: "The API server's clock and this machine's differ by 30 seconds at most.",
  why: 'Dates of certificates and of exemptions are judged by both.',
  ok: "the API server's clock agrees with this machine's",
  needs: ['clocks'],
  subject: () => 'API server',
  run: ({ clocks }) => {
    if (!clocks.seen) return [];
    const skewMs = clocks.value.serverMs - clocks.value.localMs;
    if (Math.abs(skewMs) <= MAX_SKEW_MS) return [];
    const seconds = Math.round(Math.abs(skewMs) / 1000);
    const message = `its clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's: what is said here of the dates of certificates may be wrong.`;
    return [{ status: 'warning', subject: 'API server', message, fix: 'timedatectl status, on this machine first' }];
  },
};
