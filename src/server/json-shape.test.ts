import { describe, expect, it } from 'vitest';
import { type JsonShape, jsonShape, MAX_JSON_DEPTH, MAX_JSON_VALUES } from './json-shape.ts';

const nested = (depth: number): string => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`;
const TEXTS: Readonly<Record<string, readonly [string, JsonShape]>> = {
  nothing: ['', 'fits'],
  'the deepest that fits': [nested(MAX_JSON_DEPTH), 'fits'],
  'one level more': [`[${nested(MAX_JSON_DEPTH)}]`, 'too-deep'],
  'brackets that are never closed': ['['.repeat(MAX_JSON_DEPTH + 1), 'too-deep'],
  'lists one after the other': [`[${'[],'.repeat(1000)}0]`, 'fits'],
  'brackets in a string': [`["${'['.repeat(1000)}"]`, 'fits'],
  'brackets behind an escaped quote': [`["\\"${'['.repeat(1000)}"]`, 'fits'],
  'brackets behind a string that ends in an escaped backslash': [`["\\\\",${'['.repeat(1000)}`, 'too-deep'],
  'a string that never ends': [`["${'['.repeat(1000)}`, 'fits'],
  'a string that ends in half an escape': ['["\\', 'fits'],
  'brackets among characters of several bytes': [`["世界😀",${'{'.repeat(1000)}`, 'too-deep'],
  'as many values as fit': [`[${'0,'.repeat(MAX_JSON_VALUES - 1)}0]`, 'fits'],
  'one value more': [`[${'0,'.repeat(MAX_JSON_VALUES)}0]`, 'too-many-values'],
  'too many empty objects': [`[${'{},'.repeat(MAX_JSON_VALUES / 2)}{}]`, 'too-many-values'],
};

describe('the shape of a JSON text', () => {
  it.each(Object.entries(TEXTS))('%s', (_, [text, shape]) => {
    expect(jsonShape(Buffer.from(text))).toBe(shape);
  });
});
