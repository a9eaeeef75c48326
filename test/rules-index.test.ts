// docs/rules/README.md lists every rule in the order in which they are reported.
import { it } from 'vitest';
import type { Rule } from '../src/judge/rule.ts';
import { loadPolicy } from '../src/policy/load.ts';
import { RULES } from '../src/rules/index.ts';
import { expectPage } from './support/page.ts';

it('has its page (npm run fix writes it)', () => {
  const rules: readonly Rule[] = RULES;
  const { policy } = loadPolicy(
    undefined,
    rules.map(({ id }) => id),
  );
  const rows = rules.map(
    ({ id, severity, judges, summary }) =>
      `| [${id}](${id}.md) | ${severity} | ${policy.modes.get(id)} | ${judges.join(', ')} | ${summary} |`,
  );
  expectPage(
    'docs/rules/README.md',
    `# Rules

<!-- Generated from src/rules/index.ts and policies/guard.yaml by \`npm run fix\`. -->

${rows.length} rules, in the order in which findings of one severity are reported. What each decides of the controller's
conditions is in [coverage.md](../coverage.md).

| rule | severity | mode | judges | finds |
|---|---|---|---|---|
${rows.join('\n')}
`,
  );
});
