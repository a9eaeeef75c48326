import { describeRule } from '../../test/support/describe-rule.ts';
import { frontendConfig, ingress, managedCertificate, type RawObject, secret } from '../../test/support/objects.ts';
import { redirectBeforeCertificate } from './redirect-before-certificate.ts';

const MANAGED = 'networking.gke.io/managed-certificates';
const FRONTEND_CONFIG = 'networking.gke.io/v1beta1.FrontendConfig';
const PRE_SHARED = 'ingress.gcp.kubernetes.io/pre-shared-cert';

const REDIRECT = frontendConfig({ name: 'shop', spec: { redirectToHttps: { enabled: true } } });
const CERTIFICATE = managedCertificate({ name: 'cert', domains: ['shop.example.com'] });
const ACTIVE: RawObject = { ...CERTIFICATE, status: { certificateStatus: 'Active' } };

const redirected = (
  annotations: Readonly<Record<string, string>> = {},
  options: Parameters<typeof ingress>[0] = {},
): RawObject =>
  ingress({
    class: 'gce',
    annotations: { [MANAGED]: 'cert', [FRONTEND_CONFIG]: 'shop', ...annotations },
    ...options,
  });
const early = (which: string): string =>
  `(possible) metadata.annotations["${FRONTEND_CONFIG}"]: TLS fails until ${which} Active, attached or not, and the redirect sends everybody there.`;
const ONE = early('ManagedCertificate "cert" is');

describeRule(redirectBeforeCertificate, {
  finds: {
    'the certificate and the redirect come together': [[redirected(), REDIRECT, CERTIFICATE], ONE],
    'it is attached, and Google has not issued it yet': [
      [
        redirected({ [PRE_SHARED]: 'mcrt-5f1c' }),
        REDIRECT,
        { ...CERTIFICATE, status: { certificateStatus: 'Provisioning' } },
      ],
      ONE,
    ],
    'neither of two is Active': [
      [redirected({ [MANAGED]: 'cert,other' }), REDIRECT, CERTIFICATE, managedCertificate({ name: 'other' })],
      early('one of its ManagedCertificates is'),
    ],
  },
  passes: {
    'it is Active': [redirected(), REDIRECT, ACTIVE],
    'one of two is Active': [
      redirected({ [MANAGED]: 'cert,other' }),
      REDIRECT,
      ACTIVE,
      managedCertificate({ name: 'other' }),
    ],
    'no redirect': [redirected(), frontendConfig({ name: 'shop', spec: {} }), CERTIFICATE],
    'HTTP is off, so there is nothing to redirect': [
      redirected({ 'kubernetes.io/ingress.allow-http': 'false' }),
      REDIRECT,
      CERTIFICATE,
    ],
    'a Secret has a certificate as well': [
      redirected({}, { tls: [{ secretName: 'shop-tls' }] }),
      REDIRECT,
      CERTIFICATE,
      secret({ name: 'shop-tls' }),
    ],
    'a certificate of another kind is attached as well': [redirected({ [PRE_SHARED]: 'own' }), REDIRECT, CERTIFICATE],
    'nobody has shown the certificate, which may be Active': [redirected(), REDIRECT],
    'class gce-internal, which takes no managed certificate': [
      redirected({}, { class: 'gce-internal' }),
      REDIRECT,
      CERTIFICATE,
    ],
    "another controller's class": [redirected({}, { class: 'nginx' }), REDIRECT, CERTIFICATE],
  },
});
