import { describe, expect, it } from 'vitest';
import { parseGoBool, parseGoFloat } from './go-strconv.ts';

describe('parseGoBool', () => {
  it.each(['1', 't', 'T', 'TRUE', 'true', 'True'])('takes %j as true', (text) => {
    expect(parseGoBool(text)).toBe(true);
  });

  it.each(['0', 'f', 'F', 'FALSE', 'false', 'False'])('takes %j as false', (text) => {
    expect(parseGoBool(text)).toBe(false);
  });

  it.each(['no', 'off', 'fAlSe', '', ' false', 'yes', 'tRUE'])('does not take %j', (text) => {
    expect(parseGoBool(text)).toBeUndefined();
  });
});

// Each answer is that of strconv.ParseFloat in Go 1.26.
describe('parseGoFloat', () => {
  it.each([
    ['0.5', 0.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e5', 100_000],
    ['00012', 12],
    ['1_000', 1000],
    ['1e5_0', 1e50],
    ['0x1p-2', 0.25],
    ['0x_1p4', 16],
    ['0X1P+3', 8],
    ['1e-999', 0],
    ['inf', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['nan', Number.NaN],
  ])('reads %j as %d', (text, value) => {
    expect(parseGoFloat(text)).toBe(value);
  });

  it.each([
    '',
    ' 1',
    '1 ',
    '+',
    '.',
    '1e',
    '1e999',
    '0x1.8',
    '0x.p1',
    '0b1',
    '1__0',
    '_1',
    '1_',
    '1_.5',
    '1._5',
    '0x1_p1',
    '+nan',
    'infi',
    '١',
  ])('refuses %j', (text) => {
    expect(parseGoFloat(text)).toBeUndefined();
  });
});
