import { describe } from 'vitest';
import { NO_FACTS } from '../../src/facts/facts.ts';
import { agreeOnAllSets } from './agreement.ts';

describe('with facts: facts unknown', () => {
  agreeOnAllSets(NO_FACTS);
});
