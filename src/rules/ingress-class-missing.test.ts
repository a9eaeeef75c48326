import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, ADD_ON_ON } from '../../test/support/facts.ts';
import { ingress } from '../../test/support/objects.ts';
import { ingressClassMissing } from './ingress-class-missing.ts';

const missing = (
  key: string,
  controller: string,
  fate = 'so where its add-on is on, GKE takes it and ignores that',
): string => `(possible) metadata.annotations["${key}"]: it has "${key}" (${controller}) but no class, ${fate}.`;

const REWRITE = 'nginx.ingress.kubernetes.io/rewrite-target';
const CONTROLLERS: Readonly<Record<string, string>> = {
  'nginx.org/server-snippets': 'NGINX Ingress Controller',
  'alb.ingress.kubernetes.io/scheme': 'AWS Load Balancer Controller',
  'traefik.ingress.kubernetes.io/router.entrypoints': 'Traefik',
  'haproxy.org/path-rewrite': 'HAProxy Kubernetes Ingress Controller',
  'haproxy-ingress.github.io/rewrite-target': 'HAProxy Ingress',
  'konghq.com/strip-path': 'Kong',
  'networking.istio.io/exportTo': 'Istio',
  'projectcontour.io/tls-minimum-protocol-version': 'Contour',
};

describeRule(ingressClassMissing, {
  finds: {
    'annotations of ingress-nginx without a class': [
      { objects: [ingress({ annotations: { [REWRITE]: '/' } })], facts: ADD_ON_ON },
      missing(REWRITE, 'ingress-nginx', 'so GKE takes it and ignores that'),
    ],
    'nothing is known of the add-on': [
      [ingress({ annotations: { [REWRITE]: '/' } })],
      missing(REWRITE, 'ingress-nginx'),
    ],
    'the add-on is off': [
      { objects: [ingress({ annotations: { [REWRITE]: '/' } })], facts: ADD_ON_OFF },
      missing(REWRITE, 'ingress-nginx', 'and with the add-on off nobody may serve it'),
    ],
    'an empty class': [[ingress({ class: '', annotations: { [REWRITE]: '/' } })], missing(REWRITE, 'ingress-nginx')],
    ...Object.fromEntries(
      Object.entries(CONTROLLERS).map(([key, controller]) => [
        `annotations of ${controller} (${key})`,
        [[ingress({ annotations: { [key]: 'x' } })], missing(key, controller)] as const,
      ]),
    ),
  },
  passes: {
    'the class is named in the field': [ingress({ ingressClassName: 'nginx', annotations: { [REWRITE]: '/' } })],
    'the class is named in the annotation': [ingress({ class: 'nginx', annotations: { [REWRITE]: '/' } })],
    'class gce, which is somebody else to blame for': [ingress({ class: 'gce', annotations: { [REWRITE]: '/' } })],
    'no class and no annotations': [ingress()],
    'no class and annotations that no Ingress controller reads': [
      ingress({ annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' } }),
    ],
    'no class and annotations that GKE reads': [
      ingress({ annotations: { 'kubernetes.io/ingress.allow-http': 'false' } }),
    ],
  },
});
