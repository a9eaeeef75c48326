import type { Wording } from '../judge/finding.ts';
import { inWords, set, together } from '../judge/fix.ts';
import { defineRule } from '../judge/rule.ts';
import type { CacheKeyPart } from '../plan/cdn.ts';
import type { FaultOf } from '../plan/fault.ts';

export const cdnCacheKeyPartial = defineRule({
  id: 'cdn-cache-key-partial',
  judges: ['BackendConfig'],
  severity: 'warning',
  summary: 'The cachePolicy of Cloud CDN leaves parts out of the cache key that it has without one.',
  why: 'Without cachePolicy the host, the protocol and the query string are all in the cache key; with one, what it leaves out is not, so that the answer for one host or query is served for another.',
  fix: 'Write all three of includeHost, includeProtocol and includeQueryString.',
  covers: ['C56'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration'],
  words: { C56: wordCacheKey },
});

const MEANS: Readonly<Record<CacheKeyPart, string>> = {
  includeHost: 'hosts',
  includeProtocol: 'protocols',
  includeQueryString: 'query strings',
};

function wordCacheKey({ config, path, fault: { missing } }: FaultOf<'C56'>): Wording {
  const all = missing.map((part) => set(config, [...path, part], true));
  return {
    message: `cachePolicy leaves out ${listed(missing)}: all ${listed(missing.map((part) => MEANS[part]))} share one cached answer.`,
    fix: [inWords(`say ${listed(missing.map((part) => `${part}: true`))} there`, together(...all))],
  };
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
