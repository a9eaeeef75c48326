import { describe, expect, it } from 'vitest';
import { legalNegName, whoRefusesNegName } from './neg-name.ts';

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
    expect(whoRefusesNegName(name)).toBeDefined();
    expect(legalNegName(name)).toBe(legal);
  });

  it.each([
    ['web', undefined],
    ['a'.repeat(63), undefined],
    ['a'.repeat(64), 'google'],
    ['a'.repeat(253), 'google'],
    ['1-web', 'google'],
    ['web.v1', 'google'],
    ['a'.repeat(254), 'api-server'],
    ['Own_NEG', 'api-server'],
    ['web-', 'api-server'],
    ['web..v1', 'api-server'],
    ['', 'api-server'],
  ] as const)('%j is refused by: %s', (name, who) => {
    expect(whoRefusesNegName(name)).toBe(who);
  });
});
