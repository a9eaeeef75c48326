import { describe, expect, it } from 'vitest';
import { parsed, policyOf } from '../../test/support/corridor.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import type { Facts } from '../facts/facts.ts';
import type { Service } from '../kubernetes/objects.ts';
import type { NegPolicy } from '../policy/policy.ts';
import { createSnapshot } from '../snapshot/snapshot.ts';
import { decideInjection, type Injection } from './neg-injection.ts';

const VPC_NATIVE = factsOf({ vpcNative: true });
const ROUTES_BASED = factsOf({ vpcNative: false });
const UNKNOWN = factsOf();
const OPEN = factsOf({ vpcNative: true, sharedVpc: false, networkPolicy: false, dataplaneV2: false });
const NODE_PORTS: Partial<NegPolicy> = { types: ['ClusterIP', 'NodePort'] };

const ADDED: Injection = { inject: true, value: '{"ingress": true}', how: 'created' };
const RESTORED: Injection = { ...ADDED, how: 'restored' };
const HEALED: Injection = { ...ADDED, how: 'healed' };
const NOT: Injection = { inject: false };
const NOT_KNOWN: Injection = { inject: false, unknownFact: 'vpcNative' };

interface Case {
  readonly facts?: Facts;
  readonly neg?: Partial<NegPolicy>;
  readonly old?: RawObject;
  readonly neighbours?: readonly RawObject[];
}

const asService = (raw: RawObject): Service => parsed(raw) as Service;

function injectionInto(raw: RawObject, { facts = VPC_NATIVE, neg = {}, old, neighbours = [] }: Case = {}): Injection {
  return decideInjection({
    service: asService(raw),
    old: old === undefined ? undefined : asService(old),
    facts,
    policy: policyOf({ neg }),
    snapshot: createSnapshot(neighbours.map(parsed), 'listed'),
  });
}

describe('injection on CREATE', () => {
  it.each<[string, RawObject, Case, Injection]>([
    ['a ClusterIP Service of a VPC-native cluster gets it', service(), {}, ADDED],
    ['whether an Ingress refers to it or not', service(), { neighbours: [ingress({ class: 'gce' })] }, ADDED],
    [
      'the state of the add-on does not matter',
      service(),
      { facts: factsOf({ vpcNative: true, httpLoadBalancing: 'disabled' }) },
      ADDED,
    ],
    ['a Service without a type is ClusterIP', service({ spec: { type: undefined } }), {}, ADDED],
    ['other annotations do not matter', service({ annotations: { team: 'shop' } }), {}, ADDED],
    ['on a routes-based cluster it never comes', service(), { facts: ROUTES_BASED }, NOT],
    ['where VPC-native is not known it does not come, and that is said', service(), { facts: UNKNOWN }, NOT_KNOWN],
    [
      'under inject: always it comes where VPC-native is not known',
      service(),
      { facts: UNKNOWN, neg: { inject: 'always' } },
      ADDED,
    ],
    ['under inject: always it comes where it is known', service(), { neg: { inject: 'always' } }, ADDED],
    [
      'under inject: always it never comes on a routes-based cluster',
      service(),
      { facts: ROUTES_BASED, neg: { inject: 'always' } },
      NOT,
    ],
    ['under inject: never it never comes', service(), { neg: { inject: 'never' } }, NOT],
    ['under inject: never nobody need know', service(), { facts: UNKNOWN, neg: { inject: 'never' } }, NOT],
    ['an excluded namespace is left alone', service({ namespace: 'kube-system' }), {}, NOT],
    ['an excluded namespace by its beginning too', service({ namespace: 'gke-managed-cim' }), {}, NOT],
    ['a headless Service is left alone', service({ spec: { clusterIP: 'None' } }), {}, NOT],
    ['a Service without selector is left alone', service({ spec: { selector: null } }), {}, NOT],
    ['a Service with an empty selector is left alone', service({ spec: { selector: {} } }), {}, NOT],
    ['a Service without ports is left alone', service({ ports: [] }), {}, NOT],
    ['an ExternalName Service is left alone', service({ type: 'ExternalName' }), {}, NOT],
    ['a LoadBalancer Service is left alone', service({ type: 'LoadBalancer' }), { facts: OPEN, neg: NODE_PORTS }, NOT],
    ['a NodePort Service is left alone as shipped', service({ type: 'NodePort' }), { facts: OPEN }, NOT],
    ['what is left alone needs no fact', service({ type: 'NodePort' }), { facts: UNKNOWN }, NOT],
  ])('%s', (_, raw, options, expected) => {
    expect(injectionInto(raw, options)).toEqual(expected);
  });

  it.each([
    ['{"ingress": false}', 'the way out'],
    ['{"ingress": true}', "what is there already, by GKE's own webhook too"],
    ['{"exposed_ports": {"80": {}}}', 'exposed ports'],
    ['', 'an empty text'],
    ['yes', 'what cannot be decoded'],
  ])('leaves a value alone that somebody wrote: %s (%s)', (neg) => {
    expect(injectionInto(service({ neg }))).toEqual(NOT);
    expect(injectionInto(service({ neg }), { facts: UNKNOWN, neg: { inject: 'always' } })).toEqual(NOT);
  });
});

