import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { backendConfig, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { backendConfigInvalid } from './backend-config-invalid.ts';

const GCE = ingress({ class: 'gce' });
const INTERNAL = ingress({ class: 'gce-internal' });
const REGIONAL = ingress({ class: 'gce-regional-external' });
const REGIONAL_ON = factsOf({ controller: { enableIngressRegionalExternal: true } });
const KEY = 'cloud.google.com/backend-config';
const WEB = service({ annotations: { 'cloud.google.com/neg': '{"ingress": true}', [KEY]: '{"default": "web"}' } });

const secret = (name: string, ...keys: readonly string[]): RawObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'shop' },
  data: Object.fromEntries(keys.map((key) => [key, 'eA=='])),
});
const iap = { enabled: true, oauthclientCredentials: { secretName: 'oauth' } };
const signing = (...names: readonly string[]): RawObject => ({
  cdn: { enabled: true, signedUrlKeys: names.map((secretName) => ({ keyName: secretName, secretName })) },
});

const found = (field: string, reason: string, fate = 'Ingress "web" fails as a whole'): string =>
  `BackendConfig/web spec.${field}: ${reason}: ${fate}.`;
const OAUTH = 'iap.oauthclientCredentials.secretName';
const SYNC = 'Ingress "web" fails to sync';
const IAP_AND_CDN = 'it enables IAP and CDN, which exclude each other';
const config = (spec: RawObject): RawObject => backendConfig({ spec });

