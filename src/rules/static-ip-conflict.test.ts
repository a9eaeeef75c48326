import { expect, it } from 'vitest';
import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, factsOf } from '../../test/support/facts.ts';
import { ingress } from '../../test/support/objects.ts';
import { EXEMPTIONS } from '../../test/support/rule-ids.ts';
import { NO_FACTS } from '../facts/facts.ts';
import { createJudge } from '../judge/judge.ts';
import { prepareRules } from '../judge/prepared-rules.ts';
import { parseObject } from '../kubernetes/parse.ts';
import { settingsAsStored } from '../plan/plan-input.ts';
import { createSnapshot } from '../snapshot/snapshot.ts';
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
    'the add-on is off, and will be turned on': [
      { objects: [ingress({ class: 'gce', annotations: BOTH })], facts: ADD_ON_OFF },
      `(possible) ${conflict(REGIONAL)}`,
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
  const identities = ['gce', 'gce-internal'].map((name) => {
    const object = parseObject(ingress({ class: name, annotations: BOTH }));
    if (object === undefined) throw new TypeError('an Ingress is read');
    const settings = {
      rules: prepareRules([staticIpConflict]),
      facts: NO_FACTS,
      apps: { answerOf: () => undefined, healthyRequestsOf: () => [] },
      trustsObserved: false,
      exemptions: EXEMPTIONS,
      plans: settingsAsStored(NO_FACTS),
      isExcluded: () => false,
    };
    const judge = createJudge(settings, createSnapshot([object], 'listed'));
    return judge.judge(object).findings.map(({ identity }) => identity);
  });
  expect(identities).toEqual([['static-ip'], ['static-ip']]);
});
