import { expect, it } from 'vitest';
import { whyDropped } from './shedding.ts';

it('looks at what is in time', () => {
  expect(whyDropped({ timeoutMs: 5000, ageMs: 0, unreadMs: 0 })).toBeUndefined();
  expect(whyDropped({ timeoutMs: 5000, ageMs: 4999, unreadMs: 0 })).toBeUndefined();
  expect(whyDropped({ timeoutMs: 5000, ageMs: 2500, unreadMs: 2499 })).toBeUndefined();
});

it('drops what nobody waits for any more', () => {
  expect(whyDropped({ timeoutMs: 5000, ageMs: 5000, unreadMs: 0 })).toBe('deadline-passed');
  expect(whyDropped({ timeoutMs: 5000, ageMs: 3000, unreadMs: 2000 })).toBe('deadline-passed');
  expect(whyDropped({ timeoutMs: 5000, ageMs: 0, unreadMs: 9000 })).toBe('deadline-passed');
});

it('drops what lay unread for half of the time that its caller has', () => {
  expect(whyDropped({ timeoutMs: 5000, ageMs: 0, unreadMs: 2500 })).toBe('loop-late');
  expect(whyDropped({ timeoutMs: 3000, ageMs: 1, unreadMs: 1500 })).toBe('loop-late');
});
