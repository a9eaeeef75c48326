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
  writeFileSync(
    `src/rules/${id}.test.ts`,
    testText({ id, constant, builder: builder.name, options: judges === 'Ingress' ? "class: 'gce', " : '' }),
  );
  const index = readFileSync(INDEX, 'utf8');
  writeFileSync(
    INDEX,
    index
      .replace('\n\nexport const RULES', `\nimport { ${constant} } from './${id}.ts';$&`)
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
  return `import { removeAnnotation } from '../judge/fix.ts';
import { defineRule } from '../judge/rule.ts';

export const ${constant} = defineRule({
  id: '${id}',
  judges: ['${judges}'],
  severity: '${severity}',
  summary: 'One sentence: what is found.',
  why: 'What happens then, and why GKE reports nothing.',
  fix: 'What to do, as an instruction.',
  covers: [],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  check: {
    ${judges}: ({ ${variable} }) => {
      const key = 'example.com/${id}';
      const value = ${variable}.metadata.annotations[key];
      if (value === undefined) return [];
      return [
        {
          path: ['metadata', 'annotations', key],
          message: \`what is wrong with "\${value}", and why.\`,
          fix: [removeAnnotation(${variable}, key)],
        },
      ];
    },
  },
});
`;
}

function testText({
  id,
  constant,
  builder,
  options,
}: {
  readonly options: string;
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
      [${builder}({ ${options}annotations: { 'example.com/${id}': 'odd' } })],
      'metadata.annotations["example.com/${id}"]: what is wrong with "odd", and why.',
    ],
  },
  passes: {
    'the nearest that works': [${builder}(${options === '' ? '' : `{ ${options.replace(', ', '')} }`})],
  },
});
`;
}

process.stdout.write(`${main(process.argv.slice(2))}\n`);