describe('injection under scope: referenced', () => {
  const neg: Partial<NegPolicy> = { scope: 'referenced' };

  it('waits for an Ingress that names the Service', () => {
    expect(injectionInto(service(), { neg })).toEqual(NOT);
    expect(injectionInto(service(), { neg, neighbours: [ingress({ service: 'api' })] })).toEqual(NOT);
    expect(injectionInto(service(), { neg, neighbours: [ingress({ namespace: 'other' })] })).toEqual(NOT);
    expect(injectionInto(service(), { neg, neighbours: [ingress()] })).toEqual(ADDED);
  });

  it('says nothing of a fact that would change nothing', () => {
    expect(injectionInto(service(), { neg, facts: UNKNOWN })).toEqual(NOT);
    expect(injectionInto(service(), { neg, facts: UNKNOWN, neighbours: [ingress()] })).toEqual(NOT_KNOWN);
  });
});

describe('injection into NodePort Services, where the policy names them', () => {
  const nodePort = service({ type: 'NodePort' });

  it('comes where nothing keeps Google from the Pods', () => {
    expect(injectionInto(nodePort, { neg: NODE_PORTS, facts: OPEN })).toEqual(ADDED);
    expect(
      injectionInto(nodePort, {
        neg: NODE_PORTS,
        facts: factsOf({ vpcNative: true, sharedVpc: false, networkPolicy: false }),
      }),
    ).toEqual(ADDED);
  });

  it.each([
    ['the cluster is in a Shared VPC', { sharedVpc: true, networkPolicy: false }],
    ['nobody knows whether it is', { networkPolicy: false }],
    ['network policy is on', { sharedVpc: false, networkPolicy: true }],
    ['nobody knows whether it is on', { sharedVpc: false }],
    ['Dataplane V2 enforces network policy', { sharedVpc: false, networkPolicy: false, dataplaneV2: true }],
  ])('does not come where %s', (_, fields) => {
    const facts = factsOf({ vpcNative: true, ...fields });
    expect(injectionInto(nodePort, { neg: NODE_PORTS, facts })).toEqual(NOT);
    expect(injectionInto(nodePort, { neg: { ...NODE_PORTS, inject: 'always' }, facts })).toEqual(NOT);
  });

  it('does not come on a routes-based cluster', () => {
    const facts = factsOf({ vpcNative: false, sharedVpc: false, networkPolicy: false });
    expect(injectionInto(nodePort, { neg: { ...NODE_PORTS, inject: 'always' }, facts })).toEqual(NOT);
  });

  it('leaves ClusterIP Services alone where the policy names only NodePort', () => {
    expect(injectionInto(service(), { neg: { types: ['NodePort'] }, facts: OPEN })).toEqual(NOT);
    expect(injectionInto(service(), { neg: { types: [] }, facts: OPEN })).toEqual(NOT);
  });
});

describe('injection on UPDATE', () => {
  it.each([
    '{"ingress": true}',
    '{"ingress":true}',
    ' { "Ingress" : true }\n',
    '{"ingress": true, "exposed_ports": {}}',
    '{"ingress": true, "exposed_ports": null, "zones": []}',
    '{"ingress": false, "ingress": true}',
  ])('restores a stored value that says nothing but "ingress", as it was: %s', (neg) => {
    expect(injectionInto(service(), { old: service({ neg }) })).toEqual({ ...RESTORED, value: neg });
  });

  it.each([
    '{"ingress": false}',
    '{}',
    'null',
    '{"ingress": true, "exposed_ports": {"80": {}}}',
    '{"exposed_ports": {"80": {}}}',
    '{"ingress": true, "zones": ["*"]}',
    '{"ingress": "true"}',
    '',
  ])('does not restore any other value: %s', (neg) => {
    expect(injectionInto(service(), { old: service({ neg }) })).toEqual(NOT);
  });

  it('never adds what was not there, as shipped', () => {
    expect(injectionInto(service(), { old: service() })).toEqual(NOT);
    expect(injectionInto(service(), { old: service(), neg: { inject: 'always' } })).toEqual(NOT);
    expect(injectionInto(service(), { old: service(), facts: UNKNOWN })).toEqual(NOT);
  });

  it('leaves a value alone that the update brings', () => {
    const old = service({ neg: '{"ingress": true}' });
    expect(injectionInto(service({ neg: '{"ingress": false}' }), { old })).toEqual(NOT);
    expect(injectionInto(service({ neg: '{"exposed_ports": {"80": {}}}' }), { old })).toEqual(NOT);
  });

  it('restores where no Ingress is known, for the annotation was there', () => {
    const old = service({ neg: '{"ingress": true}' });
    expect(injectionInto(service(), { old, neg: { scope: 'referenced' } })).toEqual(RESTORED);
  });

  it('restores where VPC-native is not known, for what runs keeps running', () => {
    expect(injectionInto(service(), { old: service({ neg: '{"ingress": true}' }), facts: UNKNOWN })).toEqual(RESTORED);
  });

  it.each<[string, RawObject, Case]>([
    ['on a routes-based cluster', service(), { facts: ROUTES_BASED }],
    ['under inject: never', service(), { neg: { inject: 'never' } }],
    ['into a Service that became NodePort', service({ type: 'NodePort' }), {}],
    ['into a Service that became headless', service({ spec: { clusterIP: 'None' } }), {}],
    ['in an excluded namespace', service({ namespace: 'kube-system' }), {}],
  ])('restores nothing %s', (_, raw, options) => {
    expect(injectionInto(raw, { ...options, old: service({ neg: '{"ingress": true}' }) })).toEqual(NOT);
  });
});

