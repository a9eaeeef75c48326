import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADD_ON_OFF, clusterDescription, LOCATION, PROJECT } from '../../../test/support/fake-gke-api.ts';
import { FACT_NAMES, type Fact, type FactName } from '../../facts/facts.ts';
import { clusterFactsOf, type Description } from './cluster-description.ts';

const LEARNT_AT = Date.parse('2026-11-01T12:00:00Z');

const read = (json: unknown, project?: string): Description =>
  clusterFactsOf(json, { learntAtMs: LEARNT_AT, source: 'gke-api', project });

function factsOf(json: unknown, project?: string) {
  const description = read(json, project);
  if (!description.ok) throw new Error(description.error);
  return description.facts;
}

const told = (fact: Fact<unknown>): unknown => (fact.known ? fact.value : 'unknown');

describe('the description of a cluster', () => {
  it('tells every fact, with source and age, and the names', () => {
    const facts = factsOf(clusterDescription());
    expect(facts.cluster).toEqual({ project: PROJECT, location: LOCATION, name: 'prod' });
    expect(Object.fromEntries(FACT_NAMES.map((name) => [name, told(facts[name])]))).toEqual({
      httpLoadBalancing: 'enabled',
      vpcNative: true,
      sharedVpc: false,
      networkPolicy: false,
      dataplaneV2: false,
      autopilot: false,
      version: '1.33.4-gke.1036000',
    });
    expect(facts.vpcNative).toEqual({ known: true, value: true, source: 'gke-api', learntAtMs: LEARNT_AT });
  });

  const network = (path: string) => ({ networkConfig: { network: path } });
  it.each<[FactName, string, Readonly<Record<string, unknown>>, unknown]>([
    ['httpLoadBalancing', 'disabled is true: it is off', ADD_ON_OFF, 'disabled'],
    [
      'httpLoadBalancing',
      'disabled is false: it is on',
      { addonsConfig: { httpLoadBalancing: { disabled: false } } },
      'enabled',
    ],
    ['httpLoadBalancing', 'disabled is absent: it is on', { addonsConfig: { httpLoadBalancing: {} } }, 'enabled'],
    ['httpLoadBalancing', 'no httpLoadBalancing: it is on', { addonsConfig: {} }, 'enabled'],
    ['httpLoadBalancing', 'no addonsConfig: it is on', { addonsConfig: undefined }, 'enabled'],
    ['httpLoadBalancing', 'null is absent', { addonsConfig: { httpLoadBalancing: null } }, 'enabled'],
    [
      'httpLoadBalancing',
      'a text is no flag',
      { addonsConfig: { httpLoadBalancing: { disabled: 'true' } } },
      'unknown',
    ],
    ['httpLoadBalancing', 'a text is no message', { addonsConfig: 'none' }, 'unknown'],
    ['vpcNative', 'no useIpAliases: routes-based', { ipAllocationPolicy: { useRoutes: true } }, false],
    ['vpcNative', 'no ipAllocationPolicy: routes-based', { ipAllocationPolicy: undefined }, false],
    ['vpcNative', 'a number is no flag', { ipAllocationPolicy: { useIpAliases: 1 } }, 'unknown'],
    [
      'vpcNative',
      'Autopilot is never routes-based',
      { autopilot: { enabled: true }, ipAllocationPolicy: {} },
      'unknown',
    ],
    ['sharedVpc', 'the network of another project', network('projects/host/global/networks/shared'), true],
    ['sharedVpc', 'its own network', network(`projects/${PROJECT}/global/networks/default`), false],
    [
      'sharedVpc',
      'an address of a network',
      network(`https://www.googleapis.com/compute/v1/projects/${PROJECT}/global/networks/default`),
      false,
    ],
    ['sharedVpc', 'a number of a project says nothing', network('projects/123/global/networks/default'), 'unknown'],
    ['sharedVpc', 'a short name says nothing', network('default'), 'unknown'],
    ['sharedVpc', 'no networkConfig says nothing', { networkConfig: undefined }, 'unknown'],
    ['sharedVpc', 'a list is no name', { networkConfig: { network: ['projects/host/x'] } }, 'unknown'],
    ['networkPolicy', 'enabled', { networkPolicy: { provider: 'CALICO', enabled: true } }, true],
    ['networkPolicy', 'enabled is absent', { networkPolicy: { provider: 'CALICO' } }, false],
    ['networkPolicy', 'a list is no message', { networkPolicy: [] }, 'unknown'],
    ['dataplaneV2', 'ADVANCED_DATAPATH', { networkConfig: { datapathProvider: 'ADVANCED_DATAPATH' } }, true],
    ['dataplaneV2', 'LEGACY_DATAPATH', { networkConfig: { datapathProvider: 'LEGACY_DATAPATH' } }, false],
    ['dataplaneV2', 'another datapath', { networkConfig: { datapathProvider: 'constructor' } }, 'unknown'],
    ['dataplaneV2', 'no networkConfig says nothing', { networkConfig: undefined }, 'unknown'],
    ['autopilot', 'enabled', { autopilot: { enabled: true } }, true],
    ['autopilot', 'absent', { autopilot: undefined }, false],
    ['autopilot', 'a text is no flag', { autopilot: { enabled: 'yes' } }, 'unknown'],
  ])('%s: %s', (name, _what, changes, value) => {
    expect(told(factsOf(clusterDescription(changes))[name])).toEqual(value);
  });

  it('compares domain-scoped projects, escaped or not', () => {
    const scoped = (project: string, host: string) =>
      clusterDescription({
        selfLink: `https://container.googleapis.com/v1/projects/${project}/locations/x/clusters/prod`,
        ...network(`projects/${host}/global/networks/default`),
      });
    expect(told(factsOf(scoped('example.com:p', 'example.com:p')).sharedVpc)).toBe(false);
    expect(told(factsOf(scoped('example.com%3Ap', 'example.com:p')).sharedVpc)).toBe(false);
    expect(told(factsOf(scoped('example.com:p', 'example.com:host')).sharedVpc)).toBe(true);
  });

  it('takes the project that was asked for where it names its own by number', () => {
    const byNumber = clusterDescription({ selfLink: 'https://x/v1/projects/123/locations/l/clusters/prod' });
    expect(told(factsOf(byNumber, PROJECT).sharedVpc)).toBe(false);
    expect(factsOf(byNumber, PROJECT).cluster.project).toBe(PROJECT);
    expect(told(factsOf(byNumber).sharedVpc)).toBe('unknown');
  });

  it('has a zone where it has no location', () => {
    const { location: _none, ...old } = clusterDescription({ zone: 'europe-west1-b' });
    expect(factsOf(old).cluster.location).toBe('europe-west1-b');
  });
});

