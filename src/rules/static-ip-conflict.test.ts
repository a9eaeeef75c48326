import { expect, it } from 'vitest';
import { corridorOf, EXEMPTIONS, parsed } from '../../test/support/corridor.ts';
import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress } from '../../test/support/objects.ts';
import { judge } from './judge.ts';
import { staticIpConflict } from './static-ip-conflict.ts';

const GLOBAL = 'kubernetes.io/ingress.global-static-ip-name';
const REGIONAL = 'kubernetes.io/ingress.regional-static-ip-name';
const BOTH = { [GLOBAL]: 'shop-ip', [REGIONAL]: 'shop-ip' };

const conflict = (key: string): string =>
  `metadata.annotations["${key}"]: both ${GLOBAL} and ${REGIONAL} are set: the sync fails.`;

describeRule(staticIpConflict, {
  finds: {
    'both addresses on class gce': [[ingress({ class: 'gce', annotations: BOTH })], conflict(REGIONAL)],
    'both addresses on class gce-internal': [[ingress({ class: 'gce-internal', annotations: BOTH })], conflict(GLOBAL)],
    'both addresses without a class': [[ingress({ annotations: BOTH })], conflict(REGIONAL)],
    'both addresses on class gce-regional-external, where it is offered': [
      {
        objects: [ingress({ class: 'gce-regional-external', annotations: BOTH })],
        facts: factsOf({ controller: { enableIngressRegionalExternal: true } }),
      },
      conflict(GLOBAL),
    ],
    'two different names': [
      [ingress({ class: 'gce', annotations: { [GLOBAL]: 'shop-ip', [REGIONAL]: 'shop-ip-eu' } })],
      conflict(REGIONAL),
    ],
    'a value that is no name is a value': [
      [ingress({ class: 'gce', annotations: { [GLOBAL]: 'shop-ip', [REGIONAL]: ' ' } })],
      conflict(REGIONAL),
    ],
  },
  passes: {
    'the global address alone': [ingress({ class: 'gce', annotations: { [GLOBAL]: 'shop-ip' } })],
    'the regional address alone': [ingress({ class: 'gce-internal', annotations: { [REGIONAL]: 'shop-ip' } })],
    'the other annotation is empty': [ingress({ class: 'gce', annotations: { [GLOBAL]: 'shop-ip', [REGIONAL]: '' } })],
    'the other annotation is empty, the other way round': [
      ingress({ class: 'gce-internal', annotations: { [GLOBAL]: '', [REGIONAL]: 'shop-ip' } }),
    ],
    'both are empty': [ingress({ class: 'gce', annotations: { [GLOBAL]: '', [REGIONAL]: '' } })],
    'no address at all': [ingress({ class: 'gce' })],
    "another controller's class": [ingress({ class: 'nginx', annotations: BOTH })],
    'class gce-multi-cluster': [ingress({ class: 'gce-multi-cluster', annotations: BOTH })],
    'a class that as far as is known this cluster does not offer': [
      ingress({ class: 'gce-regional-external', annotations: BOTH }),
    ],
    'another class in the field': [ingress({ ingressClassName: 'nginx', annotations: BOTH })],
  },
});

it('is the same problem under another class, so that an update which changes the class is not refused for it', () => {
  const subjects = ['gce', 'gce-internal'].map((name) => {
    const object = parsed(ingress({ class: name, annotations: BOTH }));
    const input = {
      ...corridorOf(),
      object,
      old: undefined,
      trustsObserved: false,
      exemptions: EXEMPTIONS,
      injects: true,
    };
    return judge({ ...input, rules: [staticIpConflict] }).findings.map(({ subject }) => subject);
  });
  expect(subjects).toEqual([['static-ip'], ['static-ip']]);
});
