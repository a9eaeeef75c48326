import { describe, expect, it } from 'vitest';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { type ObjectEvent, parseEvent } from '../kubernetes/event.ts';
import type { Ingress, Service } from '../kubernetes/objects.ts';
import { parseObject } from '../kubernetes/parse.ts';
import { readSeen, type SeenIngress } from './seen.ts';

const see = (web: RawObject, svc: RawObject = service(), events: readonly ObjectEvent[] = []): SeenIngress =>
  readSeen({
    ingress: parseObject(web) as Ingress,
    addresses: ['203.0.113.7'],
    services: [parseObject(svc) as Service],
    events,
    knowsEvents: true,
    hasSystemDefault: true,
    serverVersion: 'v1.33.4-gke.1036000',
  });

const event = (fields: Partial<ObjectEvent>): ObjectEvent => ({
  ...parseEvent({}),
  kind: 'Ingress',
  namespace: 'shop',
  name: 'web',
  source: 'loadbalancer-controller',
  ...fields,
});

describe('readSeen', () => {
  it('reads what the controllers write', () => {
    const web = ingress({
      finalizers: ['networking.gke.io/ingress-finalizer-V2'],
      annotations: {
        'ingress.kubernetes.io/backends': '{"k8s1-a":"HEALTHY","k8s-be-30080--b":"UNHEALTHY"}',
        'ingress.kubernetes.io/url-map': 'k8s2-um-a',
        'ingress.kubernetes.io/rewrite-target': '/',
      },
    });
    const status = '{"network_endpoint_groups":{"80":"k8s1-a"},"zones":["europe-west1-b"]}';
    expect(see(web, service({ annotations: { 'cloud.google.com/neg-status': status } }))).toEqual({
      finalizer: 'networking.gke.io/ingress-finalizer-V2',
      createdAt: '',
      addresses: ['203.0.113.7'],
      resources: { 'url-map': 'k8s2-um-a' },
      backends: [
        { name: 'k8s1-a', health: 'HEALTHY' },
        { name: 'k8s-be-30080--b', health: 'UNHEALTHY' },
      ],
      negs: [{ service: 'web', port: 80, name: 'k8s1-a', zones: ['europe-west1-b'] }],
      events: [],
      knowsEvents: true,
      hasSystemDefault: true,
      serverVersion: 'v1.33.4-gke.1036000',
    });
  });

  it.each(['Unknown', '', '{', '[]', 'null', '7', '{"a":', '{"__proto__":{"a":1}}'])(
    'takes %j for no backends and no NEGs, or at most for odd ones',
    (text) => {
      const web = ingress({ annotations: { 'ingress.kubernetes.io/backends': text } });
      const seen = see(web, service({ annotations: { 'cloud.google.com/neg-status': text } }));
      expect(seen.negs).toEqual([]);
      expect(seen.backends.every(({ health }) => health === 'Unknown')).toBe(true);
    },
  );

  it('takes what is not text for unknown, and reads ports as numbers only', () => {
    const web = ingress({ annotations: { 'ingress.kubernetes.io/backends': '{"a":1,"b":null,"c":"HEALTHY"}' } });
    const status = '{"network_endpoint_groups":{"http":"x","80":7,"81":"","82":"ok"},"zones":"a"}';
    const seen = see(web, service({ annotations: { 'cloud.google.com/neg-status': status } }));
    expect(seen.backends.map(({ health }) => health)).toEqual(['Unknown', 'Unknown', 'HEALTHY']);
    expect(seen.negs).toEqual([{ service: 'web', port: 82, name: 'ok', zones: [] }]);
  });

  it('makes what it reads safe to print', () => {
    const text = '{"a\\u001b[2J":"HEAL\\u0007THY\\u202e"}';
    const seen = see(ingress({ annotations: { 'ingress.kubernetes.io/backends': text } }));
    expect(seen.backends).toEqual([{ name: 'a [2J', health: 'HEAL THY' }]);
  });

  it('takes the Events of GKE’s controllers about the Ingress and its Services, newest first', () => {
    const events = [
      event({ message: 'old', lastSeenMs: 1 }),
      event({ message: 'new', lastSeenMs: 3 }),
      event({ message: 'of the Service', kind: 'Service', source: 'neg-controller', lastSeenMs: 2 }),
      event({ message: 'of another', name: 'other', lastSeenMs: 9 }),
      event({ message: 'elsewhere', namespace: 'bar', lastSeenMs: 9 }),
      event({ message: 'by another', source: 'nginx', lastSeenMs: 9 }),
    ];
    expect(see(ingress(), service(), events).events.map(({ message }) => message)).toEqual([
      'new',
      'of the Service',
      'old',
    ]);
  });
});

describe('parseEvent', () => {
  it('reads old and new Events', () => {
    const common = {
      type: 'Warning',
      reason: 'Sync',
      message: 'no\nway',
      involvedObject: { kind: 'Ingress', name: 'web' },
    };
    const lastSeenMs = Date.parse('2026-11-01T12:00:00Z');
    const old = { ...common, source: { component: 'a' }, count: 4, lastTimestamp: '2026-11-01T12:00:00Z' };
    expect(parseEvent(old)).toMatchObject({ message: 'no way', source: 'a', count: 4, lastSeenMs });
    const series = { count: 7, lastObservedTime: '2026-11-01T12:00:00.000000Z' };
    const recent = { ...common, reportingComponent: 'b', eventTime: '2026-11-01T11:00:00.000000Z', series };
    expect(parseEvent(recent)).toMatchObject({ source: 'b', count: 7, lastSeenMs });
  });

  it.each([undefined, null, 7, 'x', [], { involvedObject: 1, count: 'x', lastTimestamp: {} }])(
    'reads %j as empty',
    (raw) => {
      expect(parseEvent(raw)).toMatchObject({ kind: '', message: '', source: '', count: 1, lastSeenMs: 0 });
    },
  );
});