describe('no description of a cluster', () => {
  it.each([
    ['a list', [clusterDescription()], 'it is a list, as `gcloud container clusters list` prints it'],
    ['a text', 'ERROR: (gcloud) not found', 'it is no JSON object'],
    ['null', null, 'it is no JSON object'],
    ['an empty object', {}, 'it has no "name", "currentMasterVersion", "location"'],
    ['an error', { error: { code: 404 } }, 'it has no "name", "currentMasterVersion", "location"'],
    ['only some fields', { name: 'prod', location: LOCATION }, 'it has no "currentMasterVersion"'],
    ['a name that is none', { ...clusterDescription(), name: 7 }, 'it has no "name"'],
    ['an empty name', { ...clusterDescription(), name: ' ' }, 'it has no "name"'],
  ])('gives no facts: %s', (_what, json, error) => {
    expect(read(json)).toEqual({ ok: false, error });
  });
});

describe('any JSON', () => {
  const anything = fc.jsonValue();
  const likeACluster = fc.record(
    {
      name: fc.oneof(fc.constant('prod'), anything),
      location: fc.oneof(fc.constant(LOCATION), anything),
      selfLink: fc.oneof(fc.constant(clusterDescription()['selfLink']), fc.string(), anything),
      currentMasterVersion: fc.oneof(fc.constant('1.33.4-gke.1'), anything),
      addonsConfig: fc.oneof(anything, fc.record({ httpLoadBalancing: anything })),
      ipAllocationPolicy: fc.oneof(anything, fc.record({ useIpAliases: anything })),
      networkConfig: fc.oneof(anything, fc.record({ network: anything, datapathProvider: anything })),
      networkPolicy: fc.oneof(anything, fc.record({ enabled: anything })),
      autopilot: fc.oneof(anything, fc.record({ enabled: anything })),
    },
    { requiredKeys: [] },
  );
  const types: Readonly<Record<FactName, readonly unknown[]>> = {
    httpLoadBalancing: ['enabled', 'disabled'],
    vpcNative: [true, false],
    sharedVpc: [true, false],
    networkPolicy: [true, false],
    dataplaneV2: [true, false],
    autopilot: [true, false],
    version: [],
  };

  it('gives facts of the right types or an error, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(anything, likeACluster), (json) => {
        const description = read(json);
        if (!description.ok) return;
        for (const name of FACT_NAMES) {
          const fact = description.facts[name];
          if (!fact.known) continue;
          if (name === 'version') expect(fact.value).toBeTypeOf('string');
          else expect(types[name]).toContain(fact.value);
        }
      }),
      { numRuns: 1000 },
    );
  });

  const paths: readonly (readonly [FactName, string, string])[] = [
    ['vpcNative', 'ipAllocationPolicy', 'useIpAliases'],
    ['networkPolicy', 'networkPolicy', 'enabled'],
    ['autopilot', 'autopilot', 'enabled'],
    ['sharedVpc', 'networkConfig', 'network'],
    ['dataplaneV2', 'networkConfig', 'datapathProvider'],
  ];
  it.each(paths)('of a wrong type leaves %s unknown', (name, message, field) => {
    const isWrong = (value: unknown): boolean =>
      value !== null && typeof value !== (message === 'networkConfig' ? 'string' : 'boolean');
    fc.assert(
      fc.property(anything.filter(isWrong), (value) => {
        const facts = factsOf(clusterDescription({ [message]: { [field]: value } }));
        expect(facts[name]).toEqual({ known: false });
      }),
    );
  });
});
