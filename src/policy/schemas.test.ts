import { describe, it } from 'vitest';
import { expectPage } from '../../test/support/page.ts';
import { APP_SCHEMA, GUARD_POLICY_SCHEMA } from './schemas.ts';

describe.each([
  ['policies/guard.schema.json', GUARD_POLICY_SCHEMA],
  ['policies/app.schema.json', APP_SCHEMA],
])('%s', (path, schema) => {
  it('is what the guard validates with (npm run fix writes it)', () => {
    expectPage(path, `${JSON.stringify(schema, undefined, 2)}\n`);
  });
});
