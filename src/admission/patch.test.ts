import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../test/support/json-patch.ts';
import { addAnnotation } from './patch.ts';

const KEY = 'cloud.google.com/neg';
const VALUE = '{"ingress": true}';

describe('the patch of an annotation', () => {
  it('adds one key to the annotations that are there, its slash escaped', () => {
    expect(addAnnotation({ metadata: { annotations: { team: 'shop' } } }, KEY, VALUE)).toEqual([
      { op: 'add', path: '/metadata/annotations/cloud.google.com~1neg', value: VALUE },
    ]);
    expect(addAnnotation({ metadata: { annotations: {} } }, KEY, VALUE)).toEqual([
      { op: 'add', path: '/metadata/annotations/cloud.google.com~1neg', value: VALUE },
    ]);
  });

  it.each([
    ['are absent', { name: 'web' }],
    ['are null', { name: 'web', annotations: null }],
    ['have the wrong shape', { annotations: ['x'] }],
  ])('makes the map with its one key where annotations %s', (_, metadata) => {
    expect(addAnnotation({ metadata }, KEY, VALUE)).toEqual([
      { op: 'add', path: '/metadata/annotations', value: { [KEY]: VALUE } },
    ]);
  });

  it.each([[{}], [{ metadata: null }], [{ metadata: 'web' }], [{ metadata: [] }], [null], ['x'], [undefined]])(
    'is none where there is no metadata to patch: %j',
    (raw) => {
      expect(addAnnotation(raw, KEY, VALUE)).toBe(undefined);
    },
  );

  it('escapes a tilde before a slash', () => {
    expect(addAnnotation({ metadata: { annotations: {} } }, 'a~b/c~1', 'x')?.[0]?.path).toBe(
      '/metadata/annotations/a~0b~1c~01',
    );
  });

  it('sets that annotation and leaves everything else as it was, whatever the keys', () => {
    const annotations = fc.option(fc.dictionary(fc.string(), fc.string()), { nil: undefined });
    fc.assert(
      fc.property(annotations, fc.string(), fc.string(), (before, key, value) => {
        fc.pre(key !== '__proto__');
        const object = { kind: 'Service', metadata: { name: 'web', ...(before && { annotations: before }) } };
        const patch = addAnnotation(object, key, value);
        expect(applyPatch(object, patch ?? [])).toEqual({
          kind: 'Service',
          metadata: { name: 'web', annotations: { ...before, [key]: value } },
        });
      }),
    );
  });
});
