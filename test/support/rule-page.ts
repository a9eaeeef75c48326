// The page of a rule, docs/rules/ID.md, from its metadata and the first cases of its test.
import { stringify } from 'yaml';
import { FACT_NAMES, type Facts } from '../../src/facts/facts.ts';
import type { Finding } from '../../src/judge/finding.ts';
import type { Rule } from '../../src/judge/rule.ts';
import { formatName, formatPath, referenceTo } from '../../src/kubernetes/field-path.ts';
import { phraseOf } from '../../src/plan/conditions.ts';
import type { Mode } from '../../src/policy/policy.ts';
import type { RawObject } from './objects.ts';

export interface Example {
  readonly name: string;
  readonly objects: readonly RawObject[];
  readonly facts: Facts;
  /** The stored object that an UPDATE replaces. */
  readonly old: RawObject | undefined;
}

interface Examples {
  readonly finds: Example & { readonly findings: readonly Finding[] };
  readonly passes: Example;
}

export function renderRulePage(rule: Rule, mode: Mode, { finds, passes }: Examples): string {
  const said = finds.findings.map(
    ({ object, path, message, note, fix, isCertain }) =>
      `- ${isCertain ? '' : 'Possible: '}${formatName(referenceTo(object))} \`${formatPath(path)}\`: ${message}${note === '' ? '' : ` ${note}`}\n  **Fix:** ${fix.text}`,
  );
  return `# ${rule.id}

<!-- Generated from src/rules/${rule.id}.ts and its test by \`npm run fix\`. -->

${rule.summary}

| severity | mode as shipped | judges | decides |
|---|---|---|---|
| ${rule.severity} | ${mode} | ${rule.judges.join(', ')} | ${rule.covers.map((number) => `${number} (${phraseOf(number)})`).join(', ')} |

**Why it matters.** ${rule.why}

**What to do.** ${rule.fix}

## Found: ${finds.name}

${clusterLine(finds.facts)}${updateLines(finds)}${yamlBlock(finds.objects)}

${said.join('\n')}

## Passes: ${passes.name}

${clusterLine(passes.facts)}${updateLines(passes)}${yamlBlock(passes.objects)}

## See also

${rule.references.map((reference) => `- <${reference}>`).join('\n')}
`;
}

function clusterLine(facts: Facts): string {
  const known = FACT_NAMES.flatMap((name) => {
    const fact = facts[name];
    return fact.known ? [`\`${name}: ${fact.value}\``] : [];
  });
  return known.length === 0 ? '' : `Known of the cluster: ${known.join(', ')}.\n\n`;
}

function updateLines({ old }: Example): string {
  return old === undefined ? '' : `Stored:\n\n${yamlBlock([old])}\n\nUpdated to:\n\n`;
}

function yamlBlock(objects: readonly RawObject[]): string {
  return `\`\`\`yaml\n${objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n')}\`\`\``;
}
