import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, type RawObject } from '../../test/support/objects.ts';
import { gkeAnnotationOnOtherClass } from './gke-annotation-on-other-class.ts';

const MANAGED = 'networking.gke.io/managed-certificates';
const STATIC_IP = 'kubernetes.io/ingress.global-static-ip-name';
const on = (name: string, annotations: Readonly<Record<string, string>>): RawObject =>
  ingress({ class: name, annotations });

describeRule(gkeAnnotationOnOtherClass, {
  finds: {
    'a managed certificate and a static address on class nginx': [
      [on('nginx', { [STATIC_IP]: 'web-ip', [MANAGED]: 'web' })],
      `(possible) metadata.annotations["${STATIC_IP}"]: class "nginx" is not GKE's, so nobody reads ${STATIC_IP} and ${MANAGED}.`,
    ],
    'more than a sentence holds': [
      [on('traefik', { [STATIC_IP]: 'a', [MANAGED]: 'a', 'kubernetes.io/ingress.allow-http': 'false' })],
      `(possible) metadata.annotations["${STATIC_IP}"]: class "traefik" is not GKE's, so nobody reads ${STATIC_IP} and ${MANAGED} (and 1 more). Also: kubernetes.io/ingress.allow-http.`,
    ],
  },
  passes: {
    'the same on class gce': [on('gce', { [STATIC_IP]: 'web-ip', [MANAGED]: 'web' })],
    'Multi Cluster Ingress, which reads some': [on('gce-multi-cluster', { [STATIC_IP]: 'web-ip' })],
    'a class that is nearly one of GKE, which is another finding': [on('gce-intenal', { [MANAGED]: 'web' })],
    'an empty value': [on('nginx', { [STATIC_IP]: '' })],
    'annotations of nginx': [on('nginx', { 'nginx.ingress.kubernetes.io/ssl-redirect': 'true' })],
    'no class': [ingress({ annotations: { [MANAGED]: 'web' } })],
  },
});
