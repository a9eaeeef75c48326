// docs/coverage.md: which rules decide each number of the catalogue (src/plan/conditions.ts), and why a guard cannot know the
// rest.
import type { Rule } from '../../src/judge/rule.ts';
import {
  CATALOGUE,
  type CatalogueNumber,
  CONDITIONS,
  type Evidence,
  evidenceFor,
  isCondition,
} from '../../src/plan/conditions.ts';

export function renderCoveragePage(rules: readonly Rule[]): string {
  const rows = (isWanted: (number: CatalogueNumber) => boolean): string =>
    CATALOGUE.filter(([number]) => isWanted(number))
      .map(([number, { phrase, notDecided = '' }]) => {
        const source = isCondition(number)
          ? ` ${CONDITIONS[number].source.replaceAll('|', '\\|')} | ${EVIDENCE[evidenceFor(number)]} |`
          : '';
        return `| ${number} | ${phrase} |${source} ${decidedBy(number, rules, notDecided)} |`;
      })
      .join('\n');
  return `# Coverage

<!-- Generated from src/plan/conditions.ts and the rules' metadata by \`npm run fix\`. -->

What can go wrong with a GKE Ingress, and which rule finds it before the object is stored. \`rules show C46\` prints a line of it.

What the controller does and no rule speaks of is in [controller.md](controller.md).

## Conditions

C is decided by the GKE Ingress controller (sources are files of ingress-gce), G by Google when the controller asks for it.

How it is known: *run*, the unmodified controller of ingress-gce v1.41.0 was asked and did what the plan says
(\`npm run test:controller\`, which fails where this page claims more, or less, than it has seen); *source*, read in the
controller's source; *Google*, from Google's documentation, for the Google of those tests is a fake.

| number | condition | decided in | known by | rules |
|---|---|---|---|---|
${rows(isCondition)}

## Root causes that users met

| number | cause | rules |
|---|---|---|
${rows((number) => !isCondition(number))}
`;
}

const EVIDENCE: Readonly<Record<Evidence, string>> = { run: 'run', source: 'source', google: 'Google' };

function decidedBy(number: CatalogueNumber, rules: readonly Rule[], notDecided: string): string {
  const ids = rules.filter(({ covers }) => covers.includes(number)).map(({ id }) => `[${id}](rules/${id}.md)`);
  return ids.length > 0 ? ids.join(', ') : `none. ${notDecided}`;
}
