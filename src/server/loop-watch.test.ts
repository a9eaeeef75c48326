import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchLoop } from './loop-watch.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

it('is not behind while its ticks are in time', () => {
  let nowMs = 0;
  const watch = watchLoop(() => nowMs);
  for (let tick = 0; tick < 20; tick += 1) {
    nowMs += 100;
    expect(watch.waitedMs()).toBe(0);
    vi.advanceTimersByTime(100);
    expect(watch.waitedMs()).toBe(0);
  }
  watch.stop();
  expect(vi.getTimerCount()).toBe(0);
});

it('is behind by the length of a turn, in this turn and for what is read right after it', () => {
  let nowMs = 0;
  const watch = watchLoop(() => nowMs);
  nowMs += 100;
  vi.advanceTimersByTime(100);
  nowMs += 2000;
  expect(watch.waitedMs()).toBe(1900);
  vi.advanceTimersByTime(100);
  expect(watch.waitedMs()).toBe(1800);
  nowMs += 100;
  vi.advanceTimersByTime(100);
  expect(watch.waitedMs()).toBe(0);
});
