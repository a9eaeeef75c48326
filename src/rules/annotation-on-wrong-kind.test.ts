import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, ADD_ON_ON } from '../../test/support/facts.ts';
import { deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { annotationOnWrongKind } from './annotation-on-wrong-kind.ts';

type Annotations = Readonly<Record<string, string>>;
const onIngress = (annotations: Annotations, spec?: RawObject): RawObject =>
  ingress({ class: 'gce', annotations, ...(spec === undefined ? {} : { spec }) });
const onService = (annotations: Annotations): RawObject =>
  service({ annotations: { 'cloud.google.com/neg': '{"ingress": true}', ...annotations } });

const path = (key: string): string => `metadata.annotations["${key}"]`;
const unread = (key: string, on: string, readOn: string): string =>
  `${path(key)}: the annotation ${key} does nothing on ${on}: it is read on ${readOn} only.`;
const onWrongIngress = (key: string): string => unread(key, 'an Ingress', 'a Service');
const onWrongService = (key: string): string => unread(key, 'a Service', 'an Ingress');
const misnamed = (key: string, meant: string, home = ''): string =>
  `${path(key)}: nothing reads the annotation ${key}: its key is ${meant}${home}.`;

const BACKEND_CONFIG = 'cloud.google.com/backend-config';
const FRONTEND_CONFIG = 'networking.gke.io/v1beta1.FrontendConfig';
const TWO_SERVICES = {
  rules: ['web', 'api'].map((name) => ({
    host: `${name}.example.com`,
    http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } }] },
  })),
};

