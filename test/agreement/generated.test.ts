import { describe } from 'vitest';
import { agreeOnGeneratedSets } from './agreement.ts';

describe('generated sets', () => {
  agreeOnGeneratedSets();
});
