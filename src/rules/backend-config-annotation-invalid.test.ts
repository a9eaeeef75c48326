import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { backendConfig, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { backendConfigAnnotationInvalid } from './backend-config-annotation-invalid.ts';

const GCE = ingress({ class: 'gce' });
const KEY = 'cloud.google.com/backend-config';
const BETA_KEY = 'beta.cloud.google.com/backend-config';
const FAILS = 'the whole of Ingress "web" fails';
const MAY_FAIL = 'an Ingress that uses the Service fails';
const NONE = 'it names no BackendConfig: "default" or "ports" must';

const configured = (value: string, others: Readonly<Record<string, string>> = {}, key = KEY): RawObject =>
  service({ type: 'NodePort', annotations: { [key]: value, ...others } });
const found = (error: string, fate = FAILS, key = KEY): string =>
  `metadata.annotations["${key}"]: ${key} is not valid (${error}), so ${fate}.`;

describeRule(backendConfigAnnotationInvalid, {
  finds: {
    'a name where JSON belongs': [
      [configured('web'), GCE],
      found('"web" is not a JSON value: text needs double quotes (character 1)'),
    ],
    'ports without "ports", so that every key is unknown': [[configured('{"http": "web"}'), GCE], found(NONE)],
    'an empty object': [[configured('{}'), GCE], found(NONE)],
    null: [[configured('null'), GCE], found(NONE)],
    'an empty default': [[configured('{"default": ""}'), GCE], found(NONE)],
    'an empty map of ports': [[configured('{"ports": {}}'), GCE], found(NONE)],
    'an empty value': [[configured(''), GCE], found('the value is empty')],
    'a list of ports': [[configured('{"ports": ["web"]}'), GCE], found('"ports" must be an object, not an array')],
    'a comma too many': [
      [configured('{"default": "web",}'), GCE],
      found('JSON allows no comma before "}" (character 19)'),
    ],
    'the beta key': [[configured('{}', {}, BETA_KEY), GCE], found(NONE, FAILS, BETA_KEY)],
    'a good beta key does not help': [[configured('{}', { [BETA_KEY]: '{"default": "web"}' }), GCE], found(NONE)],
    'no Ingress is known to use the Service': [[configured('{}')], `(possible) ${found(NONE, MAY_FAIL)}`],
    'only an Ingress of another controller uses it': [
      [configured('{}'), ingress({ class: 'nginx' })],
      `(possible) ${found(NONE, MAY_FAIL)}`,
    ],
    'a ClusterIP Service without NEGs, which fails first': [
      [service({ annotations: { [KEY]: '{}' } }), GCE],
      `(possible) ${found(NONE)}`,
    ],
    'several names, of which nobody can say what they are for': [
      [configured('{"front": "web", "back": "api"}'), GCE],
      found(NONE),
    ],
    'an Ingress that names a class while the add-on is off': [
      { objects: [configured('{}'), GCE], facts: factsOf({ httpLoadBalancing: 'disabled' }) },
      `(possible) ${found(NONE)}`,
    ],
  },
  passes: {
    'a default, as Google documents it': [configured('{"default": "web"}'), GCE],
    'a port by its number, as Google documents it': [configured('{"ports": {"80":"web"}}'), GCE],
    'a port by its name, under the beta key': [configured('{"ports": {"http":"web"}}', {}, BETA_KEY), GCE],
    'keys in another case, which Go takes': [configured('{"Default": "web"}'), GCE],
    'an unknown key beside a good one': [configured('{"default": "web", "port": "x"}'), GCE],
    'a bad beta key beside a good one, which wins': [configured('{"default": "web"}', { [BETA_KEY]: '{}' }), GCE],
    'an entry for another port, which leaves this one without': [configured('{"ports": {"admin": "web"}}'), GCE],
    'the BackendConfig is known': [configured('{"default": "web"}'), GCE, backendConfig()],
    'no annotation': [service({ type: 'NodePort' }), GCE],
  },
});
