import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { configMap } from '../../test/support/objects.ts';
import type { ConfigMap } from '../kubernetes/objects.ts';
import { keyOf, type Learned, MAX_STORE_BYTES, readStore, whyForeign, withLearnt, writeStore } from './learned.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');

function learned(given: Partial<Learned> = {}): Learned {
  return {
    image: 'registry.example/web:1.0',
    digest: `sha256:${'a'.repeat(64)}`,
    configMaps: [],
    settings: '0'.repeat(32),
    protocol: 'HTTP',
    port: 8080,
    host: '',
    path: '/healthz',
    status: 307,
    scheme: 'https',
    redirectsTo: 'sameHost',
    source: 'asked',
    at: '2026-11-28T10:00:00Z',
    namespace: 'shop',
    ...given,
  };
}

function storeWith(text: string, labels = {}): ConfigMap {
  return parsed(configMap({ name: 'gke-ingress-guard-learned', labels, data: { 'learned.json': text } })) as ConfigMap;
}

function written(all: readonly Learned[]): string {
  return String(writeStore(all, NOW)['learned.json']);
}

describe('the store', () => {
  it('reads what it wrote', () => {
    const all = [learned(), learned({ path: '/', redirectsTo: undefined, scheme: '', status: 404, source: 'google' })];
    expect(readStore(storeWith(written(all)))).toEqual({ learned: all, fault: undefined });
  });

  it('takes what was written before there was a protocol for plain HTTP', () => {
    const { protocol: _, ...before } = learned();
    const text = JSON.stringify({ version: 1, learned: [before] });
    expect(readStore(storeWith(text)).learned).toEqual([learned()]);
  });

  it('keeps answers over TLS beside those over plain HTTP', () => {
    const all = (['HTTP', 'HTTPS', 'HTTP2'] as const).map((protocol) => learned({ protocol }));
    expect(readStore(storeWith(written(all.reduce(withLearnt, [] as readonly Learned[])))).learned).toHaveLength(3);
    expect(new Set(all.map(keyOf)).size).toBe(3);
  });

  it('leaves out what is no answer, and says how much', () => {
    const broken: readonly object[] = [
      { ...learned(), digest: 'latest' },
      { ...learned(), status: 99 },
      { ...learned(), port: '8080' },
      { ...learned(), protocol: 'SSL' },
      { ...learned(), path: 'healthz' },
      { ...learned(), path: `/${'x'.repeat(2000)}` },
      { ...learned(), at: 'yesterday' },
      { ...learned(), source: 'somebody' },
      { ...learned(), scheme: 'javascript' },
    ];
    const text = JSON.stringify({ version: 1, learned: [...broken, learned(), null, 7, 'x'] });
    expect(readStore(storeWith(text))).toEqual({ learned: [learned()], fault: `9 of its entries cannot be read` });
  });

  it.each([
    ['{', 'it is no JSON'],
    ['[]', 'it is of another version'],
    ['{"version":2,"learned":[]}', 'it is of another version'],
    [' '.repeat(MAX_STORE_BYTES + 1), 'it is larger than 512 KiB'],
  ])('reads nothing out of %.20j', (text, fault) => {
    expect(readStore(storeWith(text))).toEqual({ learned: [], fault });
  });

  it('keeps the newest thousand, within half a mebibyte, for a month', () => {
    const minute = (index: number): string => `${new Date(NOW - index * 60_000).toISOString().slice(0, 19)}Z`;
    const many = Array.from({ length: 1500 }, (_, index) => learned({ port: index + 1, at: minute(index) }));
    const kept = readStore(storeWith(written(many.toReversed()))).learned;
    expect(kept).toEqual(many.slice(0, 1000));
    const large = many.map((one) => ({ ...one, path: `/${'ł'.repeat(900)}` }));
    const text = written(large);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_STORE_BYTES);
    expect(readStore(storeWith(text)).learned.length).toBeGreaterThan(200);
    expect(written([learned({ at: '2026-10-28T00:00:00Z' })])).not.toContain('2026-10-28');
  });

  it('is somebody else’s with another key, or with content and without the label', () => {
    const own = { 'app.kubernetes.io/managed-by': 'gke-ingress-guard-asker' };
    expect(whyForeign(storeWith('{}', own))).toBeUndefined();
    expect(whyForeign(storeWith('{}'))).toMatch(/^it does not have the label/);
    const empty = parsed(configMap({ name: 'gke-ingress-guard-learned', data: {} })) as ConfigMap;
    expect(whyForeign(empty)).toBeUndefined();
    const other = parsed(configMap({ labels: own, data: { 'notes.txt': 'x' } })) as ConfigMap;
    expect(whyForeign(other)).toMatch(/^it has the key "notes.txt"/);
  });
});

describe('what is learned again', () => {
  const asked = (given: Partial<Learned> = {}): Learned => learned({ at: '2026-11-28T11:00:00Z', ...given });
  const google = (status: number): Learned =>
    asked({ source: 'google', status, scheme: '', redirectsTo: undefined, at: '2026-11-28T10:30:00Z' });

  it('replaces what was asked before, in whichever order two settings come', () => {
    const insecure = asked({ settings: '1'.repeat(32), status: 200, scheme: '' });
    for (const order of [
      [learned(), insecure],
      [insecure, learned()],
    ]) {
      const all = order.reduce<readonly Learned[]>(withLearnt, []);
      expect(new Set(all)).toEqual(new Set(order));
      expect(withLearnt(all, asked()).map(keyOf).toSorted()).toEqual(all.map(keyOf).toSorted());
    }
  });

  it('stands below a Google that was content, and joins one that was not', () => {
    expect(withLearnt([google(200)], asked())).toEqual([google(200)]);
    expect(withLearnt([asked()], google(200))).toEqual([google(200)]);
    expect(withLearnt([google(0)], asked())).toEqual([{ ...asked(), source: 'google' }]);
    expect(withLearnt([asked()], google(0))).toEqual([{ ...asked(), source: 'google', at: google(0).at }]);
  });

  it('takes from the app what Google found where the asker got 200: something else is wrong', () => {
    const ok = asked({ status: 200, scheme: '', redirectsTo: undefined });
    expect(withLearnt([google(0)], ok)).toEqual([ok]);
    expect(withLearnt([ok], google(0))).toEqual([ok]);
  });

  it('takes nothing away that was learned in another namespace', () => {
    const other = { ...google(200), namespace: 'evil' };
    expect(new Set(withLearnt([asked()], other))).toEqual(new Set([asked(), other]));
  });
});
