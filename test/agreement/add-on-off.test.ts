import { describe } from 'vitest';
import { ADD_ON_OFF } from '../support/facts.ts';
import { agreeOnAllSets } from './agreement.ts';

describe('with facts: add-on off', () => {
  agreeOnAllSets(ADD_ON_OFF);
});
