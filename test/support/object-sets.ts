// Every set of objects that is in the repository: the corpus, the samples, the cases, the examples of the rules' pages.
import { readdirSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Facts } from '../../src/facts/facts.ts';
import { parseFactsFile } from '../../src/facts/facts-file.ts';
import { LEARNT_AT } from './facts.ts';
import type { RawObject } from './objects.ts';

export interface ObjectSet {
  readonly name: string;
  readonly objects: readonly RawObject[];
  readonly facts?: Facts;
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

function documentsOf(text: string): readonly RawObject[] {
  return parseAllDocuments(text, { schema: 'core' }).flatMap((document) => {
    const value: unknown = document.toJS();
    return typeof value === 'object' && value !== null ? [value as RawObject] : [];
  });
}

function corpus(): readonly ObjectSet[] {
  return readdirSync(new URL('../corpus/', import.meta.url))
    .filter((name) => name !== 'apps')
    .flatMap((name) => {
      const hasFacts = readdirSync(new URL(`../corpus/${name}`, import.meta.url)).includes('facts.yaml');
      const facts = hasFacts
        ? { facts: parseFactsFile(read(`../corpus/${name}/facts.yaml`), 'facts.yaml', LEARNT_AT) }
        : {};
      return ['working', 'broken'].map((file) => ({
        name: `corpus ${name} ${file}`,
        objects: documentsOf(read(`../corpus/${name}/${file}.yaml`)),
        ...facts,
      }));
    });
}

function folder(path: string, title: string): readonly ObjectSet[] {
  return readdirSync(new URL(path, import.meta.url))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name: `${title} ${name}`, objects: documentsOf(read(`${path}${name}`)) }));
}

/** The examples of the rules' pages. */
function pages(): readonly ObjectSet[] {
  return readdirSync(new URL('../../docs/rules/', import.meta.url))
    .filter((name) => name !== 'README.md')
    .flatMap((name) => {
      const [found, passes] = read(`../../docs/rules/${name}`).split('\n## Passes');
      const blockOf = (text: string | undefined): string =>
        [...(text ?? '').matchAll(/```yaml\n([\s\S]*?)```/g)].at(-1)?.[1] ?? '';
      return [
        { name: `${name} found`, objects: documentsOf(blockOf(found)) },
        { name: `${name} passes`, objects: documentsOf(blockOf(passes)) },
      ];
    });
}

export const OBJECT_SETS: readonly ObjectSet[] = [
  ...corpus(),
  ...folder('../samples/', 'sample'),
  ...folder('../cases/', 'case'),
  ...pages(),
];
