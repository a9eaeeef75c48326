import { describe, expect, it } from 'vitest';
import { deployment, ingress, type RawObject, service } from '../../../test/support/objects.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { parseObject } from '../../kubernetes/parse.ts';
import { mergeWithStored } from './merge-with-stored.ts';
import { readWritten } from './written-object.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function over(file: RawObject, live: RawObject): KubernetesObject {
  const [object, stored] = [parseObject(file), parseObject(live)];
  if (object === undefined || stored === undefined) throw new TypeError('no object that the guard reads');
  return mergeWithStored(object, readWritten(file).specFields, stored);
}

describe('annotations and labels', () => {
  it('of others stay, the file’s win, and what the last apply had and the file no longer has goes', () => {
    const applied = JSON.stringify({ metadata: { annotations: { mine: '1', dropped: '1' } } });
    const live = service({ annotations: { mine: '1', dropped: '1', others: '1', [LAST_APPLIED]: applied } });
    const { annotations } = over(service({ annotations: { mine: '2' } }), live).metadata;
    expect(annotations).toEqual({ mine: '2', others: '1', [LAST_APPLIED]: applied });
  });

  it.each(['', '{', '7', 'null'])('all stay where the last apply cannot be read: %j', (applied) => {
    const live = service({ annotations: { others: '1', [LAST_APPLIED]: applied } });
    expect(over(service(), live).metadata.annotations).toMatchObject({ others: '1' });
  });
});

it('what the system has written stays', () => {
  const live = ingress({ finalizers: ['networking.gke.io/ingress-finalizer-V2'], address: '203.0.113.7' });
  expect(over(ingress(), live)).toMatchObject({
    hasAddress: true,
    metadata: { finalizers: ['networking.gke.io/ingress-finalizer-V2'] },
  });
});

it('a class that was filled in stays, one that the file had does not', () => {
  expect(over(ingress(), ingress({ ingressClassName: 'gce' }))).toMatchObject({ ingressClassName: 'gce' });
  const applied = JSON.stringify({ spec: { ingressClassName: 'gce' } });
  const live = ingress({ ingressClassName: 'gce', annotations: { [LAST_APPLIED]: applied } });
  expect(over(ingress(), live)).toMatchObject({ ingressClassName: undefined });
});

it('what was allocated for a Service stays', () => {
  const ports = [{ name: 'http', port: 80, nodePort: 30_080 }];
  const live = service({ type: 'NodePort', ports, spec: { clusterIP: '10.0.0.7', ipFamilies: ['IPv4'] } });
  const plain = [{ name: 'http', port: 80 }];
  expect(over(service({ type: 'NodePort', ports: plain }), live)).toMatchObject({
    ports: [{ nodePort: 30_080 }],
    clusterIP: '10.0.0.7',
    ipFamilies: ['IPv4'],
  });
  expect(over(service({ ports: plain }), live)).toMatchObject({ ports: [{ nodePort: 0 }] });
});

it('a scale that the file leaves out is the autoscaler’s', () => {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [] } };
  const bare = { ...deployment(), spec: { template } };
  expect(over(bare, deployment({ spec: { replicas: 7 } }))).toMatchObject({ replicas: 7 });
  expect(over(deployment({ spec: { replicas: 3 } }), deployment({ spec: { replicas: 7 } }))).toMatchObject({
    replicas: 3,
  });
});
