// The attacks on memory, each with how many take part: few in `npm test`, as many as there were in `npm run test:soak`.
import type { Socket } from 'node:net';
import { MAX_JSON_VALUES } from '../../src/server/json-shape.ts';
import { attack, faultyIngress, head, largeUpdate, STALLED_BODY_BYTES } from './attacks.ts';
import type { GuardProcess } from './guard-process.ts';
import { service } from './objects.ts';
import { reviewOf } from './reviews.ts';

export interface MemoryAttack {
  readonly name: string;
  readonly run: (guard: GuardProcess) => Promise<void>;
}

export interface Numbers {
  readonly stalledBodies: number;
  readonly updates: number;
  readonly manyValues: number;
  readonly idleClients: number;
  readonly nonReaders: number;
}

export function memoryAttacks({
  stalledBodies,
  updates,
  manyValues,
  idleClients,
  nonReaders,
}: Numbers): readonly MemoryAttack[] {
  return [
    { name: `${stalledBodies} bodies of 7 MiB that stall before their last byte`, run: stall(stalledBodies) },
    { name: `${updates} valid updates of 3 MB at once`, run: update(updates) },
    { name: 'a body of 6.8 MB of "["', run: brackets },
    { name: `${manyValues} bodies of as many values as are parsed`, run: values(manyValues) },
    { name: `${idleClients} clients that sit idle`, run: idle(idleClients) },
    { name: `${nonReaders} clients that never read their long denials`, run: neverRead(nonReaders) },
  ];
}

const stall =
  (count: number) =>
  async (guard: GuardProcess): Promise<void> => {
    const part = Buffer.alloc(STALLED_BODY_BYTES - 1, '{"a":1,');
    const attackers = await attack(guard, count, (socket) => {
      socket.resume().write(head(STALLED_BODY_BYTES));
      socket.write(part);
    });
    await allClosed(attackers.sockets);
  };

const update =
  (count: number) =>
  async (guard: GuardProcess): Promise<void> => {
    await exchange(guard, count, largeUpdate(3_000_000));
  };

/** Objects of a key that is nowhere else are what takes most memory. */
const values =
  (count: number) =>
  async (guard: GuardProcess): Promise<void> => {
    const each = 3; // two brackets and a comma
    const objects = Array.from({ length: (MAX_JSON_VALUES - 1000) / each }, (_, at) => `{"${at.toString(36)}":{}}`);
    const text = JSON.stringify(reviewOf(service(), { uid: 'u' })).replace('"spec":', `"x":[${objects}],"spec":`);
    await exchange(guard, count, text);
  };

async function brackets(guard: GuardProcess): Promise<void> {
  await exchange(guard, 1, '['.repeat(6_800_000));
}

const idle =
  (count: number) =>
  async (guard: GuardProcess): Promise<void> => {
    const attackers = await attack(guard, count, (socket) => void socket.resume());
    attackers.end();
    await allClosed(attackers.sockets);
  };

const neverRead =
  (count: number) =>
  async (guard: GuardProcess): Promise<void> => {
    const text = faultyIngress(2000);
    const request = Buffer.from(head(text.length) + text);
    const attackers = await attack(guard, count, (socket) => {
      socket.pause();
      for (let times = 0; times < 3; times += 1) socket.write(request);
    });
    // The kernel takes what it has room for; the rest the guard must hold, or end.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    attackers.end();
    await allClosed(attackers.sockets);
  };

/** Sends the same from many at once. @throws Error where one is not answered */
async function exchange(guard: GuardProcess, count: number, text: string): Promise<void> {
  const request = Buffer.from(head(text.length) + text);
  let answered = 0;
  const attackers = await attack(guard, count, (socket) => {
    socket.once('data', () => {
      answered += 1;
      socket.end();
    });
    socket.write(request);
  });
  await allClosed(attackers.sockets);
  if (answered < count) throw new Error(`${count - answered} of ${count} were not answered`);
}

async function allClosed(sockets: readonly Socket[]): Promise<void> {
  await Promise.all(
    sockets.map((socket) => (socket.closed ? undefined : new Promise((resolve) => socket.once('close', resolve)))),
  );
}
