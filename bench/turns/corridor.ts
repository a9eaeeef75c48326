// What a server or a worker of the comparison knows: the shipped policy, all rules, and a view of as many objects as are asked for.

import { createSnapshot } from '../../src/snapshot/snapshot.ts';
import type { Corridor } from '../../src/verdict/corridor.ts';
import { corridorOf, parsed } from '../../test/support/corridor.ts';
import { ADD_ON_ON } from '../../test/support/facts.ts';
import { objects } from '../scale/objects.ts';

/** In the proportions of bench:scale. */
export function corridorWith(thousands: number): Corridor {
  const shape = {
    namespaces: Math.round((thousands * 1000) / 35),
    services: Math.round((thousands * 10_000) / 35),
    ingresses: Math.round((thousands * 5000) / 35),
    deployments: Math.round((thousands * 20_000) / 35),
  };
  const known = thousands === 0 ? [] : objects(shape).map((one) => parsed(one));
  return corridorOf([], { facts: ADD_ON_ON, snapshot: createSnapshot(known, 'listed') });
}
