import { describe } from 'vitest';
import { ADD_ON_ON } from '../support/facts.ts';
import { agreeOnAllSets } from './agreement.ts';

describe('with facts: add-on on, VPC-native', () => {
  agreeOnAllSets(ADD_ON_ON);
});
