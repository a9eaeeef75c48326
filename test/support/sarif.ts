// SARIF as its readers check it.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

/** OASIS's schema as SchemaStore published it (npm: @microsoft/jest-sarif 1.0.0-beta.0), in the draft that ajv reads. */
export const validateSarif = (() => {
  const text = readFileSync(new URL('../cli/sarif-2.1.0-rtm.5.json', import.meta.url), 'utf8');
  const { $schema: _draft4, id: _id, ...schema } = JSON.parse(text);
  return new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true }).compile(schema);
})();
