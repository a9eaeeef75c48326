import { describeRule } from '../../test/support/describe-rule.ts';
import { backendConfig, ingress, type RawObject } from '../../test/support/objects.ts';
import { configValueDropped } from './config-value-dropped.ts';

const cdn = (fields: RawObject): RawObject => backendConfig({ spec: { cdn: { enabled: true, ...fields } } });
const dropped = (field: string, mode: string): string =>
  `(possible) spec.cdn.${field}: ${field} is not used: the cache mode is ${mode}.`;
const PRE_SHARED = 'ingress.gcp.kubernetes.io/pre-shared-cert';

describeRule(configValueDropped, {
  finds: {
    'TTLs, where the headers of the origin decide': [
      [cdn({ cacheMode: 'USE_ORIGIN_HEADERS', defaultTtl: 86400, maxTtl: 604800, clientTtl: 86400 })],
      dropped('clientTtl', 'USE_ORIGIN_HEADERS'),
      dropped('defaultTtl', 'USE_ORIGIN_HEADERS'),
      dropped('maxTtl', 'USE_ORIGIN_HEADERS'),
    ],
    'the longest TTL, where everything is cached': [
      [cdn({ cacheMode: 'FORCE_CACHE_ALL', defaultTtl: 3600, maxTtl: 86400 })],
      dropped('maxTtl', 'FORCE_CACHE_ALL'),
    ],
    'a certificate without a name': [
      [ingress({ class: 'gce', annotations: { [PRE_SHARED]: '' } })],
      `metadata.annotations["${PRE_SHARED}"]: the annotation ${PRE_SHARED} is empty, so it names no certificate: the controller takes it for none.`,
    ],
  },
  passes: {
    'TTLs in the mode that has them': [cdn({ cacheMode: 'CACHE_ALL_STATIC', maxTtl: 86400, clientTtl: 60 })],
    'TTLs in no mode, which is the same': [cdn({ maxTtl: 86400, clientTtl: 60, defaultTtl: 60 })],
    'a default, where everything is cached': [cdn({ cacheMode: 'FORCE_CACHE_ALL', defaultTtl: 3600, clientTtl: 60 })],
    'CDN that is off': [backendConfig({ spec: { cdn: { enabled: false, cacheMode: 'FORCE_CACHE_ALL', maxTtl: 1 } } })],
    'a certificate': [ingress({ class: 'gce', annotations: { [PRE_SHARED]: 'web' } })],
    'an Ingress of another controller': [ingress({ class: 'nginx', annotations: { [PRE_SHARED]: '' } })],
  },
});
