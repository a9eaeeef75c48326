// `doctor` for people: what is wrong first, each with the command that fixes it below; what is right in one line.

import type { Diagnosis } from '../doctor/check.ts';
import { plainLine } from '../kubernetes/plain-text.ts';
import { wrapProse } from './explain-wrap.ts';

const COLOURS: Readonly<Record<Diagnosis['status'], number>> = { ok: 32, warning: 33, error: 31, skipped: 36 };

/** As wide as the longest status, and two. */
const STATUS_WIDTH = 9;

/** What is wrong, worst first, and what could not be looked at. */
const ORDER = ['error', 'warning', 'skipped'] as const satisfies readonly Diagnosis['status'][];

export function renderDoctorText(diagnoses: readonly Diagnosis[], hasColour: boolean): string {
  const wrong = ORDER.flatMap((status) => diagnoses.filter((one) => one.status === status));
  const lines = wrong.map((one) => {
    const { id, status, subject, message, fix } = one;
    const line = `${labelOf(status, hasColour)}${plainLine(`${subject}: ${message} [${id}]`)}`;
    if (fix === '') return line;
    const lead = status === 'skipped' ? 'Look' : 'Fix';
    return `${line}\n${' '.repeat(STATUS_WIDTH)}${lead}: ${plainLine(fix)}`;
  });
  return `${[...lines, ...okLines(diagnoses, hasColour)].join('\n')}\n\n${summaryOf(diagnoses)}\n`;
}

/** The checks that found nothing, by name. */
function okLines(diagnoses: readonly Diagnosis[], hasColour: boolean): readonly string[] {
  const ids = diagnoses.filter(({ status }) => status === 'ok').map(({ id }) => id);
  if (ids.length === 0) return [];
  const [first = '', ...rest] = wrapProse('ok'.padEnd(STATUS_WIDTH), [...new Set(ids)].join(', '), STATUS_WIDTH);
  return [`${labelOf('ok', hasColour)}${first.slice(STATUS_WIDTH)}`, ...rest];
}

function labelOf(status: Diagnosis['status'], hasColour: boolean): string {
  const padded = status.padEnd(STATUS_WIDTH);
  return hasColour ? `\u001b[${COLOURS[status]}m${padded}\u001b[0m` : padded;
}

function summaryOf(diagnoses: readonly Diagnosis[]): string {
  const { ok, errors, warnings, skipped } = countByStatus(diagnoses);
  const counted = [`${ok} ok`, count(errors, 'error'), count(warnings, 'warning'), `${skipped} skipped`];
  return `${counted.join(', ')}.`;
}

export interface DoctorSummary {
  readonly ok: number;
  readonly errors: number;
  readonly warnings: number;
  readonly skipped: number;
}

export function countByStatus(diagnoses: readonly Diagnosis[]): DoctorSummary {
  const number = (status: Diagnosis['status']): number => diagnoses.filter((one) => one.status === status).length;
  return { ok: number('ok'), errors: number('error'), warnings: number('warning'), skipped: number('skipped') };
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
