import { describe, expect, it } from 'vitest';
import { parsed } from '../../../test/support/corridor.ts';
import { argocdServer, type RawObject, service } from '../../../test/support/objects.ts';
import { NO_FACTS } from '../../facts/facts.ts';
import type { Kind } from '../../kubernetes/objects.ts';
import { createSnapshot } from '../../snapshot/snapshot.ts';
import { type Observation, observeFacts, serverVersionIn } from './observed-facts.ts';

const NOW = Date.parse('2026-11-01T12:00:00Z');
const GKE = { version: '1.33.4-gke.1036000', readAtMs: NOW - 1000 };
const SECOND = 1000;
const LONG_AGO = NOW - 60 * SECOND;

const BACKEND_SERVICE = service({ namespace: 'kube-system', name: 'default-http-backend' });
const BACKEND_DEPLOYMENT: RawObject = {
  ...argocdServer(),
  metadata: { namespace: 'kube-system', name: 'l7-default-backend', creationTimestamp: '2026-11-01T11:59:00Z' },
};

function viewOf(
  objects: readonly RawObject[],
  synced: Partial<Record<Kind, number>>,
  signMs = NOW,
): Observation['view'] {
  return {
    snapshot: createSnapshot(objects.map(parsed), 'listed'),
    syncedAtMs: (kind) => synced[kind],
    lastSignMs: () => signMs,
  };
}

const BOTH = { Service: LONG_AGO, Deployment: LONG_AGO };
const addOn = (view: Observation['view'], server = GKE) => observeFacts({ view, server, nowMs: NOW }).httpLoadBalancing;
const seen = <T>(value: T) => ({ known: true, value, source: 'observed', learntAtMs: NOW });

describe('the add-on', () => {
  it('is on where either object of its default backend is seen, synced or not', () => {
    expect(addOn(viewOf([BACKEND_SERVICE], {}))).toEqual(seen('enabled'));
    expect(addOn(viewOf([BACKEND_DEPLOYMENT, BACKEND_SERVICE], BOTH))).toEqual({
      ...seen('enabled'),
      sinceMs: Date.parse('2026-11-01T11:59:00Z'),
    });
  });

  it('is off where neither is seen, and both kinds have been known for a minute', () => {
    const others = [service({ namespace: 'default', name: 'default-http-backend' })];
    expect(addOn(viewOf(others, BOTH))).toEqual(seen('disabled'));
  });

  it.each<[string, Partial<Record<Kind, number>>]>([
    ['nothing is known yet', {}],
    ['one kind is not known', { Service: LONG_AGO }],
    ['one kind has not been known for a minute', { Service: LONG_AGO, Deployment: LONG_AGO + SECOND }],
  ])('is unknown where neither is seen and %s', (_what, synced) => {
    expect(addOn(viewOf([], synced))).toEqual({ known: false });
  });

  it('is as old as what was seen of it last', () => {
    const old = NOW - 3600 * SECOND;
    expect(addOn(viewOf([BACKEND_SERVICE], BOTH, old))).toEqual({ ...seen('enabled'), learntAtMs: old });
    expect(addOn(viewOf([], BOTH, old))).toEqual({ ...seen('disabled'), learntAtMs: old });
    const ahead = NOW + SECOND;
    expect(addOn(viewOf([BACKEND_SERVICE], BOTH, ahead))).toEqual(seen('enabled'));
  });

  it('that is seen is as fresh as the fresher object, that is missing as old as the older look', () => {
    const old = NOW - 3600 * SECOND;
    const lastSignMs = (kind: Kind): number => (kind === 'Service' ? old : NOW);
    const view = (objects: readonly RawObject[]) => ({ ...viewOf(objects, BOTH), lastSignMs }) as Observation['view'];
    expect(addOn(view([BACKEND_SERVICE, BACKEND_DEPLOYMENT]))).toMatchObject({ value: 'enabled', learntAtMs: NOW });
    expect(addOn(view([BACKEND_SERVICE]))).toMatchObject({ value: 'enabled', learntAtMs: old });
    expect(addOn(view([]))).toMatchObject({ value: 'disabled', learntAtMs: old });
  });

  it('is unknown on a server that is not GKE, or whose version is not known, whatever is seen', () => {
    for (const objects of [[], [BACKEND_SERVICE, BACKEND_DEPLOYMENT]]) {
      const view = viewOf(objects, BOTH);
      expect(addOn(view, { ...GKE, version: '1.37.2' })).toEqual({ known: false });
      expect(observeFacts({ view, server: undefined, nowMs: NOW })).toBe(NO_FACTS);
    }
  });

  it('is unknown where the cluster is not watched', () => {
    expect(addOn(undefined)).toEqual({ known: false });
  });
});

describe('the version', () => {
  it('is that of the API server, as old as its reading', () => {
    expect(observeFacts({ view: undefined, server: GKE, nowMs: NOW })).toEqual({
      ...NO_FACTS,
      version: { known: true, value: GKE.version, source: 'observed', learntAtMs: NOW - 1000 },
    });
  });

  it('is read without the letter before it, and not from something else', () => {
    expect(serverVersionIn({ gitVersion: 'v1.33.4-gke.1036000' }, 7)).toEqual({
      version: '1.33.4-gke.1036000',
      readAtMs: 7,
    });
    for (const other of [{}, { gitVersion: 1 }, { gitVersion: 'v' }, 'v1.33', null]) {
      expect(serverVersionIn(other, 7)).toBeUndefined();
    }
  });
});
