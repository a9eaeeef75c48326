import { describe, expect, it } from 'vitest';
import { isLegalNegName, legalNegName } from './neg-name.ts';

describe('NEG names', () => {
  it.each([
    ['Shop-Web', 'shop-web'],
    ['1-web', 'web'],
    ['web-', 'web'],
    ['web_api.v1', 'web-api-v1'],
    [`${'a'.repeat(62)}-b`, 'a'.repeat(62)],
    ['\u0130'.repeat(63), 'i'.concat('-i'.repeat(31))],
    ['123', undefined],
    ['', undefined],
  ])('%j becomes %j', (name, legal) => {
    expect(isLegalNegName(name)).toBe(false);
    expect(legalNegName(name)).toBe(legal);
  });
});
