// GKE's own kinds, as far as the plan and the rules read them: BackendConfig, FrontendConfig, ManagedCertificate.
// undefined is "not set" throughout (ingress-gce pkg/apis/backendconfig/v1, pkg/apis/frontendconfig/v1beta1).
import type { TypeMeta } from './object-meta.ts';

/** cloud.google.com/v1 and v1beta1 */
export interface BackendConfig extends TypeMeta<'BackendConfig'> {
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
export interface FrontendConfig extends TypeMeta<'FrontendConfig'> {
  readonly sslPolicy: string | undefined;
  readonly redirectToHttps: { readonly isEnabled: boolean; readonly responseCodeName: string } | undefined;
}

/** networking.gke.io/v1 */
export interface ManagedCertificate extends TypeMeta<'ManagedCertificate'> {
  readonly domains: readonly string[];
}
