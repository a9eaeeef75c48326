// The JSON of `doctor`: additions are welcome, changes are not.

import type { Diagnosis } from '../doctor/check.ts';
import { countByStatus } from './doctor-text.ts';
import { jsonText } from './json-text.ts';

export function renderDoctorJson(diagnoses: readonly Diagnosis[]): string {
  const checks = diagnoses.map(({ id, status, subject, message, fix, commands }) => ({
    id,
    status,
    subject,
    message,
    fix,
    commands,
  }));
  return jsonText({ version: 1, summary: countByStatus(diagnoses), checks });
}