describe('injection on UPDATE under onUpdate: heal', () => {
  const heal: Partial<NegPolicy> = { onUpdate: 'heal' };
  const nodePort = service({ type: 'NodePort' });

  it.each<[string, RawObject, RawObject, Case, Injection]>([
    ['a ClusterIP Service that never had it gets it', service(), service(), {}, HEALED],
    ['whatever else changes', service({ labels: { team: 'shop' } }), service(), {}, HEALED],
    ['a Service without a type is ClusterIP', service(), service({ spec: { type: undefined } }), {}, HEALED],
    ['behind an Ingress too', service(), service(), { neighbours: [ingress({ class: 'gce' })] }, HEALED],
    ['one that only now has Pods behind it', service(), service({ spec: { selector: null } }), {}, HEALED],
    ['under inject: always where VPC-native is not known', service(), service(), always(UNKNOWN), HEALED],
    ['under scope: referenced behind an Ingress', service(), service(), referenced([ingress()]), HEALED],
    ['under scope: referenced not without', service(), service(), referenced([]), NOT],
    ['not where VPC-native is not known, and that is said', service(), service(), { facts: UNKNOWN }, NOT_KNOWN],
    ['never on a routes-based cluster', service(), service(), always(ROUTES_BASED), NOT],
    ['never under inject: never', service(), service(), { neg: { inject: 'never' } }, NOT],
    ['not where the types leave ClusterIP out', service(), service(), { neg: { types: ['NodePort'] } }, NOT],
    ['not from NodePort to ClusterIP', service(), nodePort, {}, NOT],
    ['not from LoadBalancer to ClusterIP', service(), service({ type: 'LoadBalancer' }), {}, NOT],
    ['not from ExternalName to ClusterIP', service(), service({ type: 'ExternalName' }), {}, NOT],
    ['not from ClusterIP to NodePort', nodePort, service(), { facts: OPEN, neg: NODE_PORTS }, NOT],
    ['not a NodePort Service, whatever the types', nodePort, nodePort, { facts: OPEN, neg: NODE_PORTS }, NOT],
    ['not a headless one', headless(), headless(), {}, NOT],
    ['not one without Pods', service({ spec: { selector: null } }), service(), {}, NOT],
    ['not one without ports', service({ ports: [] }), service({ ports: [] }), {}, NOT],
    ['not in an excluded namespace', system(), system(), {}, NOT],
    ['not one that opts out', service({ neg: '{"ingress": false}' }), service(), {}, NOT],
    ['not one that opts out as it did', optedOut(), optedOut(), {}, NOT],
    ['what was dropped comes back as it was', service(), service({ neg: '{"ingress": true}' }), {}, RESTORED],
  ])('%s', (_, raw, old, options, expected) => {
    expect(injectionInto(raw, { ...options, old, neg: { ...heal, ...options.neg } })).toEqual(expected);
  });

  it('lets a person take away what a person wrote, and says that the next update adds it', () => {
    for (const neg of ['{"ingress": false}', '{"exposed_ports": {"80": {}}}', '{}', 'yes', '']) {
      const old = service({ neg });
      expect(injectionInto(service(), { old, neg: heal })).toEqual({ inject: false, nextUpdateAdds: true });
      expect(injectionInto(service(), { old })).toEqual(NOT);
      expect(injectionInto(service(), { old, neg: heal, facts: UNKNOWN })).toEqual(NOT);
      expect(injectionInto(nodePort, { old, neg: heal })).toEqual(NOT);
    }
  });

  it('adds where CREATE would, and nowhere else', () => {
    const shapes = [service(), headless(), nodePort, system(), optedOut(), service({ ports: [] })];
    for (const raw of shapes) {
      for (const facts of [VPC_NATIVE, UNKNOWN, ROUTES_BASED, OPEN]) {
        const created = injectionInto(raw, { facts });
        const healed = injectionInto(raw, { facts, old: raw, neg: heal });
        expect(healed).toEqual(created.inject ? { ...created, how: 'healed' } : created);
      }
    }
  });

  function always(facts: Facts): Case {
    return { facts, neg: { inject: 'always' } };
  }
  function referenced(neighbours: readonly RawObject[]): Case {
    return { neg: { scope: 'referenced' }, neighbours };
  }
  function headless(): RawObject {
    return service({ spec: { clusterIP: 'None' } });
  }
  function system(): RawObject {
    return service({ namespace: 'kube-system' });
  }
  function optedOut(): RawObject {
    return service({ neg: '{"ingress": false}' });
  }
});
