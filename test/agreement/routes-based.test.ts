import { describe } from 'vitest';
import { factsOf } from '../support/facts.ts';
import { agreeOnAllSets } from './agreement.ts';

describe('with facts: add-on on, routes-based', () => {
  agreeOnAllSets(factsOf({ httpLoadBalancing: 'enabled', vpcNative: false }));
});
