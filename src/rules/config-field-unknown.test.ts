import { describeRule } from '../../test/support/describe-rule.ts';
import { backendConfig, frontendConfig, managedCertificate, type RawObject } from '../../test/support/objects.ts';
import { configFieldUnknown } from './config-field-unknown.ts';

const config = (spec: RawObject): RawObject => backendConfig({ spec });
const unknown = (path: string, rest = '', kind = 'BackendConfig'): string =>
  `${path}: ${kind} has no field ${path} in any published version, so the API server prunes it${rest}.`;
const nearest = (path: string, name: string, kind?: string): string =>
  unknown(path, `: the nearest that it has is ${name}`, kind);

describeRule(configFieldUnknown, {
  finds: {
    'a timeout with a letter too many': [[config({ timeoutSecs: 3600 })], nearest('spec.timeoutSecs', 'timeoutSec')],
    'a redirect in other letters': [
      [frontendConfig({ spec: { redirectToHTTPS: { enabled: true } } })],
      nearest('spec.redirectToHTTPS', 'redirectToHttps', 'FrontendConfig'),
    ],
    'a health check in small letters': [
      [config({ healthcheck: { requestPath: '/x' } })],
      nearest('spec.healthcheck', 'healthCheck'),
    ],
    'CDN that is "enable" only': [[config({ cdn: { enable: true } })], nearest('spec.cdn.enable', 'enabled')],
    'logging that is "enabled"': [[config({ logging: { enabled: true } })], nearest('spec.logging.enabled', 'enable')],
    'the fields of a probe': [
      [config({ healthCheck: { path: '/healthz', protocol: 'HTTP', periodSeconds: 10 } })],
      `(possible) ${nearest('spec.healthCheck.path', 'requestPath')}`,
      `(possible) ${nearest('spec.healthCheck.protocol', 'type')}`,
      `(possible) ${nearest('spec.healthCheck.periodSeconds', 'checkIntervalSec')}`,
    ],
    'the beginning of a field': [[config({ timeout: 300 })], `(possible) ${nearest('spec.timeout', 'timeoutSec')}`],
    'what fits no field by its type': [
      [config({ timeout: '5m' })],
      `(possible) ${nearest('spec.timeout', 'timeoutSec')}`,
    ],
    'a field of another place': [
      [config({ requestPath: '/healthz' })],
      unknown('spec.requestPath', ': it belongs into spec.healthCheck.requestPath'),
    ],
    'a field beside spec': [
      [{ ...managedCertificate(), domains: ['shop.example.com'] }],
      unknown('domains', ': it belongs into spec.domains', 'ManagedCertificate'),
    ],
    'Cloud Armor in a FrontendConfig': [
      [frontendConfig({ spec: { securityPolicy: { name: 'armor' } } })],
      unknown('spec.securityPolicy', ': spec.securityPolicy is a field of BackendConfig', 'FrontendConfig'),
    ],
    'a redirect in a BackendConfig': [
      [config({ redirectToHttps: { enabled: true } })],
      unknown('spec.redirectToHttps', ': spec.redirectToHttps is a field of FrontendConfig'),
    ],
    'what no kind has': [[config({ compression: 'AUTOMATIC' })], `(possible) ${unknown('spec.compression')}`],
    'a key that every JavaScript object has': [
      [config({ constructor: 1 })],
      `(possible) ${unknown('spec.constructor')}`,
    ],
    'a field of an item of a list': [
      [config({ cdn: { enabled: true, negativeCachingPolicy: [{ code: 404, seconds: 5 }] } })],
      `(possible) ${unknown('spec.cdn.negativeCachingPolicy[0].seconds')}`,
    ],
  },
  passes: {
    'every field of a BackendConfig': [
      config({
        iap: { enabled: true, oauthclientCredentials: { secretName: 's', clientID: 'c', clientSecret: 'd' } },
        cdn: {
          enabled: true,
          cacheMode: 'CACHE_ALL_STATIC',
          cachePolicy: { includeHost: true, queryStringWhitelist: ['a'] },
          signedUrlKeys: [{ keyName: 'k', secretName: 's' }],
        },
        securityPolicy: { name: 'armor' },
        timeoutSec: 40,
        connectionDraining: { drainingTimeoutSec: 60 },
        sessionAffinity: { affinityType: 'GENERATED_COOKIE', affinityCookieTtlSec: 50 },
        customRequestHeaders: { headers: ['X: y'] },
        customResponseHeaders: { headers: ['X: y'] },
        healthCheck: { type: 'HTTP', requestPath: '/', port: 8080, checkIntervalSec: 5 },
        logging: { enable: true, sampleRate: 0.5 },
      }),
    ],
    'every field of a FrontendConfig': [
      frontendConfig({
        spec: { sslPolicy: 'modern', redirectToHttps: { enabled: true, responseCodeName: 'FOUND' } },
      }),
    ],
    'a certificate with the status that its controller wrote': [
      { ...managedCertificate(), status: { certificateName: 'mcrt-1', certificateStatus: 'Active', anything: 1 } },
    ],
    'no field at all': [config({}), frontendConfig()],
  },
});
