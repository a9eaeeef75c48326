import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { configMap, deployment, ingress, service } from '../../test/support/objects.ts';
import { NO_FACTS } from '../facts/facts.ts';
import type { ConfigMap, Ingress } from '../kubernetes/objects.ts';
import { createSnapshot } from '../snapshot/snapshot.ts';
import { MOUNTED_LIMITS, MountedConfigs, mountedBehind } from './mounted-configs.ts';

const of = (name: string, namespace = 'shop') => ({ namespace, name });
const withText = (text: string, name = 'a'): ConfigMap =>
  parsed(configMap({ name, data: { 'default.conf': text } })) as ConfigMap;

const MOUNTING = {
  container: { volumeMounts: [{ name: 'files', mountPath: '/etc/nginx/conf.d' }] },
  podSpec: { volumes: [{ name: 'files', configMap: { name: 'nginx' } }] },
};

describe('what to read', () => {
  const behind = (given: Parameters<typeof ingress>[0], neighbours = [deployment(MOUNTING)], excluded = '') => {
    const one = parsed(ingress(given)) as Ingress;
    const snapshot = createSnapshot([one, ...[service(), ...neighbours].map(parsed)], 'nothing');
    const policy = { isExcluded: (namespace: string) => namespace === excluded };
    return [...mountedBehind(one, snapshot, { facts: NO_FACTS, policy })];
  };

  it('is what workloads behind an Ingress of GKE mount as files, and nobody has seen', () => {
    expect(behind({ class: 'gce' })).toEqual([of('nginx')]);
    expect(behind({ class: 'nginx' })).toEqual([]);
    expect(behind({ class: 'gce' }, [deployment(MOUNTING)], 'shop')).toEqual([]);
    expect(behind({ class: 'gce', service: 'other' })).toEqual([]);
    expect(
      behind({ class: 'gce' }, [deployment({ container: { envFrom: [{ configMapRef: { name: 'env' } }] } })]),
    ).toEqual([]);
    expect(behind({ class: 'gce' }, [deployment(MOUNTING), configMap({ name: 'nginx', data: {} })])).toEqual([]);
  });

  it('is bounded in all and in a round, one of each namespace first, and what was read longest ago before the rest', () => {
    const configs = new MountedConfigs({ configMaps: 4, bytes: 100, reads: 2 });
    expect(configs.want([of('a'), of('b'), of('c'), of('d'), of('a'), of('x', 'blog')])).toBe(1);
    expect(configs.due(0)).toEqual([of('a'), of('x', 'blog')]);
    configs.take(of('a'), withText('1'), 10);
    configs.take(of('x', 'blog'), undefined, 11);
    expect(configs.due(0)).toEqual([of('b'), of('c')]);
    configs.take(of('b'), undefined, 12);
    configs.take(of('c'), undefined, 13);
    expect(configs.due(9)).toEqual([]);
    expect(configs.due(12)).toEqual([of('a'), of('x', 'blog')]);
    // What nobody mounts any more is not kept.
    configs.want([of('b')]);
    expect(configs.size).toBe(0);
  });
});

describe('what was read', () => {
  const base = createSnapshot([], 'nothing');

  it('is laid over the view until it changes, and says when', () => {
    const configs = new MountedConfigs();
    configs.want([of('a')]);
    expect(configs.over(base)).toBe(base);
    expect(configs.take(of('a'), withText('1'), 1)).toBe('changed');
    const first = configs.over(base);
    expect(first.get('ConfigMap', 'shop', 'a')?.data).toEqual({ 'default.conf': '1' });
    expect(configs.over(base)).toBe(first);
    expect(configs.take(of('a'), withText('1'), 2)).toBe('same');
    expect(configs.over(base)).toBe(first);
    expect(configs.take(of('a'), withText('2'), 3)).toBe('changed');
    expect(configs.take(of('a'), undefined, 4)).toBe('changed');
    expect(configs.over(base)).toBe(base);
    expect(configs.take(of('unwanted'), withText('1'), 5)).toBe('same');
  });

  it('leaves out what is too large, and what the view has by itself', () => {
    const configs = new MountedConfigs();
    configs.want([of('a')]);
    expect(configs.take(of('a'), withText('x'.repeat(MOUNTED_LIMITS.bytes)), 1)).toBe('too-large');
    expect(configs.over(base)).toBe(base);
    configs.take(of('a'), withText('read'), 2);
    const seen = createSnapshot([withText('seen')], 'nothing');
    expect(configs.over(seen).get('ConfigMap', 'shop', 'a')?.data).toEqual({ 'default.conf': 'seen' });
  });
});
