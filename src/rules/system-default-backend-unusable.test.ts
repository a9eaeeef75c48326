import { describe, expect, it } from 'vitest';
import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, ingressOf, pathTo, type RawObject, service } from '../../test/support/objects.ts';
import { planOf } from '../../test/support/plan-of.ts';
import { type Facts, NO_FACTS } from '../facts/facts.ts';
import type { WordingContext } from '../judge/rule.ts';
import type { FaultOf } from '../plan/fault.ts';
import { systemDefaultBackendUnusable } from './system-default-backend-unusable.ts';

const INGRESS = ingressOf([pathTo('/', 'Prefix')]);
const system = (options: Parameters<typeof service>[0] = {}): RawObject =>
  service({ namespace: 'kube-system', name: 'default-http-backend', type: 'NodePort', ...options });
const FOUND = "spec: it gives no default backend, and the system's cannot be used: the whole Ingress fails.";

describeRule(systemDefaultBackendUnusable, {
  finds: {
    'it is of type ClusterIP without NEGs': [[INGRESS, system({ type: 'ClusterIP' })], FOUND],
    'its port has another name, and the controller looks for that name': [
      [INGRESS, system({ ports: [{ name: 'web', port: 80 }] })],
      FOUND,
    ],
    'it is not there': [{ objects: [INGRESS], known: 'everything' }, `(late) ${FOUND}`],
    'one that the flags of the controller name': [
      {
        objects: [INGRESS, service({ namespace: 'infra', name: 'fallback', ports: [{ name: 'web', port: 80 }] })],
        facts: factsOf({ controller: { defaultBackendService: 'infra/fallback' } }),
      },
      FOUND,
    ],
  },
  passes: {
    'the Ingress gives one of its own': [
      ingress({ class: 'gce' }),
      service({ neg: '{"ingress": true}' }),
      system({ ports: [{ name: 'web', port: 80 }] }),
    ],
    'it can be used': [INGRESS, system()],
    'nothing is known of it': [INGRESS],
    'an Ingress of another controller': [
      ingress({ class: 'nginx', spec: { rules: [] } }),
      system({ ports: [{ name: 'web', port: 80 }] }),
    ],
  },
});

describe('why it cannot be used', () => {
  const wordingOf = (other: RawObject, facts: Facts = NO_FACTS) => {
    const plan = planOf([INGRESS, other], facts);
    const fault = plan.faults.find(({ condition }) => condition === 'C17') as FaultOf<'C17'>;
    return systemDefaultBackendUnusable.words?.C17?.(fault, { plan } as WordingContext) ?? { elsewhere: '' };
  };
  const INFRA = factsOf({ controller: { defaultBackendService: 'infra/fallback' } });
  const badlySpoken = system({ annotations: { 'cloud.google.com/app-protocols': 'HTTPS' } });
  const IS = 'Service/kube-system/default-http-backend';

  it.each([
    ['its type', system({ type: 'ClusterIP' }), NO_FACTS, `${IS} is of type ClusterIP without NEGs.`],
    ['its port', system({ ports: [{ name: 'web', port: 80 }] }), NO_FACTS, `${IS} has no port "http".`],
    ['its absence', system({ name: 'kube-dns' }), NO_FACTS, `${IS} does not exist.`],
    ['another error', badlySpoken, NO_FACTS, `${IS} cannot be a backend (ErrSvcAppProtosParsing).`],
    ['the flags', system({ namespace: 'infra' }), INFRA, 'Service/infra/fallback does not exist.'],
  ])('only the reader of the files sees: %s', (_, other, facts, elsewhere) => {
    const { elsewhere: said, ...others } = wordingOf(other, facts);
    expect(said).toBe(elsewhere);
    expect(JSON.stringify(others)).not.toMatch(/kube-system|infra|ClusterIP/);
  });
});
