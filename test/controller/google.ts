// What the fake Google has, as controller/dump.go writes it: the fields of Google's own REST resources that are compared.

export interface Resource {
  readonly name: string;
  readonly selfLink: string;
  readonly description?: string;
}

export interface UrlMap extends Resource {
  readonly defaultService?: string;
  readonly hostRules?: readonly { readonly hosts: readonly string[]; readonly pathMatcher: string }[];
  readonly pathMatchers?: readonly {
    readonly name: string;
    readonly defaultService: string;
    readonly pathRules?: readonly { readonly paths: readonly string[]; readonly service: string }[];
  }[];
  readonly defaultUrlRedirect?: { readonly httpsRedirect?: boolean; readonly redirectResponseCode?: string };
}

export interface BackendService extends Resource {
  /** Another one after each update. */
  readonly fingerprint?: string;
  readonly protocol: string;
  readonly healthChecks?: readonly string[];
  readonly loadBalancingScheme?: string;
  readonly backends?: readonly { readonly group: string; readonly balancingMode?: string }[];
  /** What its instance groups call the port that it asks. */
  readonly portName?: string;
  readonly timeoutSec?: number;
  readonly connectionDraining?: { readonly drainingTimeoutSec?: number };
  readonly sessionAffinity?: string;
  readonly affinityCookieTtlSec?: number;
  readonly enableCDN?: boolean;
  readonly cdnPolicy?: {
    readonly signedUrlKeyNames?: readonly string[];
    readonly cacheMode?: string;
    readonly clientTtl?: number;
    readonly defaultTtl?: number;
    readonly maxTtl?: number;
    readonly cacheKeyPolicy?: {
      readonly includeHost?: boolean;
      readonly includeProtocol?: boolean;
      readonly includeQueryString?: boolean;
    };
  };
  readonly iap?: { readonly enabled?: boolean; readonly oauth2ClientId?: string };
  readonly securityPolicy?: string;
  readonly customRequestHeaders?: readonly string[];
  readonly customResponseHeaders?: readonly string[];
  readonly logConfig?: { readonly enable?: boolean; readonly sampleRate?: number };
}

interface HttpCheck {
  readonly host?: string;
  readonly port?: number;
  readonly portSpecification?: string;
  readonly requestPath?: string;
}

export interface HealthCheck extends Resource {
  readonly type: string;
  readonly checkIntervalSec: number;
  readonly timeoutSec: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly httpHealthCheck?: HttpCheck;
  readonly httpsHealthCheck?: HttpCheck;
  readonly http2HealthCheck?: HttpCheck;
}

export interface TargetProxy extends Resource {
  readonly urlMap: string;
  readonly sslCertificates?: readonly string[];
  readonly sslPolicy?: string;
}

export interface ForwardingRule extends Resource {
  readonly IPAddress: string;
  readonly portRange: string;
  readonly target: string;
  readonly loadBalancingScheme?: string;
}

export interface InstanceGroup extends Resource {
  readonly namedPorts?: readonly { readonly name: string; readonly port: number }[];
}

export interface Address extends Resource {
  readonly address: string;
}

export interface Firewall extends Resource {
  readonly allowed?: readonly { readonly IPProtocol: string; readonly ports?: readonly string[] }[];
}

export interface Google {
  readonly urlMaps: readonly UrlMap[];
  readonly backendServices: readonly BackendService[];
  readonly healthChecks: readonly HealthCheck[];
  readonly httpProxies: readonly TargetProxy[];
  readonly httpsProxies: readonly TargetProxy[];
  readonly forwardingRules: readonly ForwardingRule[];
  readonly certificates: readonly Resource[];
  readonly addresses: readonly Address[];
  /** Network endpoint groups. */
  readonly groups: readonly Resource[];
  readonly instanceGroups: readonly InstanceGroup[];
  readonly firewalls: readonly Firewall[];
}

/** The link without endpoint, version and project: "global/urlMaps/x", "regions/r/urlMaps/x". */
export function tailOf(link: string): string {
  return link.replace(/^(.*\/)?projects\/[^/]+\//, '');
}

/** Whose link ends so; undefined where nobody's does. */
export function byLink<R extends Resource>(resources: readonly R[], link: string | undefined): R | undefined {
  return link === undefined ? undefined : resources.find(({ selfLink }) => tailOf(selfLink) === tailOf(link));
}

export function lastOf(link: string): string {
  return link.slice(link.lastIndexOf('/') + 1);
}
