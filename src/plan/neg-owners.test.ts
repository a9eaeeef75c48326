import { describe, expect, it } from 'vitest';
import { service } from '../../test/support/objects.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { parseObject } from '../kubernetes/parse.ts';
import { createSnapshot } from '../snapshot/snapshot.ts';
import { negOwners } from './neg-owners.ts';

const NEG = '{"exposed_ports": {"80": {"name": "x"}}}';

function owner(name: string, creationTimestamp = ''): KubernetesObject {
  const raw = service({ name, neg: NEG });
  const metadata = { ...(raw['metadata'] as object), creationTimestamp };
  const object = parseObject({ ...raw, metadata });
  if (object === undefined) throw new TypeError('no Service');
  return object;
}

describe('negOwners', () => {
  it('keeps the two oldest of a name, whatever came first, those that are not stored last', () => {
    const all = [
      owner('new-b'),
      owner('new-a'),
      owner('young', '2026-03-01T00:00:00Z'),
      owner('old', '2026-01-01T00:00:00Z'),
      owner('middle', '2026-02-01T00:00:00Z'),
    ];
    const namesOf = (objects: readonly KubernetesObject[]): readonly string[] =>
      negOwners(createSnapshot(objects, 'listed'))
        .of('x')
        .map(({ metadata }) => metadata.name);
    expect(namesOf(all)).toEqual(['old', 'middle']);
    expect(namesOf(all.toReversed())).toEqual(['old', 'middle']);
    expect(namesOf(all.slice(0, 2))).toEqual(['new-a', 'new-b']);
    expect(namesOf([])).toEqual([]);
  });
});
