import { describe, expect, it } from 'vitest';
import { NoRoom, Room } from './room.ts';

const KIB = 1024;
const textOf = (bytes: number): object => ({ text: 'x'.repeat(bytes) });

describe('the room for what is kept', () => {
  it('counts an object as a kibibyte at least, and larger ones by what they take', () => {
    const room = new Room(100 * KIB);
    room.take('a', { name: 'a' }, true);
    expect(room.usedBytes).toBe(KIB);
    room.take('b', textOf(10 * KIB), true);
    expect(room.usedBytes).toBeGreaterThan(11 * KIB);
    expect(room.usedBytes).toBeLessThan(11.1 * KIB);
    room.take('b', { name: 'b' }, false);
    expect(room.usedBytes).toBe(2 * KIB);
    room.take('b', textOf(5 * KIB), false);
    room.leave('b');
    room.leave('a');
    expect(room.usedBytes).toBe(0);
  });

  it('takes nothing that does not fit, and leaves all as it was', () => {
    const room = new Room(10 * KIB);
    room.take('a', textOf(6 * KIB), true);
    const before = room.usedBytes;
    expect(() => room.take('b', textOf(6 * KIB), true)).toThrow(NoRoom);
    expect(() => room.take('a', textOf(11 * KIB), false)).toThrow(NoRoom);
    expect(room.usedBytes).toBe(before);
    room.take('a', textOf(2 * KIB), false);
    room.take('b', textOf(6 * KIB), true);
  });

  it('counts a text of wide characters twice, as V8 keeps it, and keys that people choose', () => {
    const of = (value: object): number => {
      const room = new Room(1000 * KIB);
      room.take('a', value, true);
      return room.usedBytes;
    };
    expect(of({ text: `${'x'.repeat(10 * KIB - 1)}ł` }) - of(textOf(10 * KIB))).toBe(10 * KIB);
    const map: Record<string, string> = Object.create(null);
    for (let key = 0; key < 1000; key += 1) map[`example.com/key-number-${key}`] = '';
    expect(of({ map })).toBeGreaterThan(70 * KIB);
  });
});
