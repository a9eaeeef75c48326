// What is written and not applied: what `check` says of whole files, with the facts of a cluster whose add-on is on.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { check } from './cli/support.ts';

const CASES = fileURLToPath(new URL('cases', import.meta.url));
const FACTS = fileURLToPath(new URL('../examples/addon-on.yaml', import.meta.url));

/** `kind/name rule path`, of each file. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  'armor-on-service-behind-nothing.yaml': ['possible BackendConfig/bc security-not-applied spec'],
  'frontend-config-unnamed.yaml': ['possible FrontendConfig/fc front-end-config-unused spec'],
  'load-balancer-around-the-ingress.yaml': ['Service/web load-balancer-bypasses-ingress spec.type'],
  'backend-config-unknown-fields.yaml': [
    'BackendConfig/b config-value-refused spec.securityPolicy',
    'BackendConfig/b config-value-refused spec.cdn',
    'BackendConfig/b config-field-unknown spec.timeoutSecs',
    'BackendConfig/b config-field-unknown spec.healthcheck',
    'BackendConfig/b config-field-unknown spec.cdn.enable',
  ],
  'backend-config-unknown-field-2.yaml': [
    'possible BackendConfig/bc config-field-unknown spec.timeout',
    'possible BackendConfig/bc config-field-unknown spec.healthCheck.path',
    'possible BackendConfig/bc config-field-unknown spec.healthCheck.intervalSec',
  ],
  'frontend-config-misspelt-field.yaml': ['FrontendConfig/fc config-field-unknown spec.redirectToHTTPS'],
  'cdn-ttl-dropped.yaml': ['clientTtl', 'defaultTtl', 'maxTtl'].map(
    (field) => `BackendConfig/bc config-value-dropped spec.cdn.${field}`,
  ),
  'annotations-that-nothing-reads.yaml': [
    ...[
      'gke.googleapis.com/managed-certificates',
      'ingress.kubernetes.io/force-ssl-redirect',
      'ingress.kubernetes.io/ssl-redirect',
      'ingress.kubernetes.io/rewrite-target',
      'ingress.kubernetes.io/whitelist-source-range',
    ].map((key) => `Ingress/web annotation-unread metadata.annotations["${key}"]`),
    'possible Ingress/web annotation-unread metadata.annotations["gcp.ingress.kubernetes.io/target-type"]',
  ],
  'class-in-unread-annotation.yaml': [
    'possible Ingress/web annotation-unread metadata.annotations["spec.ingressClassName"]',
  ],
  'force-ssl-redirect.yaml': [
    'Ingress/web annotation-unread metadata.annotations["ingress.kubernetes.io/force-ssl-redirect"]',
  ],
  'security-policy-on-ingress.yaml': [
    'Ingress/web annotation-unread metadata.annotations["compute.googleapis.com/security-policy"]',
  ],
  'gke-annotations-on-nginx-class.yaml': [
    'possible Ingress/site gke-annotation-on-other-class metadata.annotations["kubernetes.io/ingress.global-static-ip-name"]',
  ],
};

describe('a file with what nothing applies', () => {
  it.each(Object.entries(SAID))('is told so, and nothing else: %s', async (name, expected) => {
    const { document } = await check(CASES, [name], ['--facts', FACTS]);
    const said = document.findings.map(({ certain, object, rule, path }) =>
      `${certain ? '' : 'possible '}${object.kind}/${object.name} ${rule} ${path}`.trim(),
    );
    expect(said).toEqual(expected);
  });
});
