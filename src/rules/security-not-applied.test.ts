import { describeRule } from '../../test/support/describe-rule.ts';
import { backendConfig, ingress, service } from '../../test/support/objects.ts';
import { securityNotApplied } from './security-not-applied.ts';

const NAMES_IT = { 'cloud.google.com/backend-config': '{"default": "web"}' };
const ARMOR = { securityPolicy: { name: 'armor' } };
const unnamed = (what: string): string =>
  `spec: no Service of namespace "shop" names it: its ${what} applied to nothing.`;
const behindNothing = (who: string, what = 'Cloud Armor is'): string =>
  `spec: ${who} behind no Ingress, where alone a BackendConfig counts: its ${what} applied to nothing.`;

describeRule(securityNotApplied, {
  finds: {
    'a security policy that no Service names': [
      [backendConfig({ spec: ARMOR }), service({ neg: '{"ingress": true}' }), ingress({ class: 'gce' })],
      `(late) ${unnamed('Cloud Armor is')}`,
    ],
    'IAP, where a Service is among the files and nobody says that there are no others': [
      { objects: [backendConfig({ spec: { iap: { enabled: true } } }), service()], known: 'nothing' },
      `(possible) (late) ${unnamed('IAP is')}`,
    ],
    'everything that a BackendConfig secures, where the input is everything there is': [
      { objects: [backendConfig({ spec: { ...ARMOR, cdn: { enabled: true } } })], known: 'everything' },
      `(late) ${unnamed('Cloud Armor and Cloud CDN are')}`,
    ],
    'a name that a Service writes in another namespace': [
      {
        objects: [
          backendConfig({ spec: ARMOR }),
          service({ namespace: 'other', annotations: NAMES_IT }),
          service({ name: 'api' }),
        ],
        known: 'nothing',
      },
      `(possible) (late) ${unnamed('Cloud Armor is')}`,
    ],
    'a LoadBalancer Service that names it behind no Ingress': [
      {
        objects: [backendConfig({ spec: ARMOR }), service({ type: 'LoadBalancer', annotations: NAMES_IT })],
        known: 'nothing',
      },
      `(possible) (late) ${behindNothing('LoadBalancer Service "web" names it and is')}`,
    ],
    'a Service that names it, where the Ingress names another': [
      [backendConfig({ spec: ARMOR }), service({ annotations: NAMES_IT }), ingress({ class: 'gce', service: 'api' })],
      `(late) ${behindNothing('Service "web" names it and is')}`,
    ],
    'two Services that name it': [
      {
        objects: [
          backendConfig({ spec: ARMOR }),
          service({ name: 'api', annotations: NAMES_IT }),
          service({ annotations: NAMES_IT }),
        ],
        known: 'everything',
      },
      `(late) ${behindNothing('Service "api" and others name it and are')}`,
    ],
  },
  passes: {
    'one that a Service behind an Ingress names': [
      backendConfig({ spec: ARMOR }),
      service({ annotations: NAMES_IT }),
      ingress({ class: 'gce' }),
    ],
    'one whose Service may stand in another file': { objects: [backendConfig({ spec: ARMOR })], known: 'nothing' },
    'one whose Ingress may stand in another file': {
      objects: [backendConfig({ spec: ARMOR }), service({ annotations: NAMES_IT })],
      known: 'nothing',
    },
    'a timeout, which secures nothing': [backendConfig({ spec: { timeoutSec: 60 } }), service()],
    'IAP that is off, and a policy that is taken away': [
      backendConfig({ spec: { iap: { enabled: false }, securityPolicy: { name: '' } } }),
      service(),
    ],
  },
});
