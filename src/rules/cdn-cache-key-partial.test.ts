import { describeRule } from '../../test/support/describe-rule.ts';
import { backendConfig, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { cdnCacheKeyPartial } from './cdn-cache-key-partial.ts';

const GCE = ingress({ class: 'gce' });
const USING = service({
  neg: '{"ingress": true}',
  annotations: { 'cloud.google.com/backend-config': '{"default": "web"}' },
});
const cached = (cdn: RawObject): RawObject => backendConfig({ spec: { cdn: { enabled: true, ...cdn } } });
const ALL = { includeHost: true, includeProtocol: true, includeQueryString: true };
const AT = 'BackendConfig/web spec.cdn';

describeRule(cdnCacheKeyPartial, {
  finds: {
    'a cache key without host and protocol': [
      [cached({ cachePolicy: { includeQueryString: true } }), USING, GCE],
      'spec.cdn.cachePolicy: cachePolicy leaves out includeHost and includeProtocol: all hosts and protocols share one cached answer.',
    ],
    'an empty cachePolicy': [
      [USING, cached({ cachePolicy: {} }), GCE],
      `${AT}.cachePolicy: cachePolicy leaves out includeHost, includeProtocol and includeQueryString: all hosts, protocols and query strings share one cached answer.`,
    ],
    'no Ingress uses it yet': [
      [cached({ cachePolicy: { includeHost: true, includeProtocol: false } })],
      '(possible) spec.cdn.cachePolicy: cachePolicy leaves out includeQueryString: all query strings share one cached answer.',
    ],
  },
  passes: {
    'a cache key of which every part is said': [cached({ cachePolicy: ALL }), USING, GCE],
    'parts that are turned off in so many words': [cached({ cachePolicy: { ...ALL, includeHost: false } }), USING, GCE],
    'no cachePolicy, which is all of them': [cached({ clientTtl: 60, defaultTtl: 30, maxTtl: 600 }), USING, GCE],
    'CDN is off': [backendConfig({ spec: { cdn: { enabled: false, cachePolicy: {} } } }), USING, GCE],
    'no CDN at all': [backendConfig(), USING, GCE],
  },
});
