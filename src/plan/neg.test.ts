import { describe, expect, it } from 'vitest';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, service } from '../../test/support/objects.ts';
import { backendOf } from '../../test/support/plan-of.ts';

const REGIONAL = factsOf({ controller: { enableIngressRegionalExternal: true } });

/** Facts §2.4, maybeEnableNEG. */
describe('the group of a backend', () => {
  it.each([
    ['"ingress": true on ClusterIP', { neg: '{"ingress": true}' }, 'neg'],
    ['another case of the key', { neg: '{"Ingress": true}' }, 'neg'],
    ['headless with the annotation', { neg: '{"ingress": true}', spec: { clusterIP: 'None' } }, 'neg'],
    ['ExternalName with the annotation', { neg: '{"ingress": true}', type: 'ExternalName' }, 'neg'],
    ['NodePort without annotation', { type: 'NodePort' }, 'instanceGroup'],
    ['LoadBalancer without annotation', { type: 'LoadBalancer' }, 'instanceGroup'],
    ['NodePort with a broken annotation', { type: 'NodePort', neg: '{"ingress": True}' }, 'instanceGroup'],
    ['NodePort with exposed_ports alone', { type: 'NodePort', neg: '{"exposed_ports": {"80": {}}}' }, 'instanceGroup'],
    ['ClusterIP without annotation', {}, 'ErrBadSvcType'],
    ['ClusterIP with a broken annotation', { neg: '{"ingress": 1}' }, 'ErrBadSvcType'],
    ['ClusterIP with exposed_ports alone', { neg: '{"exposed_ports": {"80": {}}}' }, 'ErrBadSvcType'],
    ['ClusterIP with "ingress": false', { neg: '{"ingress": false}' }, 'ErrBadSvcType'],
    ['headless without annotation', { spec: { clusterIP: 'None' } }, 'ErrBadSvcType'],
    ['ExternalName without annotation', { type: 'ExternalName' }, 'ErrBadSvcType'],
  ])('%s', (_name, options, group) => {
    const backend = backendOf([ingress({ class: 'gce' }), service(options)]);
    expect(backend.error?.code ?? backend.group).toBe(group);
  });

  it.each(['gce-internal', 'gce-regional-external'])(
    'is a NEG for %s, but only after the check of the type',
    (name) => {
      const groupOf = (options: Parameters<typeof service>[0]) => {
        const backend = backendOf([ingress({ class: name }), service(options)], REGIONAL);
        return [backend.error?.code ?? backend.group, backend.isNegForced];
      };
      expect(groupOf({ type: 'NodePort' })).toEqual(['neg', true]);
      expect(groupOf({ type: 'NodePort', neg: '{"ingress": true}' })).toEqual(['neg', false]);
      expect(groupOf({ type: 'NodePort', neg: '{"exposed_ports": {"80": {}}}' })).toEqual(['neg', false]);
      expect(groupOf({ type: 'NodePort', neg: '{"exposed_ports": {"80": {"name": "x"}}}' })).toEqual(['neg', true]);
      expect(groupOf({ type: 'NodePort', neg: '{"exposed_ports": {"81": {}}}' })).toEqual(['neg', true]);
      expect(groupOf({})).toEqual(['ErrBadSvcType', false]);
    },
  );
});
