import { expect, it } from 'vitest';
import { AuditSchedule } from './schedule.ts';

const TIMES = { intervalMs: 600_000, settleMs: 2000 };
const EVERYTHING = { everything: true };

function settled(): AuditSchedule {
  const schedule = new AuditSchedule(TIMES, 0);
  expect(schedule.take(0)).toEqual(EVERYTHING);
  schedule.judged(undefined, 10, 0);
  return schedule;
}

it('judges everything at first, and again when the interval is over', () => {
  const schedule = settled();
  expect(schedule.take(1)).toBeUndefined();
  expect(schedule.take(599_999)).toBeUndefined();
  expect(schedule.take(600_000)).toEqual(EVERYTHING);
});

it('judges a namespace soon after its first change, once for all changes', () => {
  const schedule = settled();
  schedule.changed('shop', 1000);
  schedule.changed('shop', 2500);
  schedule.changed('other', 2900);
  expect(schedule.take(2999)).toBeUndefined();
  expect(schedule.take(3000)).toEqual({ everything: false, namespaces: ['shop'] });
  expect(schedule.take(4900)).toEqual({ everything: false, namespaces: ['other'] });
  expect(schedule.take(10_000)).toBeUndefined();
});

it('judges everything where any plan may rest on what has changed', () => {
  const schedule = settled();
  schedule.changed('shop', 1000);
  schedule.changed('', 1000);
  expect(schedule.take(3000)).toEqual(EVERYTHING);
  expect(schedule.take(3001)).toBeUndefined();
});

it('lets what takes long rest ten times as long, however often it changes', () => {
  const schedule = settled();
  schedule.judged('busy', 3000, 10_000);
  schedule.changed('busy', 10_000);
  expect(schedule.take(39_999)).toBeUndefined();
  expect(schedule.take(40_000)).toEqual({ everything: false, namespaces: ['busy'] });
  schedule.judged('busy', 100, 40_100);
  schedule.changed('busy', 40_100);
  expect(schedule.take(42_100)).toEqual({ everything: false, namespaces: ['busy'] });
  schedule.judged(undefined, 5000, 50_000);
  schedule.changed('', 50_000);
  expect(schedule.take(99_999)).toBeUndefined();
  expect(schedule.take(100_000)).toEqual(EVERYTHING);
});
