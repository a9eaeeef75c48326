import { expect, it } from 'vitest';
import { trimEvenly } from './load-balancer-name.ts';

// The answers of TrimFieldsEvenly in pkg/utils/namer.
it.each([
  [36, ['shop', 'web'], ['shop', 'web']],
  [5, ['aaaa', 'bbbb'], ['aaa', 'bb']],
  [4, ['aaaa', 'bbbb'], ['aa', 'bb']],
  [36, ['n'.repeat(10), 'i'.repeat(40)], ['n'.repeat(8), 'i'.repeat(28)]],
  [36, ['n'.repeat(30), 'i'.repeat(31)], ['n'.repeat(18), 'i'.repeat(18)]],
])('trimEvenly(%d, %j) is %j', (max, fields, trimmed) => {
  expect(trimEvenly(max, fields)).toEqual(trimmed);
});
