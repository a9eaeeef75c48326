// A rule exists in five places; each is compared with the index, so that what is missing and what is extra has a name.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { RULES } from '../src/rules/index.ts';

const ROOT = new URL('../', import.meta.url);

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** Names in a directory that end so, without the ending. */
function namesIn(directory: string, ending: string): readonly string[] {
  return readdirSync(new URL(directory, ROOT))
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length));
}

const sources = namesIn('src/rules/', '.ts').filter((name) => !name.endsWith('.test'));
/** Files that define a rule; the others of the folder serve them. */
const ruleFiles = sources.filter((name) => /= defineRule\(/.test(read(`src/rules/${name}.ts`)));
const helpers = sources.filter((name) => !ruleFiles.includes(name));
const tests = namesIn('src/rules/', '.test.ts').filter((name) => !helpers.includes(name));
const modes: unknown = parse(read('policies/guard.yaml')).rules;

const PLACES: readonly (readonly [string, readonly string[]])[] = [
  ['a rule file src/rules/ID.ts', ruleFiles],
  ['a test src/rules/ID.test.ts', tests],
  ['a page docs/rules/ID.md', namesIn('docs/rules/', '.md').filter((name) => name !== 'README')],
  ['a mode in policies/guard.yaml', Object.keys(modes ?? {})],
];

describe('the inventory of rules', () => {
  const ids = RULES.map(({ id }): string => id);

  it('lists every rule once', () => {
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it.each(PLACES)('has %s for every rule of the index, and for no other', (_, found) => {
    expect({
      missing: ids.filter((id) => !found.includes(id)),
      extra: found.filter((id) => !ids.includes(id)),
    }).toEqual({ missing: [], extra: [] });
  });

  it('names each rule as its file is named', () => {
    const misnamed = ruleFiles.filter((name) => !read(`src/rules/${name}.ts`).includes(`id: '${name}'`));
    expect(misnamed).toEqual([]);
  });

  it('tells each rule by itself: references are addresses, and conditions have the form of the catalogue', () => {
    const odd = RULES.flatMap(({ id, references, covers }) => [
      ...references.filter((reference) => !reference.startsWith('https://')).map((reference) => `${id}: ${reference}`),
      ...covers.filter((condition) => !/^[CGR][1-9][0-9]?$/.test(condition)).map((condition) => `${id}: ${condition}`),
    ]);
    expect(odd).toEqual([]);
  });

  it('supersedes only rules that there are', () => {
    const superseded = RULES.flatMap((rule) => ('supersedes' in rule ? rule.supersedes : []));
    expect(superseded.filter((id) => !ids.includes(id))).toEqual([]);
  });
});
