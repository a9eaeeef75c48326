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

/** Some redirect, or TLS without a status, agrees with any of that kind. */
export function agrees(answer: AppAnswer | undefined, measured: string): boolean {
  if (answer?.status !== 0) return answerWords(answer) === measured;
  return answer.redirectsToHttps ? /^30[1278] https$/.test(measured) : measured !== '200';
}
