import { expect, test } from 'vitest';
import { parseWarnings } from './warning-header.ts';

// As node:http hands it over: one character for each byte.
const onTheWire = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

test.each([
  ['one text', ['299 - "careful"'], ['careful']],
  ['several headers', ['299 - "one"', '299 - "two"'], ['one', 'two']],
  ['several in one header', ['299 - "one, or two", 299 - "three"'], ['one, or two', 'three']],
  ['a date after the text', ['299 - "one" "Sun, 06 Nov 1994 08:49:37 GMT", 299 - "two"'], ['one', 'two']],
  ['quotes and backslashes', ['299 - "say \\"no\\" to C:\\\\"'], ['say "no" to C:\\']],
  ['an agent with a name', ['299 kube-apiserver "careful"'], ['careful']],
  ['text beyond ASCII', [onTheWire('299 - "größer als 10 → 5"')], ['größer als 10 → 5']],
  ['no header', [], []],
])('%s', (_, values, texts) => {
  expect(parseWarnings(values)).toEqual(texts);
});

test.each(['careful', '299 - careful', '299 - "careful', '299 - "one" 299 - "two"'])('%s is refused', (value) => {
  expect(() => parseWarnings([value])).toThrow(`Not a Warning header: ${JSON.stringify(value)}`);
});
