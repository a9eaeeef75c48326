// Whole applications, as people deploy them, with the whole JSON of `explain --all` compared.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { it } from 'vitest';
import { NO_FACTS } from '../../src/facts/facts.ts';
import { parseFactsFile } from '../../src/facts/facts-file.ts';
import { explainAllJson } from '../../src/report/explain-json.ts';
import { explainFile } from '../support/explain-file.ts';
import { LEARNT_AT } from '../support/facts.ts';
import { expectPage } from '../support/page.ts';

const APPS = new URL('../corpus/apps/', import.meta.url);

it.each(readdirSync(APPS))('%s is planned as the facts have it', (name) => {
  const read = (file: string): string => readFileSync(new URL(`${name}/${file}`, APPS), 'utf8');
  const hasFacts = existsSync(new URL(`${name}/facts.yaml`, APPS));
  const facts = hasFacts ? parseFactsFile(read('facts.yaml'), 'facts.yaml', LEARNT_AT) : NO_FACTS;
  const document = explainAllJson(explainFile(read('objects.yaml'), facts));
  expectPage(`test/corpus/apps/${name}/explain.json`, `${JSON.stringify(document, null, 2)}\n`);
});
