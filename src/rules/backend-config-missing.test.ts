import { describeRule } from '../../test/support/describe-rule.ts';
import { backendConfig, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { backendConfigMissing } from './backend-config-missing.ts';

const GCE = ingress({ class: 'gce' });
const KEY = 'cloud.google.com/backend-config';
const OTHER = backendConfig({ name: 'other' });
const configured = (value: string, options: Parameters<typeof service>[0] = {}): RawObject =>
  service({ type: 'NodePort', annotations: { [KEY]: value }, ...options });
const found = (name = 'web'): string =>
  `(possible) metadata.annotations["${KEY}"]: BackendConfig "${name}" for port 80 is not in namespace "shop": the whole of Ingress "web" fails to translate.`;

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
      found(),
    ],
    'behind two Ingresses, told once': [
      [configured('{"default": "web"}'), GCE, ingress({ class: 'gce', name: 'shop' }), OTHER],
      found(),
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
