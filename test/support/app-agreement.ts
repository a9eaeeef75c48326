// Whether the catalogue says of a Pod what its program was seen to answer.
import type { AppAnswer } from '../../src/plan/app.ts';

/** "301 https" for a redirect to HTTPS. */
export function measuredWords(status: number, location: string | undefined): string {
  return location?.startsWith('https://') ? `${status} https` : String(status);
}

/** What the catalogue says, in the same words; "?" for a status that it does not know. */
export function answerWords(answer: AppAnswer | undefined): string {
  if (answer === undefined) return 'nothing';
  const { status, redirectsToHttps } = answer;
  return `${status === 0 ? '?' : status}${redirectsToHttps ? ' https' : ''}`;
}

/**
 * Some redirect, or TLS without a status, agrees with any of that kind. To another host, such as that of the login, the
 * status counts alone: whether it speaks HTTPS is up to that host.
 */
export function agrees(answer: AppAnswer | undefined, measured: string): boolean {
  if (answer?.redirectsTo === 'otherHost' && !answer.redirectsToHttps) {
    return measured.replace(/ https$/, '') === answerWords(answer);
  }
  if (answer?.status !== 0) return answerWords(answer) === measured;
  return answer.redirectsToHttps ? /^30[1278] https$/.test(measured) : measured !== '200';
}
