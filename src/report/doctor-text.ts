// `doctor` for people: one line a check, and below what is wrong the command that mends it.

import type { Diagnosis } from '../doctor/check.ts';
import { plainLine } from '../kubernetes/plain-text.ts';

const COLOURS: Readonly<Record<Diagnosis['status'], number>> = { ok: 32, warning: 33, error: 31, skipped: 36 };

/** As wide as the longest status, and two. */
const STATUS_WIDTH = 9;

export function renderDoctorText(diagnoses: readonly Diagnosis[], hasColour: boolean): string {
  const lines = diagnoses.map((diagnosis) => {
    const { id, status, subject, message, fix } = diagnosis;
    const padded = status.padEnd(STATUS_WIDTH);
    const label = hasColour ? `\u001b[${COLOURS[status]}m${padded}\u001b[0m` : padded;
    const line = `${label}${plainLine(`${subject}: ${message} [${id}]`)}`;
    if (fix === '') return line;
    const lead = status === 'skipped' ? 'Look' : 'Fix';
    return `${line}\n${' '.repeat(STATUS_WIDTH)}${lead}: ${plainLine(fix)}`;
  });
  return `${lines.join('\n')}\n\n${summaryOf(diagnoses)}\n`;
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
