import { describeRule } from '../../test/support/describe-rule.ts';
import { backendConfig, frontendConfig, managedCertificate, type RawObject } from '../../test/support/objects.ts';
import { configValueRefused } from './config-value-refused.ts';

const config = (spec: RawObject): RawObject => backendConfig({ spec });
const refused = (path: string, type: string, written: string): string =>
  `${path}: the API server refuses it: ${path} must be of type ${type}, and is ${written}.`;

describeRule(configValueRefused, {
  finds: {
    'a security policy that is a name': [
      [config({ securityPolicy: 'armor' })],
      refused('spec.securityPolicy', 'object', 'a string'),
    ],
    'a number in quotes': [[config({ timeoutSec: '40' })], refused('spec.timeoutSec', 'integer', 'a string')],
    'a duration': [[config({ timeoutSec: '40s' })], refused('spec.timeoutSec', 'integer', 'a string')],
    'a fraction of a second': [[config({ timeoutSec: 0.5 })], refused('spec.timeoutSec', 'integer', 'a number')],
    'a truth in quotes': [
      [frontendConfig({ spec: { redirectToHttps: { enabled: 'true' } } })],
      refused('spec.redirectToHttps.enabled', 'boolean', 'a string'),
    ],
    'a switch in the place of what it is in': [
      [frontendConfig({ spec: { redirectToHttps: true } })],
      refused('spec.redirectToHttps', 'object', 'a boolean'),
    ],
    'one domain that is no list': [
      [{ ...managedCertificate(), spec: { domains: 'shop.example.com' } }],
      refused('spec.domains', 'array', 'a string'),
    ],
    'headers that are a map': [
      [config({ customRequestHeaders: { headers: { 'X-A': 'b' } } })],
      refused('spec.customRequestHeaders.headers', 'array', 'an object'),
    ],
    'a name that is a number': [
      [config({ securityPolicy: { name: 7 } })],
      refused('spec.securityPolicy.name', 'string', 'a number'),
    ],
    'a spec that is a list': [[{ ...frontendConfig(), spec: [] }], refused('spec', 'object', 'an array')],
    'CDN that is neither on nor off': [
      [config({ cdn: { cacheMode: 'USE_ORIGIN_HEADERS' } })],
      'spec.cdn: the API server refuses it: spec.cdn.enabled is required.',
    ],
    'a policy without a name': [
      [config({ securityPolicy: {} })],
      'spec.securityPolicy: the API server refuses it: spec.securityPolicy.name is required.',
    ],
  },
  passes: {
    'values as the kind has them': [
      config({ timeoutSec: 40, logging: { enable: true, sampleRate: 1 }, securityPolicy: { name: '' } }),
    ],
    'IAP without credentials, which newer versions take': [config({ iap: { enabled: true } })],
    'a field that is null': [config({ timeoutSec: null })],
    'a field that is not known, which is another finding': [config({ timeoutSecs: 'x' })],
    'no spec': [{ apiVersion: 'cloud.google.com/v1', kind: 'BackendConfig', metadata: { name: 'web' } }],
  },
});
