// Numbers of findings in words.
import type { Counts } from './check-report.ts';

export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** `1 error, 2 warnings, 1 possible`; errors and warnings always, the others where there are some. */
export function countsInWords({ errors, warnings, infos, possible }: Counts): string {
  return [
    count(errors, 'error'),
    count(warnings, 'warning'),
    ...(infos > 0 ? [count(infos, 'info')] : []),
    ...(possible > 0 ? [`${possible} possible`] : []),
  ].join(', ');
}
