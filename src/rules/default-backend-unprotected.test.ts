import { describeRule } from '../../test/support/describe-rule.ts';
import { backendConfig, ingress, ingressOf, pathTo, service } from '../../test/support/objects.ts';
import { defaultBackendUnprotected } from './default-backend-unprotected.ts';

const guarded = (name = 'web'): ReturnType<typeof service> =>
  service({
    name,
    neg: '{"ingress": true}',
    annotations: { 'cloud.google.com/backend-config': '{"default": "web"}' },
  });
const IAP = backendConfig({ spec: { iap: { enabled: true } } });
const open = (what: string): string =>
  `spec: its backends have ${what}; what no path matches goes to the system's default backend, which has neither.`;

describeRule(defaultBackendUnprotected, {
  finds: {
    'IAP on the only backend, which is not the default': [
      [ingressOf([pathTo('/app', 'Prefix')]), guarded(), IAP],
      open('IAP'),
    ],
    'a path for everything of one host: others are left': [
      [ingressOf([pathTo('/', 'Prefix')]), guarded(), IAP],
      open('IAP'),
    ],
    'Cloud Armor on both backends': [
      [
        ingressOf([pathTo('/a', 'Prefix'), pathTo('/b', 'Prefix', 'api')]),
        guarded(),
        guarded('api'),
        backendConfig({ spec: { securityPolicy: { name: 'armor' } } }),
      ],
      open('Cloud Armor'),
    ],
  },
  passes: {
    'a default backend of its own': [ingress({ class: 'gce' }), guarded(), IAP],
    'a path for everything of every host': [ingressOf([pathTo('/', 'Prefix')], ''), guarded(), IAP],
    'one of two backends is open anyway': [
      ingressOf([pathTo('/a', 'Prefix'), pathTo('/b', 'Prefix', 'api')]),
      guarded(),
      service({ name: 'api', neg: '{"ingress": true}' }),
      IAP,
    ],
    'a BackendConfig that is not known': [ingressOf([pathTo('/app', 'Prefix')]), guarded()],
  },
});
