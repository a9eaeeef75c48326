import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FACT_NAMES, type Fact, type FactName, type FactSource, type Facts, flag, NO_FACTS, UNKNOWN } from './facts.ts';
import { type FactsBySource, type MergedFacts, mergeFacts } from './merge.ts';

const NOW = Date.parse('2026-11-01T12:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function merge(given: FactsBySource, maxAgeMs = DAY): MergedFacts {
  return mergeFacts(given, { nowMs: NOW, maxAgeMs });
}

const from =
  (source: FactSource, learntAtMs = NOW) =>
  <T>(value: T): Fact<T> => ({ known: true, value, source, learntAtMs });
const file = from('file');
const api = from('gke-api');
const seen = from('observed');

describe('a fact of several sources', () => {
  it('is that of the file, else of the API, else what was observed, each fact on its own', () => {
    const { facts } = merge({
      observed: { ...NO_FACTS, httpLoadBalancing: seen('enabled'), version: seen('1.33.5-gke.1') },
      'gke-api': { ...NO_FACTS, httpLoadBalancing: api('enabled'), vpcNative: api(true), sharedVpc: api(true) },
      file: { ...NO_FACTS, sharedVpc: file(false) },
    });
    expect(facts).toEqual({
      ...NO_FACTS,
      httpLoadBalancing: api('enabled'),
      vpcNative: api(true),
      sharedVpc: file(false),
      version: seen('1.33.5-gke.1'),
    });
  });

  it('is unknown where no source has it', () => {
    expect(merge({})).toEqual({ facts: NO_FACTS, conflicts: [], validUntilMs: Number.POSITIVE_INFINITY });
  });

  it('is unknown past the age limit, and then another source counts', () => {
    const old = from('gke-api', NOW - DAY - 1);
    const { facts } = merge({
      'gke-api': { ...NO_FACTS, httpLoadBalancing: old('disabled'), vpcNative: old(true) },
      observed: { ...NO_FACTS, httpLoadBalancing: seen('enabled') },
    });
    expect([facts.httpLoadBalancing, facts.vpcNative]).toEqual([seen('enabled'), UNKNOWN]);
  });

  it('of the file does not age, for a person answers for it', () => {
    const old = from('file', NOW - 400 * DAY);
    expect(merge({ file: { ...NO_FACTS, vpcNative: old(true) } })).toMatchObject({
      facts: { vpcNative: old(true) },
      validUntilMs: Number.POSITIVE_INFINITY,
    });
  });

  it('tells until when the merge holds', () => {
    const { validUntilMs } = merge({
      'gke-api': { ...NO_FACTS, vpcNative: from('gke-api', NOW - 3 * HOUR)(true) },
      observed: { ...NO_FACTS, version: from('observed', NOW - HOUR)('1.33.5-gke.1') },
    });
    expect(validUntilMs).toBe(NOW + 21 * HOUR);
  });

  it('takes the names of the cluster part by part, but not from who means another one', () => {
    const named = (project?: string, location?: string, name?: string) => ({
      ...NO_FACTS,
      cluster: { project, location, name },
    });
    const namesOf = (...[first, second]: readonly Facts[]) => merge({ file: first, 'gke-api': second }).facts.cluster;
    expect(namesOf(named(undefined, undefined, 'prod'), named('my-project', 'tokyo', 'prod'))).toEqual({
      project: 'my-project',
      location: 'tokyo',
      name: 'prod',
    });
    expect(namesOf(named(undefined, undefined, 'prod'), named('my-project', 'tokyo', 'other'))).toEqual({
      project: undefined,
      location: undefined,
      name: 'prod',
    });
  });

  it('takes the flags of the controller from the file only', () => {
    const controller = { ...NO_FACTS.controller, ingressClass: flag<string>('edge', '') };
    const { facts } = merge({
      file: { ...NO_FACTS, controller },
      observed: { ...NO_FACTS, controller: { ...controller, ingressClass: flag<string>('wrong', '') } },
    });
    expect(facts.controller).toBe(controller);
  });
});

describe('sources that disagree', () => {
  it('are told with both values, and the first counts', () => {
    const { conflicts } = merge({
      file: { ...NO_FACTS, vpcNative: file(true), version: file('1.33.4-gke.1') },
      'gke-api': { ...NO_FACTS, vpcNative: api(false), version: api('1.33.4-gke.1') },
      observed: { ...NO_FACTS, version: seen('1.33.5-gke.1') },
    });
    expect(conflicts).toEqual([
      { fact: 'vpcNative', value: 'true', source: 'file', otherValue: 'false', otherSource: 'gke-api' },
      {
        fact: 'version',
        value: '1.33.4-gke.1',
        source: 'file',
        otherValue: '1.33.5-gke.1',
        otherSource: 'observed',
      },
    ]);
  });

  it('are not told where one of them is too old', () => {
    const old = from('gke-api', NOW - 2 * DAY);
    const given = { file: { ...NO_FACTS, vpcNative: file(true) }, 'gke-api': { ...NO_FACTS, vpcNative: old(false) } };
    expect(merge(given).conflicts).toEqual([]);
  });
});

