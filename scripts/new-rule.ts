// `npm run new:rule -- ID JUDGES SEVERITY MODE`: writes a rule into its four places, with a check and a table that pass
// and say what to put in their stead. `npm run fix` then writes its page.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const USAGE = 'Usage: npm run new:rule -- ID [Ingress|Service|Workload] [error|warning|info] [enforce|warn|audit]';
const INDEX = 'src/rules/index.ts';
const POLICY = 'policies/guard.yaml';

const BUILDERS: Readonly<Record<string, { readonly name: string; readonly variable: string }>> = {
  Ingress: { name: 'ingress', variable: 'ingress' },
  Service: { name: 'service', variable: 'service' },
  Workload: { name: 'deployment', variable: 'workload' },
};

function main([id = '', judges = 'Ingress', severity = 'warning', mode = 'warn']: readonly string[]): string {
  const builder = BUILDERS[judges];
  if (!/^[a-z]+(-[a-z0-9]+)+$/.test(id))
    return `The id is kebab-case and names the problem found, such as host-repeated.\n${USAGE}`;
  if (builder === undefined || !['error', 'warning', 'info'].includes(severity)) return USAGE;
  if (!['enforce', 'warn', 'audit'].includes(mode)) return USAGE;
  const file = `src/rules/${id}.ts`;
  if (existsSync(file)) return `${file} is there already.`;
  const constant = id.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  writeFileSync(file, ruleText({ id, judges, severity, constant, variable: builder.variable }));
  writeFileSync(`src/rules/${id}.test.ts`, testText({ id, constant, builder: builder.name }));
  const index = readFileSync(INDEX, 'utf8');
  writeFileSync(
    INDEX,
    index
      .replace("import type { Rule } from './rule.ts';", `import { ${constant} } from './${id}.ts';\n$&`)
      .replace('] as const satisfies', `  ${constant},\n$&`),
  );
  const policy = readFileSync(POLICY, 'utf8');
  writeFileSync(POLICY, policy.replace(/(\nrules:\n(?: {2}[^\n]*\n)+)/, `$1  ${id}: ${mode}\n`));
  return [
    `Written: ${file}, its test, a line in ${INDEX} and one in ${POLICY}.`,
    'Now write the check and its table, and move the line in the index to its place in the order of reports; then',
    `  npm run fix && npm test -- src/rules/${id}.test.ts`,
  ].join('\n');
}

interface RuleWords {
  readonly id: string;
  readonly judges: string;
  readonly severity: string;
  readonly constant: string;
  readonly variable: string;
}

function ruleText({ id, judges, severity, constant, variable }: RuleWords): string {
  return `import { defineRule } from './rule.ts';

export const ${constant} = defineRule({
  id: '${id}',
  judges: '${judges}',
  severity: '${severity}',
  summary: 'One sentence: what is found.',
  why: 'What happens then, and why GKE reports nothing.',
  fix: 'What to do, as an instruction.',
  covers: [],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  check: ({ ${variable} }) => {
    const value = ${variable}.metadata.annotations['example.com/${id}'];
    if (value === undefined) return [];
    return [
      {
        path: ['metadata', 'annotations', 'example.com/${id}'],
        message: \`what is wrong with "\${value}", and why.\`,
      },
    ];
  },
});
`;
}

function testText({
  id,
  constant,
  builder,
}: {
  readonly id: string;
  readonly constant: string;
  readonly builder: string;
}): string {
  return `import { describeRule } from '../../test/support/describe-rule.ts';
import { ${builder} } from '../../test/support/objects.ts';
import { ${constant} } from './${id}.ts';

describeRule(${constant}, {
  finds: {
    'the most instructive case, as the page will show it': [
      [${builder}({ annotations: { 'example.com/${id}': 'odd' } })],
      'metadata.annotations["example.com/${id}"]: what is wrong with "odd", and why.',
    ],
  },
  passes: {
    'the nearest that works': [${builder}()],
  },
});
`;
}

process.stdout.write(`${main(process.argv.slice(2))}\n`);
