// What nobody names, as far as is known, in one line: no finding, for whoever names it may be elsewhere.
import type { Unnamed } from '../judge/unnamed.ts';
import { formatName } from '../kubernetes/field-path.ts';
import { plainLine } from '../kubernetes/plain-text.ts';

const MAX_NAMED = 16;

/** @returns "" for none */
export function unnamedLine(unnamed: readonly Unnamed[]): string {
  if (unnamed.length === 0) return '';
  const names = unnamed
    .slice(0, MAX_NAMED)
    .map(
      ({ object, isBehindNoIngress }) =>
        `${formatName(object)}${isBehindNoIngress ? ' (by Services behind no Ingress)' : ''}`,
    );
  const more = unnamed.length > MAX_NAMED ? ` and ${unnamed.length - MAX_NAMED} more` : '';
  return plainLine(
    `Named by nothing here, so without effect unless something elsewhere does: ${names.join(', ')}${more}`,
  );
}
