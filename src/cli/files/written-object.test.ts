import { describe, expect, it } from 'vitest';
import { service } from '../../../test/support/objects.ts';
import { objectOf, readWritten } from './written-object.ts';

describe('the namespace of an object', () => {
  const namespaceIn = (raw: Parameters<typeof readWritten>[0], namespace: string | undefined): string | undefined =>
    objectOf(readWritten(raw), namespace)?.metadata.namespace;
  const nowhere = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } };

  it('is its own, else the one that is given, else default', () => {
    expect(namespaceIn(service({ namespace: 'shop' }), 'other')).toBe('shop');
    expect(namespaceIn(nowhere, 'other')).toBe('other');
    expect(namespaceIn(nowhere, undefined)).toBe('default');
  });

  it('is none for a kind that has none', () => {
    expect(namespaceIn({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, 'other')).toBe('');
  });
});

it('keeps nothing of a kind that the guard does not read but what it is', () => {
  const written = readWritten({
    apiVersion: 'example.com/v1',
    kind: 'Shop',
    metadata: { name: 'a' },
    spec: { size: 1 },
  });
  expect(objectOf(written, 'other')).toBe(undefined);
  expect(written).toMatchObject({ kind: 'Shop', name: 'a', namespace: '', shapeFaults: [], isPatch: false });
});
