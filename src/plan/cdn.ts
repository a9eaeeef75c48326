// What the controller makes of Cloud CDN's settings where a BackendConfig turns it on (ingress-gce pkg/backends/features/cdn.go
// renderConfig): neither the CRD nor the controller says anything of what it leaves out.
import type { FieldPath } from '../kubernetes/field-path.ts';
import type { BackendConfig } from '../kubernetes/objects.ts';

const KEY_PARTS = ['includeHost', 'includeProtocol', 'includeQueryString'] as const;
export type CacheKeyPart = (typeof KEY_PARTS)[number];

const TTLS = ['clientTtl', 'defaultTtl', 'maxTtl'] as const;
type Ttl = (typeof TTLS)[number];

export const CACHE_ALL_STATIC = 'CACHE_ALL_STATIC';
const USE_ORIGIN_HEADERS = 'USE_ORIGIN_HEADERS';

/** defaultCdnPolicy, in seconds. */
const DEFAULT_TTLS: Readonly<Record<Ttl, number>> = { clientTtl: 3600, defaultTtl: 3600, maxTtl: 86_400 };

export interface CdnPlan {
  readonly cacheMode: string;
  /** What tells apart two requests for one path; all of them where there is no cachePolicy at all. */
  readonly cacheKey: Readonly<Record<CacheKeyPart, boolean>>;
  /** 0 where the cache mode has no use for it. */
  readonly ttls: Readonly<Record<Ttl, number>>;
}

/** undefined where Cloud CDN is off. */
export function planCdn({ cdn }: BackendConfig): CdnPlan | undefined {
  if (cdn === undefined || !cdn.isEnabled) return undefined;
  const { cachePolicy, cacheMode = CACHE_ALL_STATIC } = cdn;
  const part = (name: CacheKeyPart): boolean => (cachePolicy === undefined ? true : (cachePolicy[name] ?? false));
  const ttl = (name: Ttl): number => (isTtlUsed(name, cacheMode) ? (cdn[name] ?? DEFAULT_TTLS[name]) : 0);
  return {
    cacheMode,
    cacheKey: {
      includeHost: part('includeHost'),
      includeProtocol: part('includeProtocol'),
      includeQueryString: part('includeQueryString'),
    },
    ttls: { clientTtl: ttl('clientTtl'), defaultTtl: ttl('defaultTtl'), maxTtl: ttl('maxTtl') },
  };
}

function isTtlUsed(name: Ttl, cacheMode: string): boolean {
  return name === 'maxTtl' ? cacheMode === CACHE_ALL_STATIC : cacheMode !== USE_ORIGIN_HEADERS;
}

export type CdnFault =
  | { readonly condition: 'C56'; readonly path: FieldPath; readonly missing: readonly CacheKeyPart[] }
  | { readonly condition: 'C57'; readonly path: FieldPath; readonly name: Ttl; readonly cacheMode: string };

export function findCdnFaults(config: BackendConfig): readonly CdnFault[] {
  const { cdn } = config;
  if (cdn === undefined || !cdn.isEnabled) return [];
  const { cachePolicy, cacheMode = CACHE_ALL_STATIC } = cdn;
  const missing = cachePolicy === undefined ? [] : KEY_PARTS.filter((part) => cachePolicy[part] === undefined);
  const unused = TTLS.filter((name) => cdn[name] !== undefined && !isTtlUsed(name, cacheMode));
  return [
    ...(missing.length === 0 ? [] : [{ condition: 'C56', path: ['spec', 'cdn', 'cachePolicy'], missing } as const]),
    ...unused.map((name) => ({ condition: 'C57', path: ['spec', 'cdn', name], name, cacheMode }) as const),
  ];
}
