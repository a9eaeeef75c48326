import { describeRule } from '../../test/support/describe-rule.ts';
import { frontendConfig, ingress, managedCertificate } from '../../test/support/objects.ts';
import { frontEndConfigUnused } from './front-end-config-unused.ts';

const REDIRECT = { redirectToHttps: { enabled: true } };
const unused = (effect: string): string => `spec: no Ingress of namespace "shop" names it: ${effect}.`;

describeRule(frontEndConfigUnused, {
  finds: {
    'a redirect that no Ingress asks for': [
      [frontendConfig({ spec: REDIRECT }), ingress({ class: 'gce' })],
      `(late) ${unused('nothing redirects to HTTPS')}`,
    ],
    'a redirect and an SSL policy, where there may be other Ingresses': [
      {
        objects: [frontendConfig({ spec: { ...REDIRECT, sslPolicy: 'modern' } }), ingress({ class: 'gce' })],
        known: 'nothing',
      },
      `(possible) (late) ${unused('nothing redirects to HTTPS or has its SSL policy')}`,
    ],
    'an empty one, where the input is everything there is': [
      { objects: [frontendConfig()], known: 'everything' },
      `(late) ${unused('it does nothing')}`,
    ],
    'one that an Ingress of another namespace names': [
      [
        frontendConfig({ spec: REDIRECT }),
        ingress({
          namespace: 'other',
          class: 'gce',
          annotations: { 'networking.gke.io/v1beta1.FrontendConfig': 'web' },
        }),
        ingress({ name: 'api', class: 'gce' }),
      ],
      `(late) ${unused('nothing redirects to HTTPS')}`,
    ],
    'a certificate beside the one that is named': [
      [
        managedCertificate({ name: 'old' }),
        ingress({ class: 'gce', annotations: { 'networking.gke.io/managed-certificates': 'web' } }),
      ],
      `(late) ${unused('no load balancer has its certificate, which is never issued')}`,
    ],
  },
  passes: {
    'one that an Ingress names': [
      frontendConfig({ spec: REDIRECT }),
      ingress({ class: 'gce', annotations: { 'networking.gke.io/v1beta1.FrontendConfig': 'web' } }),
    ],
    'a certificate that is named among others': [
      managedCertificate(),
      ingress({ class: 'gce', annotations: { 'networking.gke.io/managed-certificates': 'api, web' } }),
    ],
    'one whose Ingress may stand in another file': { objects: [frontendConfig({ spec: REDIRECT })], known: 'nothing' },
  },
});
