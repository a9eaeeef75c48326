import { describe, expect, it } from 'vitest';
import { parsed } from '../../../test/support/corridor.ts';
import { argocdServer, deployment, type RawObject, service } from '../../../test/support/objects.ts';
import { isJsonObject, type JsonObject } from '../../kubernetes/read.ts';
import { SharedValues } from './interning.ts';
import { keepObject } from './trim-object.ts';

function fresh(raw: RawObject): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(raw));
  if (!isJsonObject(copy)) throw new TypeError('an object stays one');
  return copy;
}

describe('what is kept of an object', () => {
  it('is what the rules read of it', () => {
    for (const raw of [argocdServer(), deployment(), service({ neg: '{"ingress": true}' })]) {
      expect(keepObject(fresh(raw), new SharedValues())).toEqual(parsed(raw));
    }
  });

  it('has every annotation but whole manifests, which are large and read by nobody', () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'nginx.ingress.kubernetes.io/ssl-redirect': 'true',
      constructor: 'x',
    };
    const kept = keepObject(fresh(service({ annotations })), new SharedValues());
    expect(Object.entries(kept?.metadata.annotations ?? {})).toEqual([
      ['nginx.ingress.kubernetes.io/ssl-redirect', 'true'],
      ['constructor', 'x'],
    ]);
    expect(kept?.metadata.annotations['toString']).toBeUndefined();
  });

  it('shares with others what is the same, and nothing that is not', () => {
    const values = new SharedValues();
    const probed = (path: string, name: string): JsonObject =>
      fresh(deployment({ name, container: { readinessProbe: { httpGet: { path, port: 8080 } } } }));
    const [a, b, c] = [probed('/a', 'a'), probed('/a', 'b'), probed('/c', 'c')].map((raw) => keepObject(raw, values));
    if (a?.kind !== 'Deployment' || b?.kind !== 'Deployment' || c?.kind !== 'Deployment')
      throw new TypeError('kinds stay');
    expect(b.containers).toBe(a.containers);
    expect(c.containers[0]?.ports).toBe(a.containers[0]?.ports);
    expect(c.containers[0]?.readinessProbe?.httpGet?.path).toBe('/c');
    expect(b.metadata.name).toBe('b');
  });

  it('never takes an object that inherits for a map that does not', () => {
    const values = new SharedValues();
    const inheriting = values.share({});
    const bare = keepObject(fresh(service({ labels: {} })), values)?.metadata.labels;
    expect(bare).not.toBe(inheriting);
    expect(bare?.['constructor']).toBeUndefined();
  });

  it('stays right when more values have been seen than are remembered', () => {
    const values = new SharedValues();
    for (let i = 0; i < 10_000; i += 1) {
      const raw = service({ name: `web-${i}`, labels: { app: `web-${i}` } });
      const kept = keepObject(fresh(raw), values);
      if (i % 1000 === 0) expect(kept).toEqual(parsed(raw));
    }
  });
});
