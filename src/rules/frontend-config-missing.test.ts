import { describeRule } from '../../test/support/describe-rule.ts';
import { frontendConfig, ingress, type RawObject } from '../../test/support/objects.ts';
import { frontendConfigMissing } from './frontend-config-missing.ts';

const KEY = 'networking.gke.io/v1beta1.FrontendConfig';
const OTHER = frontendConfig({ name: 'other' });

const naming = (name: string, className = 'gce'): RawObject =>
  ingress({ class: className, annotations: { [KEY]: name }, tls: [{ secretName: 'shop-tls' }] });
const missing = `(late) metadata.annotations["${KEY}"]: FrontendConfig "shop" does not exist in namespace "shop": the load balancer is built without it.`;

describeRule(frontendConfigMissing, {
  finds: {
    'no FrontendConfig of the namespace has that name': [[naming('shop'), OTHER], missing],
    'it is in another namespace': [
      [naming('shop'), OTHER, frontendConfig({ name: 'shop', namespace: 'default' })],
      missing,
    ],
    'everything is known': [{ objects: [naming('shop')], known: 'everything' }, missing],
    'no class, and the annotation is one that only GKE reads': [
      [ingress({ annotations: { [KEY]: 'shop' } }), OTHER],
      missing,
    ],
  },
  passes: {
    'it is there': [naming('shop'), frontendConfig({ name: 'shop' })],
    'nothing is known of FrontendConfigs': [naming('shop')],
    'FrontendConfigs are known of another namespace only': [
      naming('shop'),
      frontendConfig({ name: 'other', namespace: 'default' }),
    ],
    'none is named': [ingress({ class: 'gce' }), OTHER],
    'an empty name is none': [naming(''), OTHER],
    'class gce-internal, where it would be of no use either': [naming('shop', 'gce-internal'), OTHER],
    "another controller's class": [naming('shop', 'nginx'), OTHER],
    'class gce-multi-cluster': [naming('shop', 'gce-multi-cluster'), OTHER],
  },
});
