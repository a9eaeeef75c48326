// The JSON of `doctor`: additions are welcome, changes are not.
import type { Diagnosis } from '../doctor/check.ts';
import { countByStatus } from './doctor-text.ts';

export function renderDoctorJson(diagnoses: readonly Diagnosis[]): string {
  const checks = diagnoses.map(({ id, status, subject, message, fix }) => ({ id, status, subject, message, fix }));
  return `${JSON.stringify({ version: 1, summary: countByStatus(diagnoses), checks }, null, 2)}\n`;
}
