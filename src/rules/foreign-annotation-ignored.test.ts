import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, ADD_ON_ON, factsOf } from '../../test/support/facts.ts';
import { ingress, ingressClass } from '../../test/support/objects.ts';
import { foreignAnnotationIgnored } from './foreign-annotation-ignored.ts';

const SSL_REDIRECT = 'nginx.ingress.kubernetes.io/ssl-redirect';
const BUFFER = 'nginx.ingress.kubernetes.io/proxy-buffer-size';

const ignored = (key: string, controller: string, { name = 'gce', more = '' } = {}): string =>
  `metadata.annotations["${key}"]: class "${name}" ignores "${key}"${more}, which is for ${controller}.`;

describeRule(foreignAnnotationIgnored, {
  finds: {
    'a redirect that only ingress-nginx knows, on class gce': [
      { objects: [ingress({ class: 'gce', annotations: { [SSL_REDIRECT]: 'true' } })], facts: ADD_ON_ON },
      ignored(SSL_REDIRECT, 'ingress-nginx'),
    ],
    'of several annotations it tells one that GKE has something for': [
      [
        ingress({
          class: 'gce',
          annotations: { [BUFFER]: '8k', [SSL_REDIRECT]: 'true', 'konghq.com/plugins': 'x' },
        }),
      ],
      `${ignored(SSL_REDIRECT, 'ingress-nginx', { more: ' (and 2 more)' })} Also: konghq.com/plugins, ${BUFFER}.`,
    ],
    'of several annotations that GKE has nothing for it tells the first': [
      [ingress({ class: 'gce', annotations: { [BUFFER]: '8k', 'konghq.com/plugins': 'x' } })],
      `${ignored('konghq.com/plugins', 'Kong', { more: ' (and 1 more)' })} Also: ${BUFFER}.`,
    ],
    'class gce-internal': [
      [ingress({ class: 'gce-internal', annotations: { [BUFFER]: '8k' } })],
      ignored(BUFFER, 'ingress-nginx', { name: 'gce-internal' }),
    ],
    'class gce-regional-external, whether this cluster offers it or not': [
      [ingress({ class: 'gce-regional-external', annotations: { [BUFFER]: '8k' } })],
      `(possible) ${ignored(BUFFER, 'ingress-nginx', { name: 'gce-regional-external' })}`,
    ],
    "the class of the controller's own flag": [
      {
        objects: [ingress({ class: 'edge', annotations: { [BUFFER]: '8k' } })],
        facts: factsOf({ controller: { ingressClass: 'edge' } }),
      },
      ignored(BUFFER, 'ingress-nginx', { name: 'edge' }),
    ],
    'on a cluster whose add-on is off': [
      { objects: [ingress({ class: 'gce', annotations: { [BUFFER]: '8k' } })], facts: ADD_ON_OFF },
      `(possible) ${ignored(BUFFER, 'ingress-nginx')}`,
    ],
    'the annotation decides, whatever the field says': [
      [ingress({ class: 'gce', ingressClassName: 'gce', annotations: { [BUFFER]: '8k' } })],
      ignored(BUFFER, 'ingress-nginx'),
    ],
  },
  passes: {
    'annotations that GKE reads': [
      ingress({
        class: 'gce',
        annotations: {
          'networking.gke.io/v1beta1.FrontendConfig': 'web',
          'kubernetes.io/ingress.global-static-ip-name': 'web-ip',
        },
      }),
    ],
    'annotations of tools beside the controller': [
      ingress({
        class: 'gce',
        annotations: {
          'cert-manager.io/cluster-issuer': 'letsencrypt',
          'acme.cert-manager.io/http01-edit-in-place': 'true',
          'external-dns.alpha.kubernetes.io/hostname': 'shop.example.com',
        },
      }),
    ],
    'annotations that the controller has written': [
      ingress({ class: 'gce', annotations: { 'ingress.kubernetes.io/url-map': 'k8s2-um-x' } }),
    ],
    'no class, which is another finding': [ingress({ annotations: { [SSL_REDIRECT]: 'true' } })],
    'the class of that other controller': [ingress({ class: 'nginx', annotations: { [SSL_REDIRECT]: 'true' } })],
    'class gce-multi-cluster': [ingress({ class: 'gce-multi-cluster', annotations: { [SSL_REDIRECT]: 'true' } })],
    'an IngressClass of that name belongs to another controller': [
      ingress({ class: 'gce', annotations: { [SSL_REDIRECT]: 'true' } }),
      ingressClass('gce', 'example.com/gateway'),
    ],
  },
});
