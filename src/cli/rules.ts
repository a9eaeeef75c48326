// `rules`: the catalogue, from the same metadata as docs/rules/.
import { AppError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import { loadPolicy } from '../policy/load.ts';
import { docsOf } from '../report/check-report.ts';
import { RULES } from '../rules/index.ts';
import type { Rule } from '../rules/rule.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';

export interface RulesOptions {
  readonly policy: string | undefined;
  readonly format: 'text' | 'json';
}

export function listRules({ policy: directory, format }: RulesOptions, io: Io): ExitCode {
  const { policy } = loadPolicy(
    directory,
    RULES.map(({ id }) => id),
  );
  const rules: readonly Rule[] = RULES;
  const rows = rules.map(({ id, severity, judges, summary, fix, covers }) => ({
    id,
    severity,
    mode: policy.modes.get(id) ?? 'off',
    judges,
    summary,
    fix,
    covers,
    docs: docsOf(id),
  }));
  if (format === 'json') {
    io.out(`${JSON.stringify({ version: 1, rules: rows }, null, 2)}\n`);
    return EXIT.clean;
  }
  const width = Math.max(...rows.map(({ id }) => id.length));
  for (const { id, severity, mode, summary } of rows) {
    io.out(`${id.padEnd(width)}  ${severity.padEnd(7)}  ${mode.padEnd(7)}  ${summary}\n`);
  }
  return EXIT.clean;
}

/** @throws AppError option-invalid where there is no such rule */
export function showRule(id: string, { policy: directory, format }: RulesOptions, io: Io): ExitCode {
  const rules: readonly Rule[] = RULES;
  const ids = rules.map((rule) => rule.id);
  const rule = rules.find((candidate) => candidate.id === id);
  if (rule === undefined) throw new AppError('option-invalid', `There is no rule "${id}"${didYouMean(id, ids)}`);
  const mode = loadPolicy(directory, ids).policy.modes.get(id) ?? 'off';
  const { severity, judges, summary, why, fix, covers, references } = rule;
  if (format === 'json') {
    const document = { id, severity, mode, judges, summary, why, fix, covers, references, docs: docsOf(id) };
    io.out(`${JSON.stringify({ version: 1, rule: document }, null, 2)}\n`);
    return EXIT.clean;
  }
  const decides = covers.length === 0 ? '' : `, decides ${covers.join(', ')}`;
  const lines = [
    `${id} (${severity}, mode ${mode}, judges ${judges}${decides})`,
    '',
    summary,
    `Why: ${why}`,
    `Fix: ${fix}`,
    '',
    `With examples: ${docsOf(id)}`,
    ...references.map((reference) => `See ${reference}`),
  ];
  io.out(`${lines.join('\n')}\n`);
  return EXIT.clean;
}