describe('an add-on that the API says is off', () => {
  const off = { ...NO_FACTS, httpLoadBalancing: api('disabled' as const) };
  const running = (sinceMs: number): Facts => ({
    ...NO_FACTS,
    httpLoadBalancing: { known: true, value: 'enabled', source: 'observed', learntAtMs: NOW, sinceMs },
  });

  it('is contradicted by a default backend that came a moment ago', () => {
    const { facts, conflicts } = merge({ 'gke-api': off, observed: running(NOW - 60_000) });
    expect(facts.httpLoadBalancing).toEqual({ ...api('disabled'), contradictedBy: 'observed' });
    expect(conflicts).toHaveLength(1);
  });

  it('is contradicted by a default backend that nobody knows the age of', () => {
    const observed = { ...NO_FACTS, httpLoadBalancing: seen('enabled' as const) };
    expect(merge({ 'gke-api': off, observed }).facts.httpLoadBalancing).toMatchObject({ contradictedBy: 'observed' });
  });

  it('is not by a default backend of old, which the API has outlived: it was left behind', () => {
    const { facts, conflicts } = merge({ 'gke-api': off, observed: running(NOW - 11 * 60_000) });
    expect(facts.httpLoadBalancing).toEqual(api('disabled'));
    expect(conflicts).toHaveLength(1);
  });

  it('is off by the file, whatever is seen', () => {
    const declared = { ...NO_FACTS, httpLoadBalancing: file('disabled' as const) };
    expect(merge({ file: declared, observed: running(NOW) }).facts.httpLoadBalancing).toEqual(file('disabled'));
  });

  it('is not contradicted by an absence', () => {
    const on = { ...NO_FACTS, httpLoadBalancing: api('enabled' as const) };
    const observed = { ...NO_FACTS, httpLoadBalancing: seen('disabled' as const) };
    expect(merge({ 'gke-api': on, observed }).facts.httpLoadBalancing).toEqual(api('enabled'));
  });
});

describe('Autopilot', () => {
  it('tells the add-on and VPC-native where its source does not, before what was observed', () => {
    const { facts } = merge({
      'gke-api': { ...NO_FACTS, autopilot: api(true) },
      observed: { ...NO_FACTS, httpLoadBalancing: seen('disabled') },
    });
    expect([facts.httpLoadBalancing, facts.vpcNative]).toEqual([api('enabled'), api(true)]);
  });

  it('tells nothing where a better source says that it is none', () => {
    const { facts } = merge({
      file: { ...NO_FACTS, autopilot: file(false) },
      'gke-api': { ...NO_FACTS, autopilot: api(true) },
    });
    expect([facts.autopilot, facts.httpLoadBalancing, facts.vpcNative]).toEqual([file(false), UNKNOWN, UNKNOWN]);
  });
});

describe('any facts of any sources', () => {
  const factOf = <T>(source: FactSource, values: fc.Arbitrary<T>): fc.Arbitrary<Fact<T>> =>
    fc.oneof(
      fc.constant(UNKNOWN),
      fc
        .record({ value: values, ageMs: fc.integer({ min: 0, max: 2 * DAY }) })
        .map(({ value, ageMs }) => from(source, NOW - ageMs)(value)),
    );
  const factsFrom = (source: FactSource): fc.Arbitrary<Facts> =>
    fc
      .record({
        httpLoadBalancing: factOf(source, fc.constantFrom('enabled' as const, 'disabled' as const)),
        vpcNative: factOf(source, fc.boolean()),
        sharedVpc: factOf(source, fc.boolean()),
        networkPolicy: factOf(source, fc.boolean()),
        dataplaneV2: factOf(source, fc.boolean()),
        // What follows from it is another matter, tested above.
        autopilot: factOf(source, fc.constant(false)),
        version: factOf(source, fc.constantFrom('1.33.4-gke.1', '1.33.5-gke.1')),
      })
      .map((facts) => ({ ...NO_FACTS, ...facts }));
  const anySources = fc.record({
    file: fc.option(factsFrom('file'), { nil: undefined }),
    'gke-api': fc.option(factsFrom('gke-api'), { nil: undefined }),
    observed: fc.option(factsFrom('observed'), { nil: undefined }),
  });

  const only = (name: FactName, facts: Facts | undefined): Facts | undefined =>
    facts === undefined ? undefined : { ...NO_FACTS, [name]: facts[name] };

  it('give each fact by what they say of that fact alone', () => {
    fc.assert(
      fc.property(anySources, fc.constantFrom(...FACT_NAMES), (given, name) => {
        const alone = {
          file: only(name, given.file),
          'gke-api': only(name, given['gke-api']),
          observed: only(name, given.observed),
        };
        expect(merge(alone).facts[name]).toEqual(merge(given).facts[name]);
      }),
    );
  });

  it('give the first of file, API and observed that has it and is not too old, unchanged but for a doubt', () => {
    fc.assert(
      fc.property(anySources, fc.constantFrom(...FACT_NAMES), (given, name) => {
        const first = [given.file, given['gke-api'], given.observed]
          .map((facts): Fact<unknown> => facts?.[name] ?? UNKNOWN)
          .find((fact) => fact.known && (fact.source === 'file' || fact.learntAtMs >= NOW - DAY));
        const merged: Fact<unknown> = merge(given).facts[name];
        if (merged.known && merged.contradictedBy !== undefined) {
          expect([name, merged.source, merged.value]).toEqual(['httpLoadBalancing', 'gke-api', 'disabled']);
          const { contradictedBy: _doubt, ...fact } = merged;
          expect(fact).toEqual(first);
        } else expect(merged).toEqual(first ?? UNKNOWN);
      }),
    );
  });

  it('hold until a fact gets too old, and no longer', () => {
    fc.assert(
      fc.property(anySources, fc.integer({ min: 0, max: 2 * DAY }), (given, laterMs) => {
        const { facts, validUntilMs } = merge(given);
        const nowMs = NOW + laterMs;
        if (nowMs <= validUntilMs) expect(mergeFacts(given, { nowMs, maxAgeMs: DAY }).facts).toEqual(facts);
      }),
    );
  });
});
