import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF } from '../../test/support/facts.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { annotationUnread } from './annotation-unread.ts';

const on = (annotations: Readonly<Record<string, string>>): RawObject => ingress({ class: 'gce', annotations });
const unread = (key: string, effect = ''): string =>
  `metadata.annotations["${key}"]: nothing on GKE reads the annotation ${key}${effect === '' ? '' : `: ${effect}`}.`;
const unknown = (key: string): string =>
  `(possible) (info) metadata.annotations["${key}"]: nothing on GKE reads the annotation ${key}, as far as its sources show.`;
const noClass = (key: string): string =>
  `(possible) metadata.annotations["${key}"]: nothing reads the annotation ${key}: the Ingress names no class, and GKE serves those.`;
const POLICY = 'compute.googleapis.com/security-policy';

describeRule(annotationUnread, {
  finds: {
    'a redirect as ingress-nginx had it once': [
      [on({ 'ingress.kubernetes.io/force-ssl-redirect': 'true' })],
      unread('ingress.kubernetes.io/force-ssl-redirect', 'no redirect comes of it'),
    ],
    'several of those, each by its name': [
      [
        on({
          'ingress.kubernetes.io/rewrite-target': '/',
          'ingress.kubernetes.io/whitelist-source-range': '192.0.2.0/24',
          'ingress.kubernetes.io/proxy-read-timeout': '300',
          'ingress.kubernetes.io/affinity': 'cookie',
          'ingress.kubernetes.io/auth-type': 'basic',
          'ingress.kubernetes.io/secure-backends': 'true',
          'ingress.kubernetes.io/proxy-body-size': '8m',
        }),
      ],
      unread('ingress.kubernetes.io/rewrite-target', 'no path is rewritten'),
      unread('ingress.kubernetes.io/whitelist-source-range', 'it keeps nobody out'),
      unread('ingress.kubernetes.io/proxy-read-timeout', 'the timeout is 30 s unless a BackendConfig sets another'),
      unread('ingress.kubernetes.io/affinity', 'no affinity comes of it'),
      unread('ingress.kubernetes.io/auth-type', 'it asks nobody to log in'),
      unread('ingress.kubernetes.io/secure-backends', 'it changes no protocol'),
      unread('ingress.kubernetes.io/proxy-body-size'),
    ],
    'a security policy by its name': [[on({ [POLICY]: 'armor' })], unread(POLICY, 'it keeps nobody out')],
    'the same on a Service': [
      [service({ annotations: { [POLICY]: 'armor' } }), on({})],
      unread(POLICY, 'it keeps nobody out'),
    ],
    'the same, while the add-on is off': [
      { objects: [on({ [POLICY]: 'armor' })], facts: ADD_ON_OFF },
      `(possible) ${unread(POLICY, 'it keeps nobody out')}`,
    ],
    'a redirect that GKE has elsewhere': [
      [on({ 'networking.gke.io/redirect-to-https': 'true' })],
      unread('networking.gke.io/redirect-to-https', 'no redirect comes of it'),
    ],
    'the key that managed certificates had once': [
      [on({ 'gke.googleapis.com/managed-certificates': 'web' })],
      unread('gke.googleapis.com/managed-certificates', 'its key is networking.gke.io/managed-certificates'),
    ],
    'the same beside the key that is read': [
      [on({ 'gke.googleapis.com/managed-certificates': 'web', 'networking.gke.io/managed-certificates': 'web' })],
      unread('gke.googleapis.com/managed-certificates', 'its key is networking.gke.io/managed-certificates'),
    ],
    'a key that nobody knows, under a domain of Ingresses': [
      [on({ 'gcp.ingress.kubernetes.io/target-type': 'ip', 'ingress.gcp.kubernetes.io/timeout': '300' })],
      unknown('gcp.ingress.kubernetes.io/target-type'),
      unknown('ingress.gcp.kubernetes.io/timeout'),
    ],
    'the class as an annotation that is a path': [
      [ingress({ annotations: { 'spec.ingressClassName': 'nginx' } })],
      noClass('spec.ingressClassName'),
    ],
    'the class with a slip of the finger': [
      [ingress({ annotations: { 'kubernetes.io/ingress-class': 'nginx' } })],
      noClass('kubernetes.io/ingress-class'),
    ],
  },
  passes: {
    'what GKE reads, and what it writes': [
      on({
        'ingress.gcp.kubernetes.io/pre-shared-cert': 'web',
        'ingress.gcp.kubernetes.io/instance-groups': '[]',
        'ingress.kubernetes.io/backends': '{}',
        'ingress.kubernetes.io/url-map': 'k8s2-um-x',
        'ingress.kubernetes.io/https-forwarding-rule': 'k8s2-fs-x',
      }),
    ],
    'keys of GKE of which nobody outside knows': [
      on({ 'networking.gke.io/some-new-thing': 'x', 'cloud.google.com/some-new-thing': 'x' }),
    ],
    'keys of a controller that is known, which are another finding': [
      on({ 'nginx.ingress.kubernetes.io/ssl-redirect': 'true', 'alb.ingress.kubernetes.io/scheme': 'internal' }),
    ],
    'keys of somebody else': [on({ 'example.com/security-policy': 'x', 'cert-manager.io/issuer': 'x' })],
    'the class where it is read, too': [on({ 'spec.ingressClassName': 'gce' })],
    'an Ingress of another controller': [ingress({ class: 'nginx', annotations: { [POLICY]: 'armor' } })],
    'a Service behind no Ingress': [service({ annotations: { [POLICY]: 'armor' } })],
  },
});
