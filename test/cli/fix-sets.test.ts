// `check --fix` over every set of objects of the repository: what it has changed is found no more, nothing new is found, and a
// second time there is nothing left to write. The files have a comment above each document and behind many values, and keep it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { OBJECT_SETS } from '../support/object-sets.ts';
import { type CheckDocument, directoryOf, run } from './support.ts';

const ON = ['--facts', 'examples/addon-on.yaml'];

async function findingsOf(file: string): Promise<CheckDocument['findings']> {
  const { out } = await run(['check', '-o', 'json', ...ON, file]);
  return (JSON.parse(out) as CheckDocument).findings;
}

const COMMENT = ' # a comment';

function commented(objects: readonly object[]): string {
  const documents = objects.map((object) => stringify(object, { lineWidth: 0 }));
  // Behind plain values only: behind a quote or in a text block it would be no comment.
  return documents
    .map((text) => `# Above.\n${text.replaceAll(/^( *[A-Za-z]+: [a-zA-Z0-9]+)$/gm, `$1${COMMENT}`)}`)
    .join('---\n');
}

/** Sets in which a fix brings to light what nobody could see before it. */
const BROUGHT_TO_LIGHT: Readonly<Record<string, readonly string[]>> = {
  // Of an object that cannot be read nothing else is said.
  'corpus C45-allow-http-unparsable broken': ['no-front-end'],
  'case port-in-quotes.yaml': ['path-matches-root-only'],
};

/** What nobody has to do anything about is left out. */
function loudOf(findings: CheckDocument['findings']): readonly string[] {
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, object, message }) => `${rule} ${object.kind}/${object.name} ${message}`);
}

it.each(OBJECT_SETS.filter(({ name }) => !/ (?:passes|working)$/.test(name)))('$name', async ({ name, objects }) => {
  const file = join(directoryOf({ 'objects.yaml': commented(objects) }), 'objects.yaml');
  const text = readFileSync(file, 'utf8');
  const { err } = await run(['check', '--fix', '-q', ...ON, file]);
  const fixed = readFileSync(file, 'utf8');
  const rules = [...err.matchAll(/^(?!Left).*\[([a-z0-9-]+)\]$/gm)].map(([, rule]) => rule ?? '');
  expect(err.includes('1 file written.')).toBe(fixed !== text);
  if (fixed === text) return;
  expect(fixed.split('# Above.')).toHaveLength(text.split('# Above.').length);
  expect(parseAllDocuments(fixed).flatMap(({ errors }) => errors)).toEqual([]);
  const after = await findingsOf(file);
  writeFileSync(file, text);
  const before = await findingsOf(file);
  for (const rule of rules) {
    const count = (all: typeof before): number => all.filter((finding) => finding.rule === rule).length;
    expect({ rule, isFewer: count(after) < count(before) || count(before) === 0 }).toEqual({ rule, isFewer: true });
  }
  const known = loudOf(before);
  const fresh = loudOf(after).filter((one) => !known.includes(one));
  expect(fresh.map((one) => one.split(' ')[0])).toEqual(BROUGHT_TO_LIGHT[name] ?? []);
  writeFileSync(file, fixed);
  expect((await run(['check', '--fix', '-q', ...ON, file])).err).toContain('Nothing is written.');
  expect(readFileSync(file, 'utf8')).toBe(fixed);
});