describeRule(backendConfigInvalid, {
  finds: {
    'IAP together with CDN': [
      [WEB, GCE, config({ iap: { enabled: true }, cdn: { enabled: true } })],
      found('cdn.enabled', IAP_AND_CDN),
    ],
    'an affinity that does not exist': [
      [WEB, GCE, config({ sessionAffinity: { affinityType: 'COOKIE' } })],
      found('sessionAffinity.affinityType', 'its affinityType "COOKIE" is none of NONE, CLIENT_IP, GENERATED_COOKIE'),
    ],
    'a cookie that lives for more than a day': [
      [WEB, GCE, config({ sessionAffinity: { affinityType: 'GENERATED_COOKIE', affinityCookieTtlSec: 86_401 } })],
      found('sessionAffinity.affinityCookieTtlSec', 'its affinityCookieTtlSec 86401 is not between 0 and 86400'),
    ],
    'a sample rate in per cent, even where logging is off': [
      [WEB, GCE, config({ logging: { enable: false, sampleRate: 50 } })],
      found('logging.sampleRate', 'its logging.sampleRate 50 is not between 0 and 1'),
    ],
    'a health check over TCP': [
      [WEB, GCE, config({ healthCheck: { type: 'TCP' } })],
      found('healthCheck.type', 'its healthCheck.type "TCP" is none of HTTP, HTTPS, HTTP2', SYNC),
    ],
    'Cloud Armor on an internal Ingress': [
      [WEB, INTERNAL, config({ securityPolicy: { name: 'armor' } })],
      found('securityPolicy', 'it has a securityPolicy, and the regional class gce-internal has no Cloud Armor', SYNC),
    ],
    'IAP on a regional external Ingress': [
      { objects: [WEB, REGIONAL, config({ iap: { enabled: true } })], facts: REGIONAL_ON },
      found('iap.enabled', 'it enables IAP, which the class gce-regional-external does not have'),
    ],
    'CDN on a regional external Ingress': [
      { objects: [WEB, REGIONAL, config({ cdn: { enabled: true } })], facts: REGIONAL_ON },
      found('cdn.enabled', 'it enables CDN, which the class gce-regional-external does not have'),
    ],
    'an OAuth Secret that is known to lack a key': [
      [WEB, GCE, config({ iap }), secret('oauth', 'client_id')],
      found(OAUTH, 'its Secret "oauth" has no key "client_secret"'),
    ],
    'an OAuth Secret that is not there': [
      [WEB, GCE, config({ iap }), secret('other')],
      `(late) (warning) ${found(OAUTH, 'its Secret "oauth" does not exist in the same namespace')}`,
    ],
    'a signing key that is known to lack its value': [
      [WEB, GCE, config(signing('key')), secret('key', 'value')],
      found('cdn.signedUrlKeys[0].secretName', 'its Secret "key" has no key "key_value"'),
    ],
    'more signing keys than Google takes': [
      [WEB, GCE, config(signing('a', 'b', 'c', 'd'))],
      `(possible) ${found('cdn.signedUrlKeys', 'it has 4 signedUrlKeys, and Google takes 3 a backend', SYNC)}`,
    ],
    'two faults, of the translation and of the sync': [
      [WEB, GCE, config({ iap: { enabled: true }, cdn: { enabled: true }, healthCheck: { type: 'GRPC' } })],
      found('cdn.enabled', IAP_AND_CDN),
      `(possible) ${found('healthCheck.type', 'its healthCheck.type "GRPC" is none of HTTP, HTTPS, HTTP2', SYNC)}`,
    ],
    'no Ingress is known to use the Service': [
      [WEB, config({ iap: { enabled: true }, cdn: { enabled: true } })],
      `(possible) ${found('cdn.enabled', IAP_AND_CDN, 'an Ingress that uses it fails as a whole')}`,
    ],
    'a ClusterIP Service without NEGs, which fails first': [
      [
        service({ annotations: { [KEY]: '{"default": "web"}' } }),
        GCE,
        config({ iap: { enabled: true }, cdn: { enabled: true } }),
      ],
      `(possible) ${found('cdn.enabled', IAP_AND_CDN)}`,
    ],
    'behind two Ingresses, of which only one is internal': [
      [WEB, ingress({ class: 'gce', name: 'public' }), INTERNAL, config({ securityPolicy: { name: 'armor' } })],
      found('securityPolicy', 'it has a securityPolicy, and the regional class gce-internal has no Cloud Armor', SYNC),
    ],
  },
  passes: {
    'IAP with its Secret, as Google documents it': [
      WEB,
      GCE,
      config({ iap }),
      secret('oauth', 'client_id', 'client_secret'),
    ],
    'a Secret of which nothing is known': [WEB, GCE, config({ iap })],
    'IAP with credentials that Google manages': [WEB, GCE, config({ iap: { enabled: true } })],
    'CDN with IAP that is turned off': [WEB, GCE, config({ iap: { enabled: false }, cdn: { enabled: true } })],
    'Cloud Armor on an external Ingress': [WEB, GCE, config({ securityPolicy: { name: 'armor' } })],
    'Cloud Armor, where no Ingress says of which class': [WEB, config({ securityPolicy: { name: 'armor' } })],
    'IAP and CDN apart on an internal Ingress, which the controller lets pass': [
      WEB,
      INTERNAL,
      config({ cdn: { enabled: true } }),
    ],
    'the health check that Google documents': [
      WEB,
      GCE,
      config({ healthCheck: { checkIntervalSec: 15, port: 15020, type: 'HTTPS', requestPath: '/healthz' } }),
    ],
    'affinity, timeout, draining and logging that Google documents': [
      WEB,
      GCE,
      config({
        timeoutSec: 40,
        connectionDraining: { drainingTimeoutSec: 60 },
        sessionAffinity: { affinityType: 'GENERATED_COOKIE', affinityCookieTtlSec: 50 },
        logging: { enable: true, sampleRate: 0.5 },
      }),
    ],
    'a BackendConfig that only another port uses': [
      service({
        type: 'NodePort',
        ports: [
          { name: 'http', port: 80 },
          { name: 'admin', port: 81 },
        ],
        annotations: { [KEY]: '{"ports": {"admin": "web"}}' },
      }),
      GCE,
      config({ healthCheck: { type: 'TCP' } }),
    ],
    'a BackendConfig that is not known': [WEB, GCE],
  },
});
