// The annotation by which an object asks to be left alone by some rules, with a reason and, if its author is wise, an
// end: gke-ingress-guard.dev/ignore: "RULE[,RULE]; reason=TEXT; until=YYYY-MM-DD".
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { didYouMean } from '../nearest.ts';
import { shortened } from './quoted.ts';

export const IGNORE = 'gke-ingress-guard.dev/ignore';

export interface ExemptionSettings {
  /** Whether the policy lets objects of the namespace exempt themselves. */
  readonly allows: (namespace: string) => boolean;
  /** YYYY-MM-DD in UTC; the door reads the clock. */
  readonly today: string;
  /** Every rule that there is, whatever its mode. */
  readonly ruleIds: readonly string[];
}

export type Exemption =
  | { readonly state: 'none' }
  | { readonly state: 'invalid'; readonly error: string }
  | {
      readonly state: 'valid' | 'expired';
      readonly rules: readonly string[];
      readonly reason: string;
      /** The last day, YYYY-MM-DD; undefined for no end. */
      readonly until: string | undefined;
    };

export function readExemption({ metadata }: KubernetesObject, settings: ExemptionSettings): Exemption {
  const text = metadata.annotations[IGNORE];
  return text === undefined ? { state: 'none' } : parseExemption(text, settings);
}

function parseExemption(text: string, { today, ruleIds }: ExemptionSettings): Exemption {
  const invalid = (error: string): Exemption => ({ state: 'invalid', error });
  // A reason may hold semicolons; a part begins at a name that is ours.
  const [names = '', ...parts] = text.split(/;(?=\s*\w+\s*=)/);
  const rules = names
    .split(/[,;]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (rules.length === 0) return invalid('it names no rule');
  const unknown = rules.find((rule) => !ruleIds.includes(rule));
  if (unknown !== undefined)
    return invalid(`there is no rule "${shortened(unknown, 60)}"${didYouMean(unknown, ruleIds)}`);
  let reason = '';
  let until: string | undefined;
  for (const part of parts) {
    const [name = '', ...rest] = part.split('=');
    const value = rest.join('=').trim();
    if (name.trim() === 'reason') reason = value;
    else if (name.trim() === 'until') until = value;
    else return invalid(`"${shortened(name.trim(), 30)}" is neither reason nor until`);
  }
  if (reason === '') return invalid('it gives no reason');
  if (until !== undefined && !isDate(until))
    return invalid(`until is "${shortened(until, 30)}", which is not a date like 2027-01-31`);
  return { state: until !== undefined && until < today ? 'expired' : 'valid', rules, reason, until };
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