describeRule(annotationOnWrongKind, {
  finds: {
    'the BackendConfig on the Ingress': [
      [onIngress({ [BACKEND_CONFIG]: '{"default": "web"}' }), onService({})],
      onWrongIngress(BACKEND_CONFIG),
    ],
    'the same, where the Service is not known, which may have it too': [
      [onIngress({ [BACKEND_CONFIG]: '{"default": "web"}' })],
      `(possible) ${onWrongIngress(BACKEND_CONFIG)}`,
    ],
    'the same, where one of two Services is known and does not have it': [
      [onIngress({ [BACKEND_CONFIG]: '{"default": "web"}' }, TWO_SERVICES), onService({})],
      onWrongIngress(BACKEND_CONFIG),
    ],
    'the same, while the add-on is off': [
      { objects: [onIngress({ [BACKEND_CONFIG]: '{"default": "web"}' }), onService({})], facts: ADD_ON_OFF },
      `(possible) ${onWrongIngress(BACKEND_CONFIG)}`,
    ],
    'on both, each where the other is read': [
      [onIngress({ [BACKEND_CONFIG]: '{"default": "web"}' }), onService({ [FRONTEND_CONFIG]: 'web' })],
      onWrongIngress(BACKEND_CONFIG),
      `Service/web ${onWrongService(FRONTEND_CONFIG)}`,
    ],
    'the FrontendConfig on the Service': [
      [onService({ [FRONTEND_CONFIG]: 'web' }), ingress({ class: 'gce' })],
      onWrongService(FRONTEND_CONFIG),
    ],
    'the NEG annotation on an Ingress of two Services, of which one has it itself': [
      [onIngress({ 'cloud.google.com/neg': '{"ingress": true}' }, TWO_SERVICES), onService({})],
      `(possible) ${onWrongIngress('cloud.google.com/neg')}`,
    ],
    'protocols on an Ingress without class': [
      {
        objects: [
          ingress({ annotations: { 'service.alpha.kubernetes.io/app-protocols': '{"https":"HTTPS"}' } }),
          onService({}),
        ],
        facts: ADD_ON_ON,
      },
      onWrongIngress('service.alpha.kubernetes.io/app-protocols'),
    ],
    'the type of a load balancer on an Ingress': [
      [onIngress({ 'networking.gke.io/load-balancer-type': 'Internal' }), onService({})],
      onWrongIngress('networking.gke.io/load-balancer-type'),
    ],
    'a managed certificate on a Service that no Ingress is known to use': [
      [onService({ 'networking.gke.io/managed-certificates': 'web' })],
      `(possible) ${onWrongService('networking.gke.io/managed-certificates')}`,
    ],
    'the address of the Ingress on the Service': [
      [onService({ 'kubernetes.io/ingress.global-static-ip-name': 'web-ip' })],
      `(possible) ${onWrongService('kubernetes.io/ingress.global-static-ip-name')}`,
    ],
    'a NEG annotation under a wrong prefix': [
      [service({ annotations: { 'networking.gke.io/neg': '{"ingress": true}' } })],
      `(possible) ${misnamed('networking.gke.io/neg', 'cloud.google.com/neg')}`,
    ],
    'a beta key that there never was': [
      [service({ annotations: { 'beta.cloud.google.com/neg': '{"ingress": true}' } }), ingress({ class: 'gce' })],
      misnamed('beta.cloud.google.com/neg', 'cloud.google.com/neg'),
    ],
    'a FrontendConfig without its version': [
      [onIngress({ 'networking.gke.io/FrontendConfig': 'web' })],
      misnamed('networking.gke.io/FrontendConfig', FRONTEND_CONFIG),
    ],
    'a FrontendConfig as Multi Cluster Ingress has it': [
      [onIngress({ 'networking.gke.io/frontend-config': 'web' })],
      misnamed('networking.gke.io/frontend-config', FRONTEND_CONFIG),
    ],
    'a certificate under the prefix of another': [
      [onIngress({ 'networking.gke.io/pre-shared-cert': 'web' })],
      misnamed('networking.gke.io/pre-shared-cert', 'ingress.gcp.kubernetes.io/pre-shared-cert'),
    ],
    'a static address without "ingress."': [
      [onIngress({ 'kubernetes.io/global-static-ip-name': 'web-ip' })],
      misnamed('kubernetes.io/global-static-ip-name', 'kubernetes.io/ingress.global-static-ip-name'),
    ],
    'a wrong prefix on the wrong kind': [
      [onIngress({ 'networking.gke.io/backend-config': '{"default": "web"}' }), onService({})],
      misnamed('networking.gke.io/backend-config', BACKEND_CONFIG, ', on a Service'),
    ],
    'a NEG annotation with a letter too few': [
      [service({ annotations: { 'loud.google.com/neg': '{"ingress": true}' } }), ingress({ class: 'gce' })],
      misnamed('loud.google.com/neg', 'cloud.google.com/neg'),
    ],
    'a plural that is none': [
      [onService({ 'cloud.google.com/backend-configs': '{"default": "web"}' }), ingress({ class: 'gce' })],
      misnamed('cloud.google.com/backend-configs', BACKEND_CONFIG),
    ],
    'a certificate without its plural, on an Ingress': [
      [onIngress({ 'networking.gke.io/managed-certificate': 'web' })],
      misnamed('networking.gke.io/managed-certificate', 'networking.gke.io/managed-certificates'),
    ],
    'two of them': [
      [
        onIngress({ [BACKEND_CONFIG]: '{"default": "web"}', 'cloud.google.com/managed-certificates': 'web' }),
        onService({}),
      ],
      onWrongIngress(BACKEND_CONFIG),
      misnamed('cloud.google.com/managed-certificates', 'networking.gke.io/managed-certificates'),
    ],
  },
  passes: {
    'every annotation of an Ingress': [
      onIngress({
        'kubernetes.io/ingress.allow-http': 'false',
        'kubernetes.io/ingress.global-static-ip-name': 'web-ip',
        'kubernetes.io/ingress.regional-static-ip-name': '',
        'ingress.gcp.kubernetes.io/pre-shared-cert': 'web',
        'networking.gke.io/managed-certificates': 'web',
        'networking.gke.io/suppress-firewall-xpn-error': 'true',
        [FRONTEND_CONFIG]: 'web',
      }),
    ],
    'every annotation of a Service': [
      onService({
        [BACKEND_CONFIG]: '{"default": "web"}',
        'beta.cloud.google.com/backend-config': '{"default": "web"}',
        'cloud.google.com/app-protocols': '{"http":"HTTP"}',
        'service.alpha.kubernetes.io/app-protocols': '{"http":"HTTP"}',
        'cloud.google.com/neg-status': '{}',
        'cloud.google.com/load-balancer-type': 'Internal',
        'cloud.google.com/l4-rbs': 'enabled',
        'cloud.google.com/network-tier': 'Standard',
        'networking.gke.io/transparent-health-checker': '{"enabled": true}',
        'networking.gke.io/max-rate-per-endpoint': '10',
        'networking.gke.io/internal-load-balancer-subnet': 'web',
        'service.beta.kubernetes.io/load-balancer-source-ranges': '10.0.0.0/8',
      }),
      ingress({ class: 'gce' }),
    ],
    'a Service annotation on the Ingress too, as kustomize lays commonAnnotations on everything': [
      onIngress({ [BACKEND_CONFIG]: '{"default": "web"}' }),
      onService({ [BACKEND_CONFIG]: '{"default": "web"}' }),
    ],
    'an Ingress annotation on its Service too': [
      onService({ [FRONTEND_CONFIG]: 'web' }),
      onIngress({ [FRONTEND_CONFIG]: 'web' }),
    ],
    'a wrong prefix beside the right one': [onService({ 'networking.gke.io/neg': '{"ingress": true}' })],
    'what the controller writes on an Ingress': [
      onIngress({
        'ingress.kubernetes.io/backends': '{}',
        'ingress.kubernetes.io/static-ip': 'web-ip',
        'ingress.kubernetes.io/ssl-cert': 'web',
      }),
    ],
    'an Ingress of another controller': [
      ingress({ class: 'nginx', annotations: { [BACKEND_CONFIG]: '{"default": "web"}' } }),
    ],
    'an Ingress without class that may be for another controller': [
      ingress({ annotations: { 'service.alpha.kubernetes.io/app-protocols': '{"https":"HTTPS"}' } }),
    ],
    'an Ingress of Multi Cluster Ingress': [
      ingress({ class: 'gce-multi-cluster', annotations: { [BACKEND_CONFIG]: '{"default": "web"}' } }),
    ],
    'a name of somebody else under a prefix of their own': [
      onService({ 'example.com/neg': 'yes', 'nginx.ingress.kubernetes.io/backend-config': 'x', neg: 'yes' }),
    ],
    'a workload, which is not judged': [deployment({ annotations: { [BACKEND_CONFIG]: '{"default": "web"}' } })],
  },
});
