import { expect, it } from 'vitest';
import { whyDropped } from './shedding.ts';

it('looks at what is in time', () => {
  expect(whyDropped({ timeoutMs: 5000, ageMs: 0, unreadMs: 0, waitedMs: 0 })).toBeUndefined();
  expect(whyDropped({ timeoutMs: 5000, ageMs: 4999, unreadMs: 0, waitedMs: 0 })).toBeUndefined();
  expect(whyDropped({ timeoutMs: 5000, ageMs: 2500, unreadMs: 2499, waitedMs: 0 })).toBeUndefined();
});

it('drops what nobody waits for any more', () => {
  expect(whyDropped({ timeoutMs: 5000, ageMs: 5000, unreadMs: 0, waitedMs: 0 })).toBe('deadline-passed');
  expect(whyDropped({ timeoutMs: 5000, ageMs: 3000, unreadMs: 2000, waitedMs: 0 })).toBe('deadline-passed');
  expect(whyDropped({ timeoutMs: 5000, ageMs: 0, unreadMs: 9000, waitedMs: 0 })).toBe('deadline-passed');
});

it('drops what lay unread for half of the time that its caller has', () => {
  expect(whyDropped({ timeoutMs: 5000, ageMs: 0, unreadMs: 2500, waitedMs: 0 })).toBe('loop-late');
  expect(whyDropped({ timeoutMs: 3000, ageMs: 1, unreadMs: 1500, waitedMs: 0 })).toBe('loop-late');
});

it('drops what waited for its turn for so long', () => {
  expect(whyDropped({ timeoutMs: 5000, ageMs: 2600, unreadMs: 0, waitedMs: 2499 })).toBeUndefined();
  expect(whyDropped({ timeoutMs: 5000, ageMs: 2600, unreadMs: 0, waitedMs: 2500 })).toBe('loop-late');
  expect(whyDropped({ timeoutMs: 5000, ageMs: 1000, unreadMs: 1500, waitedMs: 1000 })).toBe('loop-late');
});
