import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { backendConfigPortUnknown } from './backend-config-port-unknown.ts';

const GCE = ingress({ class: 'gce' });
const KEY = 'cloud.google.com/backend-config';
const configured = (value: string, options: Parameters<typeof service>[0] = {}): RawObject =>
  service({ type: 'NodePort', annotations: { [KEY]: value }, ...options });
const found = (port: string, name = 'web'): string =>
  `metadata.annotations["${KEY}"]: ${KEY} has BackendConfig "${name}" for port "${port}", which the Service does not have: nothing is applied.`;

describeRule(backendConfigPortUnknown, {
  finds: {
    'the container port in place of the port of the Service': [
      [configured('{"ports": {"8080": "web"}}'), GCE],
      found('8080'),
    ],
    'a typo in the name': [[configured('{"ports": {"htttp": "web"}}'), GCE], found('htttp')],
    'two entries': [
      [configured('{"ports": {"8080": "web", "admin": "internal"}}'), GCE],
      found('8080'),
      found('admin', 'internal'),
    ],
    'beside a default, which the port gets then': [
      [configured('{"default": "web", "ports": {"8080": "web"}}'), GCE],
      `(possible) ${found('8080')}`,
    ],
    'no Ingress is known to use the Service': [
      [configured('{"ports": {"8080": "web"}}')],
      `(possible) ${found('8080')}`,
    ],
    'a Service without ports': [[configured('{"ports": {"80": "web"}}', { ports: [] })], `(possible) ${found('80')}`],
  },
  passes: {
    'the port by its number': [configured('{"ports": {"80": "web"}}'), GCE],
    'the port by its name': [configured('{"ports": {"http": "web"}}'), GCE],
    'a default only': [configured('{"default": "web"}'), GCE],
    'an annotation that names nothing, which is another finding': [configured('{"http": "web"}'), GCE],
    'no annotation': [service({ type: 'NodePort' }), GCE],
  },
});
