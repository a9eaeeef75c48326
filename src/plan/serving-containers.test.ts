import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { deployment } from '../../test/support/objects.ts';
import type { Workload } from '../kubernetes/objects.ts';
import { containerPath, containersDeclaring, namesOf, numberIn, numberOf } from './serving-containers.ts';

const many = (length: number): readonly object[] =>
  Array.from({ length }, (_, index) => ({ name: `other-${index}`, containerPort: 9000 + index }));

/** Ports of one name and of one number twice, after so many others. */
const PORTS = [
  { name: 'web', containerPort: 80 },
  { name: 'web', containerPort: 81 },
  { name: 'admin', containerPort: 80 },
  { containerPort: 82 },
];

// More than a few are found by an index.
describe.each([0, 40])('ports beside %d others', (others) => {
  const workload = parsed(deployment({ name: 'web', container: { ports: [...many(others), ...PORTS] } })) as Workload;
  const [container] = workload.containers;

  it('are found by the first of a name, and by their number', () => {
    if (container === undefined) throw new Error('The workload has no container.');
    expect(['web', 'admin', '', 'none', 8080].map((port) => numberOf(container, port))).toEqual([
      80,
      80,
      undefined,
      undefined,
      8080,
    ]);
    expect([80, 81, 82].map((number) => namesOf(container, number))).toEqual([['web', 'admin'], ['web'], []]);
    const declaring = ['web', 82, '', 8080, undefined].map((port) => containersDeclaring(workload, port).length);
    expect(declaring).toEqual([1, 1, 0, 0, 0]);
  });
});

describe.each([1, 40])('one of %d containers', (count) => {
  const containers = Array.from({ length: count }, (_, index) => ({
    name: `c${index}`,
    image: 'web',
    ports: [{ name: `p${index}`, containerPort: 80 + index }],
  }));
  const workload = parsed(deployment({ name: 'web', podSpec: { containers } })) as Workload;
  const last = count - 1;

  it('is found by its port, with its place in the Pod', () => {
    const [found, other] = containersDeclaring(workload, `p${last}`);
    if (found === undefined) throw new Error('No container declares the port.');
    expect([found.name, other]).toEqual([`c${last}`, undefined]);
    expect(containersDeclaring(workload, 80 + last)).toEqual([found]);
    expect(containerPath(workload, found)).toEqual(['spec', 'template', 'spec', 'containers', last]);
    expect(numberIn(workload, `p${last}`)).toBe(80 + last);
  });
});
