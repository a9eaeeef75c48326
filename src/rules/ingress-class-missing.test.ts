import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, ADD_ON_ON } from '../../test/support/facts.ts';
import { ingress } from '../../test/support/objects.ts';
import { ingressClassMissing } from './ingress-class-missing.ts';

const MAYBE = 'so GKE may serve it without that';
const NOTE = ' (GKE takes it if the HTTP load balancing add-on is on, which is not known.)';
const missing = (key: string, controller: string, then = MAYBE): string =>
  `(possible) metadata.annotations["${key}"]: it has "${key}" (${controller}) but no class, ${then}.${then === MAYBE ? NOTE : ''}`;

const UNDECIDED =
  '(possible) metadata.annotations: it names no class, and whether GKE takes it is not known. ' +
  'If the HTTP load balancing add-on is on, GKE takes it; if it is off, another controller may, or none. Until that is known, nothing else of it is judged.';

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
      missing(REWRITE, 'ingress-nginx', 'and with the HTTP load balancing add-on off nothing may serve it'),
    ],
    'an empty class': [[ingress({ class: '', annotations: { [REWRITE]: '/' } })], missing(REWRITE, 'ingress-nginx')],
    'an annotation that only GKE reads beside it': [
      [ingress({ annotations: { [REWRITE]: '/', 'networking.gke.io/managed-certificates': 'web' } })],
      missing(REWRITE, 'ingress-nginx'),
    ],
    'nothing says whose it is, and nothing is known of the add-on': [[ingress()], UNDECIDED],
    'an annotation that several controllers read': [
      [ingress({ annotations: { 'kubernetes.io/ingress.allow-http': 'false' } })],
      UNDECIDED,
    ],
    'the annotation of a tool beside the controllers': [
      [ingress({ annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' } })],
      UNDECIDED,
    ],
    'an UPDATE that takes the class away': [{ objects: [ingress()], old: ingress({ class: 'gce' }) }, UNDECIDED],
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
    'no class, where the add-on is on': { objects: [ingress()], facts: ADD_ON_ON },
    'no class, where the add-on is off, which is another finding': { objects: [ingress()], facts: ADD_ON_OFF },
    'no class and annotations that no Ingress controller reads': {
      objects: [ingress({ annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' } })],
      facts: ADD_ON_ON,
    },
    'no class and annotations that GKE reads': {
      objects: [ingress({ annotations: { 'kubernetes.io/ingress.allow-http': 'false' } })],
      facts: ADD_ON_ON,
    },
    'no class and annotations that only GKE reads': [
      ingress({ annotations: { 'kubernetes.io/ingress.global-static-ip-name': 'web-ip' } }),
    ],
    'an UPDATE that leaves the class alone': { objects: [ingress({ labels: { team: 'shop' } })], old: ingress() },
    'the class is named in the field alone': [ingress({ ingressClassName: 'nginx' })],
  },
});
