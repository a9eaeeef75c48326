// The fields of GKE's own kinds in every published schema, all versions together: what is in none of them, the API server
// prunes. Read from the Go types of k8s.io/ingress-gce v1.39.0 and v1.41.0 (pkg/apis/backendconfig/v1 and v1beta1,
// pkg/apis/frontendconfig/v1beta1, with their zz_generated.openapi.go) and from the CRDs in the npm package
// @kubernetes-models/gke 4.6.2, which has ManagedCertificate v1, v1beta1 and v1beta2 too. A newer GKE may know more.

export type FieldSchema = 'integer' | 'number' | 'string' | 'boolean' | { readonly items: FieldSchema } | ObjectSchema;

export interface ObjectSchema {
  readonly fields: Readonly<Record<string, FieldSchema>>;
  /** In every schema that has the object. */
  readonly required?: readonly string[];
}

const TEXTS: FieldSchema = { items: 'string' };

const CDN: ObjectSchema = {
  required: ['enabled'],
  fields: {
    enabled: 'boolean',
    bypassCacheOnRequestHeaders: { items: { fields: { headerName: 'string' } } },
    cacheMode: 'string',
    cachePolicy: {
      fields: {
        includeHost: 'boolean',
        includeProtocol: 'boolean',
        includeQueryString: 'boolean',
        queryStringBlacklist: TEXTS,
        queryStringWhitelist: TEXTS,
      },
    },
    clientTtl: 'integer',
    defaultTtl: 'integer',
    maxTtl: 'integer',
    negativeCaching: 'boolean',
    negativeCachingPolicy: { items: { fields: { code: 'integer', ttl: 'integer' } } },
    requestCoalescing: 'boolean',
    serveWhileStale: 'integer',
    signedUrlCacheMaxAgeSec: 'integer',
    signedUrlKeys: { items: { fields: { keyName: 'string', keyValue: 'string', secretName: 'string' } } },
  },
};

const BACKEND_CONFIG: ObjectSchema = {
  fields: {
    iap: {
      required: ['enabled'],
      fields: {
        enabled: 'boolean',
        oauthclientCredentials: {
          required: ['secretName'],
          fields: { secretName: 'string', clientID: 'string', clientSecret: 'string' },
        },
      },
    },
    cdn: CDN,
    securityPolicy: { required: ['name'], fields: { name: 'string' } },
    timeoutSec: 'integer',
    connectionDraining: { fields: { drainingTimeoutSec: 'integer' } },
    sessionAffinity: { fields: { affinityType: 'string', affinityCookieTtlSec: 'integer' } },
    customRequestHeaders: { fields: { headers: TEXTS } },
    customResponseHeaders: { fields: { headers: TEXTS } },
    healthCheck: {
      fields: {
        checkIntervalSec: 'integer',
        timeoutSec: 'integer',
        healthyThreshold: 'integer',
        unhealthyThreshold: 'integer',
        type: 'string',
        port: 'integer',
        requestPath: 'string',
      },
    },
    logging: { fields: { enable: 'boolean', sampleRate: 'number' } },
  },
};

const FRONTEND_CONFIG: ObjectSchema = {
  fields: {
    sslPolicy: 'string',
    redirectToHttps: { required: ['enabled'], fields: { enabled: 'boolean', responseCodeName: 'string' } },
  },
};

const MANAGED_CERTIFICATE: ObjectSchema = { fields: { domains: TEXTS } };

/** Of spec. */
export const GKE_SCHEMAS = {
  BackendConfig: BACKEND_CONFIG,
  FrontendConfig: FRONTEND_CONFIG,
  ManagedCertificate: MANAGED_CERTIFICATE,
} as const;

export type GkeKind = keyof typeof GKE_SCHEMAS;
export const GKE_KINDS: readonly GkeKind[] = ['BackendConfig', 'FrontendConfig', 'ManagedCertificate'];
