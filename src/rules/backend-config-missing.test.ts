import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { backendConfig, ingress, ingressOf, pathTo, type RawObject, service } from '../../test/support/objects.ts';
import { backendConfigMissing } from './backend-config-missing.ts';

const GCE = ingress({ class: 'gce' });
const KEY = 'cloud.google.com/backend-config';
const ADMIN = { service: { name: 'web', port: { name: 'admin' } } };
const OTHER = backendConfig({ name: 'other' });
const configured = (value: string, options: Parameters<typeof service>[0] = {}): RawObject =>
  service({ type: 'NodePort', annotations: { [KEY]: value }, ...options });
const found = (name = 'web'): string =>
  `(late) metadata.annotations["${KEY}"]: BackendConfig "${name}" for port 80 does not exist in namespace "shop": the whole of Ingress "web" fails to translate.`;

describeRule(backendConfigMissing, {
  finds: {
    'a BackendConfig that is not there': [[configured('{"default": "web"}'), GCE, OTHER], found()],
    'one for the port by its name': [[configured('{"ports": {"http": "iap"}}'), GCE, OTHER], found('iap')],
    'one of another namespace, where it is not looked for': [
      [configured('{"default": "web"}'), GCE, OTHER, backendConfig({ namespace: 'other' })],
      found(),
    ],
    'a ClusterIP Service without NEGs, which fails for that, too': [
      [configured('{"default": "web"}', { type: 'ClusterIP' }), GCE, OTHER],
      `(possible) ${found()}`,
    ],
    'one for a port, beside a default that is there': [
      [configured('{"ports": {"80": "iap"}, "default": "other"}'), GCE, OTHER],
      found('iap'),
    ],
    'one for a port, and a default that is not there either': [
      [configured('{"ports": {"80": "iap"}, "default": "web"}'), GCE, OTHER],
      found('iap'),
    ],
    'two ports of the Service, each with its own': [
      [
        configured('{"ports": {"http": "web", "admin": "iap"}}', {
          ports: [
            { name: 'http', port: 80 },
            { name: 'admin', port: 81 },
          ],
        }),
        ingressOf([pathTo('/', 'Prefix'), { ...pathTo('/admin', 'Prefix'), backend: ADMIN }]),
        OTHER,
      ],
      found(),
      found('iap').replace('port 80', 'port 81'),
    ],
    'a class whose add-on is off': [
      { objects: [configured('{"default": "web"}'), GCE, OTHER], facts: factsOf({ httpLoadBalancing: 'disabled' }) },
      `(possible) ${found()}`,
    ],
    'nothing is listed, and everything is known': [
      { objects: [configured('{"default": "web"}'), GCE], known: 'everything' },
      found(),
    ],
    'under the beta key': [
      [service({ type: 'NodePort', annotations: { [`beta.${KEY}`]: '{"default": "web"}' } }), GCE, OTHER],
      found().replace(KEY, `beta.${KEY}`),
    ],
    'behind two Ingresses, found once': [
      [configured('{"default": "web"}'), GCE, ingress({ class: 'gce', name: 'shop' }), OTHER],
      found().replace('Ingress "web"', 'Ingress "shop"'),
    ],
  },
  passes: {
    'the BackendConfig is there': [configured('{"default": "web"}'), GCE, backendConfig()],
    'it is not known what BackendConfigs there are': [configured('{"default": "web"}'), GCE],
    'BackendConfigs are known of another namespace only': [
      configured('{"default": "web"}'),
      GCE,
      backendConfig({ name: 'other', namespace: 'other' }),
    ],
    'one for a port that no Ingress names': [
      configured('{"ports": {"admin": "web"}}', {
        ports: [
          { name: 'http', port: 80 },
          { name: 'admin', port: 81 },
        ],
      }),
      GCE,
      OTHER,
    ],
    'an empty name, which means none': [configured('{"ports": {"http": ""}, "default": "web"}'), GCE, OTHER],
    'no Ingress is known to use the Service': [configured('{"default": "web"}'), OTHER],
    'an Ingress of another controller uses it': [configured('{"default": "web"}'), ingress({ class: 'nginx' }), OTHER],
  },
});
