// `rules`: the catalogue, from the same metadata as docs/rules/.
import { AppError } from '../../errors.ts';
import type { Rule } from '../../judge/rule.ts';
import { docsOf } from '../../judge/rule-page.ts';
import { didYouMean } from '../../nearest.ts';
import { type CatalogueNumber, isCatalogueNumber, phraseOf } from '../../plan/conditions.ts';
import { loadPolicy } from '../../policy/load.ts';
import { wrapProse } from '../../report/explain-wrap.ts';
import { RULES } from '../../rules/index.ts';
import { EXIT, type ExitCode, type Io } from '../io.ts';

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
    judges: judges.join(', '),
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
  io.out(`${'RULE'.padEnd(width)}  SEVERITY  MODE\n`);
  for (const { id, severity, mode, summary } of rows) {
    io.out(`${id.padEnd(width)}  ${severity.padEnd(8)}  ${mode}\n`);
    io.out(`${wrapProse('  ', summary, 2).join('\n')}\n`);
  }
  return EXIT.clean;
}

/** @param id of a rule, or a number of the catalogue: then its rules. @throws AppError option-invalid for anything else */
export function showRule(id: string, options: RulesOptions, io: Io): ExitCode {
  const rules: readonly Rule[] = RULES;
  const ids = rules.map((rule) => rule.id);
  const number = id.toUpperCase();
  if (isCatalogueNumber(number)) return showNumber(number, rules, options, io);
  const rule = rules.find((candidate) => candidate.id === id);
  if (rule === undefined) throw new AppError('option-invalid', `There is no rule "${id}"${didYouMean(id, ids)}`);
  const mode = loadPolicy(options.policy, ids).policy.modes.get(id) ?? 'off';
  const { severity, judges, summary, why, fix, covers, references } = rule;
  if (options.format === 'json') {
    const texts = { id, severity, mode, judges: judges.join(', '), summary, why, fix };
    io.out(`${JSON.stringify({ version: 1, rule: { ...texts, covers, references, docs: docsOf(id) } }, null, 2)}\n`);
    return EXIT.clean;
  }
  const lines = [
    `${id} (${severity}, mode ${mode}, judges ${judges.join(', ')})`,
    '',
    summary,
    `Why: ${why}`,
    `Fix: ${fix}`,
    ...(covers.length === 0 ? [] : ['', 'Decides:', ...covers.map((one) => `  ${one.padEnd(4)} ${phraseOf(one)}`)]),
    '',
    `With examples: ${docsOf(id)}`,
    ...references.map((reference) => `See ${reference}`),
  ];
  io.out(`${lines.join('\n')}\n`);
  return EXIT.clean;
}

function showNumber(number: CatalogueNumber, rules: readonly Rule[], { format }: RulesOptions, io: Io): ExitCode {
  const found = rules.filter(({ covers }) => covers.includes(number));
  if (format === 'json') {
    const ids = found.map(({ id }) => id);
    io.out(`${JSON.stringify({ version: 1, number, phrase: phraseOf(number), rules: ids }, null, 2)}\n`);
    return EXIT.clean;
  }
  const lines = found.map(({ id, severity, summary }) => `  ${id} (${severity}): ${summary}`);
  io.out(`${number}, ${phraseOf(number)}\n${lines.length === 0 ? '  No rule decides it.' : lines.join('\n')}\n`);
  return EXIT.clean;
}
