// A fake clock and the real findings of a real world: when which Event is written.
import { describe, expect, it } from 'vitest';
import { corridorOf, parsed } from '../../test/support/corridor.ts';
import { ingress, type RawObject } from '../../test/support/objects.ts';
import { createSnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import { ANNOUNCEMENT_LIMITS, type AnnouncementLimits, Announcements, type EventWrite } from './announcements.ts';
import { type AuditedFinding, auditObjects } from './audit.ts';

const MINUTE = 60_000;

interface World {
  readonly found: readonly AuditedFinding[];
  readonly snapshot: Snapshot;
}

/** Ingresses that each name a Service that is not there. */
function worldOf(...services: readonly string[]): World {
  return worldWith(services.map((service) => stored(`for-${service}`, service)));
}

function worldWith(objects: readonly RawObject[]): World {
  const snapshot = createSnapshot(objects.map(parsed), 'everything');
  const corridor = { ...corridorOf(), snapshot };
  const found = [...auditObjects(objects.map(parsed), { corridor })].flatMap(({ findings }) => findings);
  return { found: found.filter(({ finding }) => finding.rule === 'backend-service-missing'), snapshot };
}

function stored(name: string, service: string, uid = `uid-${name}`): RawObject {
  const one = ingress({ name, class: 'gce', service });
  return { ...one, metadata: { ...(one['metadata'] as object), uid } };
}

/** Writes all that may be written now. @returns it, as `type name written` */
function writeAll(announcements: Announcements, nowMs: number): readonly string[] {
  const told: string[] = [];
  for (let write = announcements.next(nowMs); write !== undefined; write = announcements.next(nowMs)) {
    told.push(inWords(write));
    announcements.done(write, { kind: 'written', count: write.written + 1 }, nowMs);
  }
  return told;
}

function inWords({ announcement: { type, regarding }, written }: EventWrite): string {
  return `${type} ${regarding.name} ${written}`;
}

function announce(world: World, nowMs = 0, limits: Partial<AnnouncementLimits> = {}): Announcements {
  const announcements = new Announcements(nowMs, { ...ANNOUNCEMENT_LIMITS, ...limits });
  announcements.replace('shop', world.found, world.snapshot, nowMs);
  return announcements;
}

describe('an Event of a finding', () => {
  it('is written once, and then only its series, before an hour is over', () => {
    const world = worldOf('a');
    const announcements = announce(world);
    expect(writeAll(announcements, 0)).toEqual(['Warning for-a 0']);
    for (let minute = 1; minute < 50; minute += 1) {
      announcements.replace('shop', world.found, world.snapshot, minute * MINUTE);
      expect(writeAll(announcements, minute * MINUTE)).toEqual([]);
    }
    expect(writeAll(announcements, 50 * MINUTE)).toEqual(['Warning for-a 1']);
    expect(writeAll(announcements, 99 * MINUTE)).toEqual([]);
    expect(writeAll(announcements, 100 * MINUTE)).toEqual(['Warning for-a 2']);
  });

  it('is written anew where the API server has forgotten it', () => {
    const announcements = announce(worldOf('a'));
    writeAll(announcements, 0);
    const write = announcements.next(50 * MINUTE);
    if (write === undefined) throw new Error('nothing is due');
    announcements.done(write, { kind: 'forgotten' }, 50 * MINUTE);
    expect(writeAll(announcements, 50 * MINUTE)).toEqual(['Warning for-a 0']);
  });

  it('has the name of its content, so that whoever leads next goes on with it', () => {
    const nameOf = (world: World): unknown => announce(world).next(0)?.announcement.name;
    expect(nameOf(worldOf('a'))).toBe(nameOf(worldOf('a')));
    expect(nameOf(worldOf('a'))).not.toBe(nameOf(worldWith([stored('for-a', 'b')])));
    expect(nameOf(worldOf('a'))).not.toBe(nameOf(worldWith([stored('for-a', 'a', 'another')])));
  });

  it('is tried again later where it cannot be written', () => {
    const announcements = announce(worldOf('a'));
    const write = announcements.next(0);
    if (write === undefined) throw new Error('nothing is due');
    announcements.done(write, { kind: 'failed' }, 0);
    expect(writeAll(announcements, MINUTE - 1)).toEqual([]);
    expect(writeAll(announcements, MINUTE)).toEqual(['Warning for-a 0']);
  });
});

describe('what is over', () => {
  it('is said once, and its Event is not renewed', () => {
    const announcements = announce(worldOf('a'));
    writeAll(announcements, 0);
    const { snapshot } = worldOf('a');
    announcements.replace('shop', [], snapshot, MINUTE);
    expect(writeAll(announcements, MINUTE)).toEqual(['Normal for-a 0']);
    announcements.replace('shop', [], snapshot, 2 * MINUTE);
    expect(writeAll(announcements, 200 * MINUTE)).toEqual([]);
    expect(announcements.size).toBe(0);
  });

  it('is not said of what nobody was told', () => {
    const announcements = announce(worldOf('a'));
    announcements.replace('shop', [], worldOf('a').snapshot, 1);
    expect(writeAll(announcements, 1)).toEqual([]);
  });

  it('is not said of an object that is gone, or has been made anew', () => {
    for (const after of [worldWith([]), worldWith([stored('for-a', 'a', 'another')])]) {
      const announcements = announce(worldOf('a'));
      writeAll(announcements, 0);
      announcements.replace('shop', [], after.snapshot, MINUTE);
      expect(writeAll(announcements, MINUTE)).toEqual([]);
    }
  });

  it('is not said where it comes back before that is written', () => {
    const world = worldOf('a');
    const announcements = announce(world);
    writeAll(announcements, 0);
    announcements.replace('shop', [], world.snapshot, MINUTE);
    announcements.replace('shop', world.found, world.snapshot, 2 * MINUTE);
    expect(writeAll(announcements, 2 * MINUTE)).toEqual(['Warning for-a 0']);
  });

  it('is not said of what is only worded in another way: that is another Event', () => {
    const world = worldOf('a');
    const announcements = announce(world);
    writeAll(announcements, 0);
    const reworded = world.found.map((one) => ({ ...one, finding: { ...one.finding, message: 'it is wrong.' } }));
    announcements.replace('shop', reworded, world.snapshot, MINUTE);
    expect(writeAll(announcements, MINUTE)).toEqual(['Warning for-a 0']);
  });
});

describe('the rate', () => {
  const many = worldOf(...Array.from({ length: 60 }, (_, index) => `s${index}`));

  it('lets a burst through, and then so many a second', () => {
    const announcements = announce(many);
    expect(writeAll(announcements, 0)).toHaveLength(25);
    expect(writeAll(announcements, 100)).toHaveLength(0);
    expect(writeAll(announcements, 1000)).toHaveLength(5);
    expect(writeAll(announcements, 3000)).toHaveLength(10);
    expect(writeAll(announcements, 100_000)).toHaveLength(20);
  });

  it('lets what is new go before what is renewed, and what is over before that', () => {
    const limits = { rate: { burst: 1, perSecond: 1 } };
    const two = worldOf('a', 'b');
    const announcements = announce(two, 0, limits);
    writeAll(announcements, 0);
    writeAll(announcements, 1000);
    const later = worldWith([stored('for-a', 'a'), stored('for-b', 'b'), stored('for-c', 'c')]);
    const withoutA = later.found.filter(({ finding }) => finding.object.metadata.name !== 'for-a');
    announcements.replace('shop', withoutA, later.snapshot, 51 * MINUTE);
    const told = [0, 1, 2].flatMap((second) => writeAll(announcements, 51 * MINUTE + second * 1000));
    expect(told).toEqual(['Warning for-c 0', 'Normal for-a 0', 'Warning for-b 1']);
  });

  it('counts what is beyond the limits, and tells none of it', () => {
    const announcements = new Announcements(0, { ...ANNOUNCEMENT_LIMITS, total: 10 });
    expect(announcements.replace('shop', many.found, many.snapshot, 0)).toBe(50);
    expect(announcements.size).toBe(10);
    expect(announcements.replace('other', worldOf('x').found, many.snapshot, 0)).toBe(1);
  });
});
