// docs/errors.md, from the table of errors.
import type { ERRORS } from '../../src/errors.ts';

type Table = Readonly<Record<string, (typeof ERRORS)[keyof typeof ERRORS]>>;

export function renderErrorsPage(errors: Table): string {
  const rows = Object.entries(errors).map(
    ([code, { status, message, howToFix }]) =>
      `| \`${code}\` | ${status ?? '-'} | ${cell(message)} | ${cell(howToFix)} |`,
  );
  return `# Errors

<!-- Generated from src/errors.ts by \`npm run fix\`. -->

What the guard tells a client or a person when it cannot do what was asked. A refused object is no error: see the
[rules](rules/). The status is that of the HTTP answer; \`-\` is where only the command line meets the error, which
then ends with exit code 2.

| code | status | what | how to fix it |
|---|---|---|---|
${rows.join('\n')}
`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
