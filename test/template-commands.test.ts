// Commands are argument vectors (src/shell-quote.ts): a command put together from text would run what is in a name. This
// looks at every text of src/ in which a value follows the name of a program.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { textsOfSource } from './support/user-texts.ts';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** With values in it after the program, "…" in the reader's spelling, and what makes that safe. */
const ALLOWED: Readonly<Record<string, string>> = {
  // The value is itself rendered from a vector.
  'cluster/api/unreachable.ts': 'gcloud auth login; then …',
  'cli/facts/facts-from.ts': 'gcloud said of the cluster on …',
};

/** A program with an argument, and later in the same text a value. */
const COMMAND = /\b(?:kubectl|gcloud|helm|cmctl|kustomize|docker|curl)[ ]+[\w-][^…]*….*/s;

// A value in a template of the sources below.
const VALUE = '$' + '{name}';
const CALL = '$' + '{shellQuote(name)}';

function templateCommands(source: string): readonly string[] {
  return textsOfSource(source).flatMap(({ text }) => COMMAND.exec(text)?.[0] ?? []);
}

describe('no command is put together from text', () => {
  it('in src/, but for what is named here', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
    );
    const found = files.flatMap((file) =>
      templateCommands(readFileSync(`${SRC}/${file}`, 'utf8'))
        .filter((text) => !text.startsWith(ALLOWED[file] ?? '\0'))
        .map((text) => `${file}: ${text}`),
    );
    expect(files.length).toBeGreaterThan(300);
    expect(found).toEqual([]);
  });

  it.each([
    ['a template', `const fix = \`Run kubectl delete service ${VALUE}\`;`],
    ['text that is added up', "const fix = 'gcloud container clusters describe ' + name;"],
    ['a value that is quoted by hand', `const fix = \`helm upgrade ${CALL} chart\`;`],
  ])('and is seen in %s', (_, source) => {
    expect(templateCommands(source)).toHaveLength(1);
  });

  it.each([
    ['a value before it', `const text = \`${VALUE} breaks kubectl diff.\`;`],
    ['a vector', "const command = ['kubectl', 'delete', 'service', name];"],
    ['a text without a value', "const fix = 'kubectl apply -k OVERLAY';"],
  ])('and not in %s', (_, source) => {
    expect(templateCommands(source)).toEqual([]);
  });
});
