import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { backendConfigPortUnknown } from './backend-config-port-unknown.ts';

const GCE = ingress({ class: 'gce' });
const KEY = 'cloud.google.com/backend-config';
const MANY = Array.from({ length: 17 }, (_, index) => `port-${index}`);
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
    'a port that has an entry already': [
      [configured('{"ports": {"80": "web", "8080": "web"}}'), GCE],
      `(possible) ${found('8080')}`,
    ],
    'an entry for an unknown port, beside one for a port that no Ingress uses': [
      [
        configured('{"ports": {"admin": "internal", "8080": "web"}}', {
          ports: [
            { name: 'http', port: 80, targetPort: 8080 },
            { name: 'admin', port: 81 },
          ],
        }),
        GCE,
      ],
      found('8080'),
    ],
    'under the beta key': [
      [service({ type: 'NodePort', annotations: { [`beta.${KEY}`]: '{"ports": {"8080": "web"}}' } }), GCE],
      found('8080').replaceAll(KEY, `beta.${KEY}`),
    ],
    'only an Ingress of another controller uses it': [
      [configured('{"ports": {"8080": "web"}}'), ingress({ class: 'nginx' })],
      `(possible) ${found('8080')}`,
    ],
    'an Ingress that names a class while the add-on is off': [
      {
        objects: [configured('{"ports": {"8080": "web"}}'), GCE],
        facts: factsOf({ httpLoadBalancing: 'disabled' }),
      },
      `(possible) ${found('8080')}`,
    ],
    'more entries than are written anew': [
      [configured(JSON.stringify({ ports: Object.fromEntries(MANY.map((port) => [port, 'web'])) })), GCE],
      ...MANY.map((port) => found(port)),
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
