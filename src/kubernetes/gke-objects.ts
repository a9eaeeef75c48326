// GKE's own kinds, as far as the plan and the rules read them: BackendConfig, FrontendConfig, ManagedCertificate.
// undefined is "not set" throughout (ingress-gce pkg/apis/backendconfig/v1, pkg/apis/frontendconfig/v1beta1).
import type { Misfit } from './gke-misfits.ts';
import type { TypeMeta } from './object-meta.ts';

/** What the published schemas do not have, or not so; empty for what an API server has stored. */
interface WithMisfits {
  readonly misfits: readonly Misfit[];
}

/** cloud.google.com/v1 and v1beta1 */
export interface BackendConfig extends TypeMeta<'BackendConfig'>, WithMisfits {
  readonly iap: BackendConfigIap | undefined;
  readonly cdn: BackendConfigCdn | undefined;
  /** The policy's name; "" is set too, and asks for its removal. */
  readonly securityPolicy: string | undefined;
  readonly timeoutSec: number | undefined;
  readonly drainingTimeoutSec: number | undefined;
  readonly sessionAffinity: BackendConfigAffinity | undefined;
  readonly customRequestHeaders: readonly string[];
  readonly customResponseHeaders: readonly string[];
  readonly healthCheck: BackendConfigHealthCheck | undefined;
  readonly logging: { readonly isEnabled: boolean; readonly sampleRate: number | undefined } | undefined;
}

interface BackendConfigIap {
  readonly isEnabled: boolean;
  /** Of oauthclientCredentials; "" for none. */
  readonly secretName: string;
}

interface BackendConfigCdn {
  readonly isEnabled: boolean;
  readonly signedUrlKeys: readonly { readonly keyName: string; readonly secretName: string }[];
  /** What it leaves out is false to the controller. */
  readonly cachePolicy:
    | Readonly<Record<'includeHost' | 'includeProtocol' | 'includeQueryString', boolean | undefined>>
    | undefined;
  readonly cacheMode: string | undefined;
  readonly clientTtl: number | undefined;
  readonly defaultTtl: number | undefined;
  readonly maxTtl: number | undefined;
}

interface BackendConfigAffinity {
  readonly affinityType: string;
  readonly affinityCookieTtlSec: number | undefined;
}

export interface BackendConfigHealthCheck {
  readonly checkIntervalSec: number | undefined;
  readonly timeoutSec: number | undefined;
  readonly healthyThreshold: number | undefined;
  readonly unhealthyThreshold: number | undefined;
  readonly type: string | undefined;
  readonly port: number | undefined;
  readonly requestPath: string | undefined;
}

/** networking.gke.io/v1beta1 */
export interface FrontendConfig extends TypeMeta<'FrontendConfig'>, WithMisfits {
  readonly sslPolicy: string | undefined;
  readonly redirectToHttps: { readonly isEnabled: boolean; readonly responseCodeName: string } | undefined;
}

/** networking.gke.io/v1 */
export interface ManagedCertificate extends TypeMeta<'ManagedCertificate'>, WithMisfits {
  readonly domains: readonly string[];
  /** Whether Google has issued it, as its status says; false where nothing says so. */
  readonly isActive: boolean;
}
