import { describe, expect, it } from 'vitest';
import { corridorOf, parsed, policyOf } from '../../test/support/corridor.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import type { Facts } from '../facts/facts.ts';
import type { Service } from '../kubernetes/objects.ts';
import type { NegPolicy } from '../policy/policy.ts';
import { decideInjection } from './neg-injection.ts';
import { negWarnings } from './neg-warnings.ts';

const ON = factsOf({ vpcNative: true, httpLoadBalancing: 'enabled' });
const OPT_OUT = `Fix: The value '{"ingress": false}' keeps it out for good`;
const GCE = ingress({ class: 'gce' });

interface Case {
  readonly old?: RawObject;
  readonly neighbours?: readonly RawObject[];
  readonly neg?: Partial<NegPolicy>;
  readonly facts?: Facts;
}

function warningsOf(raw: RawObject, { old, neighbours = [], neg = { onUpdate: 'heal' }, facts = ON }: Case) {
  const corridor = corridorOf(neighbours, { policy: policyOf({ neg }), facts });
  const object = parsed(raw) as Service;
  const stored = old === undefined ? undefined : (parsed(old) as Service);
  return negWarnings(object, decideInjection({ ...corridor, service: object, old: stored }), corridor);
}

const starts = (name: string): string => `Service/shop/web: it got cloud.google.com/neg: Ingress "${name}" builds`;

describe('the warning on a Service that is healed', () => {
  it('names the Ingress that starts to build', () => {
    expect(warningsOf(service(), { old: service(), neighbours: [GCE, service()] })).toEqual([
      'Service/shop/web: it got cloud.google.com/neg: Ingress "web" builds now, with all changes that ' +
        `waited; new Pods wait for Google's check [neg-injection]. ${OPT_OUT}`,
    ]);
  });

  it('names each of them, by name', () => {
    const neighbours = ['b', 'c', 'a'].map((name) => ingress({ name, class: 'gce' }));
    const warnings = warningsOf(service(), { old: service(), neighbours });
    expect(warnings.map((warning) => warning.slice(0, starts('a').length))).toEqual(['a', 'b', 'c'].map(starts));
  });

  it('says where other faults keep the Ingress from building', () => {
    const neighbours = [
      ingress({ class: 'gce', spec: { defaultBackend: backend('web'), rules: [rule('other')] } }),
      service({ name: 'other' }),
    ];
    expect(warningsOf(service(), { old: service(), neighbours })).toEqual([
      'Service/shop/web: it got cloud.google.com/neg: a NEG is made for Ingress "web", which other ' +
        `faults keep from building [neg-injection]. ${OPT_OUT}`,
    ]);
  });

  it.each<[string, readonly RawObject[], Facts]>([
    ['no Ingress', [], ON],
    ['an Ingress of another namespace', [ingress({ namespace: 'other', class: 'gce' })], ON],
    ['an Ingress that names another Service', [ingress({ class: 'gce', service: 'api' })], ON],
    ['an Ingress of nginx', [ingress({ class: 'nginx' })], ON],
    ['an Ingress that names a port that is not there', [ingress({ class: 'gce', port: { number: 81 } })], ON],
    ['the add-on off', [GCE], factsOf({ vpcNative: true, httpLoadBalancing: 'disabled' })],
  ])('is not there where no NEG is made: %s', (_, neighbours, facts) => {
    expect(warningsOf(service(), { old: service(), neighbours, facts })).toEqual([]);
  });

  it('is bounded, however many Ingresses name the Service', () => {
    const neighbours = Array.from({ length: 300 }, (_, index) => ingress({ name: `web-${index}`, class: 'gce' }));
    const warnings = warningsOf(service({ name: 'web' }), { old: service(), neighbours });
    expect(warnings).toHaveLength(10);
    for (const warning of warnings) expect(warning.length).toBeLessThanOrEqual(256);
  });

  function backend(name: string): RawObject {
    return { service: { name, port: { number: 80 } } };
  }
  function rule(name: string): RawObject {
    return { http: { paths: [{ path: '/*', pathType: 'ImplementationSpecific', backend: backend(name) }] } };
  }
});

describe('the warning on an annotation that is taken away', () => {
  it('says that it was put back, and what lasts', () => {
    for (const onUpdate of ['restore', 'heal'] as const) {
      const old = service({ neg: '{"ingress": true}' });
      expect(warningsOf(service(), { old, neg: { onUpdate }, neighbours: [GCE] })).toEqual([
        `Service/shop/web: the annotation cloud.google.com/neg was put back: an update does not take it away [neg-injection]. ${OPT_OUT}`,
      ]);
    }
  });

  it('says that the next update adds it, and what lasts', () => {
    const old = service({ neg: '{"ingress": false}' });
    expect(warningsOf(service(), { old })).toEqual([
      `Service/shop/web: without the annotation cloud.google.com/neg its next update adds '{"ingress": true}' [neg-injection]. ${OPT_OUT}`,
    ]);
    expect(warningsOf(service(), { old, neg: {} })).toEqual([]);
  });

  it('is not there where the lasting opt-out is written', () => {
    const old = service({ neg: '{"ingress": true}' });
    expect(warningsOf(service({ neg: '{"ingress": false}' }), { old, neighbours: [GCE] })).toEqual([]);
  });
});

describe('a new Service', () => {
  it('gets the annotation without a word', () => {
    expect(warningsOf(service(), { neighbours: [GCE] })).toEqual([]);
  });
});
