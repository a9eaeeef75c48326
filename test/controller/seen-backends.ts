// Backend services and health checks of the fake Google, in the normal form.
import type { Written } from './cluster.ts';
import { type BackendService, byLink, type Google, type HealthCheck, lastOf } from './google.ts';
import type { BackendForm, HealthCheckForm } from './normal-form.ts';

interface StoredPort {
  readonly name?: string;
  readonly port: number;
  readonly nodePort?: number;
}

/** Names of backends: the description says which Service port it is for. */
export class BackendNames {
  readonly #written: Written;
  readonly #namespace: string;

  constructor(written: Written, namespace: string) {
    this.#written = written;
    this.#namespace = namespace;
  }

  serviceOf({ description = '' }: BackendService): string {
    return /"kubernetes.io\/service-name":"([^"]+)"/.exec(description)?.[1] ?? '';
  }

  /** As fmt prints the Ingress's reference: "&ServiceBackendPort{Name:http,Number:0,}". */
  #namedPortOf({ description = '' }: BackendService): string {
    const [, name = '', number = ''] = /ServiceBackendPort\{Name:([^,]*),Number:(\d+),\}/.exec(description) ?? [];
    return name || number;
  }

  keyOf(backend: BackendService): string {
    const service = this.serviceOf(backend);
    const own = service.startsWith(`${this.#namespace}/`) ? lastOf(service) : service;
    return `${own}:${this.#portNumber(service, this.#namedPortOf(backend))}`;
  }

  keyAt(link: string | undefined): string {
    const backend = byLink(this.#written.google.backendServices, link);
    return backend === undefined ? `nothing at ${link}` : this.keyOf(backend);
  }

  #portNumber(key: string, port: string): string {
    return String(this.#portsOf(key).find(({ name }) => name === port)?.port ?? port);
  }

  /** The number of the port of its Service that has this node port. */
  portWith(nodePort: number, backend: BackendService): number | string {
    const port = this.#portsOf(this.serviceOf(backend)).find((one) => one.nodePort === nodePort);
    return port?.port ?? `none, but ${nodePort}`;
  }

  #portsOf(key: string): readonly StoredPort[] {
    const service = this.#written.services.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === key);
    return (service?.spec?.['ports'] ?? []) as readonly StoredPort[];
  }
}

export function backendForm(backend: BackendService, namer: BackendNames, google: Google): BackendForm {
  const { cdnPolicy, iap, logConfig } = backend;
  const groups = new Set(
    (backend.backends ?? []).map(({ group }) => (/networkEndpointGroups/.test(group) ? 'neg' : 'instanceGroup')),
  );
  const check = byLink(google.healthChecks, backend.healthChecks?.[0]);
  return {
    protocol: backend.protocol,
    group: [...groups].join(' and ') || null,
    nodePortOf: nodePortOf(backend, namer, google),
    scheme: backend.loadBalancingScheme || 'EXTERNAL',
    healthCheck: check === undefined ? undefined : healthCheckForm(check),
    features: {
      timeoutSec: backend.timeoutSec ?? null,
      drainingTimeoutSec: backend.connectionDraining?.drainingTimeoutSec ?? null,
      affinityType: backend.sessionAffinity || null,
      affinityCookieTtlSec: backend.affinityCookieTtlSec ?? null,
      cdn: backend.enableCDN ?? false,
      ...cdnForm(backend),
      signedUrlKeys: (cdnPolicy?.signedUrlKeyNames ?? []).toSorted().join(', '),
      iap: iap?.enabled ?? false,
      hasIapClient: (iap?.oauth2ClientId ?? '') !== '',
      securityPolicy: backend.securityPolicy ? lastOf(backend.securityPolicy) : null,
      customRequestHeaders: (backend.customRequestHeaders ?? []).join(', '),
      customResponseHeaders: (backend.customResponseHeaders ?? []).join(', '),
      // The share of requests, as the plan has it.
      logging: logConfig?.enable ? (logConfig.sampleRate ?? 0) : 0,
    },
  };
}

/** The backend service has a name for the port, and each of its instance groups says which number that is. */
function nodePortOf(backend: BackendService, namer: BackendNames, google: Google): BackendForm['nodePortOf'] {
  const groups = (backend.backends ?? []).flatMap(({ group }) => byLink(google.instanceGroups, group) ?? []);
  const found = groups.map(({ namedPorts = [] }) => {
    const named = namedPorts.find(({ name }) => name === backend.portName);
    return named === undefined ? `none: the group has no ${backend.portName}` : namer.portWith(named.port, backend);
  });
  const [first = null, ...others] = new Set(found);
  return others.length === 0 ? first : found.join(' and ');
}

function cdnForm({ enableCDN, cdnPolicy }: BackendService): BackendForm['features'] {
  if (!enableCDN) return {};
  const { cacheKeyPolicy, cacheMode, clientTtl = 0, defaultTtl = 0, maxTtl = 0 } = cdnPolicy ?? {};
  const { includeHost = false, includeProtocol = false, includeQueryString = false } = cacheKeyPolicy ?? {};
  return { cacheMode, includeHost, includeProtocol, includeQueryString, clientTtl, defaultTtl, maxTtl };
}

function healthCheckForm(check: HealthCheck): HealthCheckForm {
  const http = check.httpHealthCheck ?? check.httpsHealthCheck ?? check.http2HealthCheck;
  return {
    protocol: check.type,
    path: http?.requestPath ?? '',
    host: http?.host ?? '',
    port: http?.portSpecification === 'USE_FIXED_PORT' ? (http.port ?? null) : null,
    intervalSec: check.checkIntervalSec,
    timeoutSec: check.timeoutSec,
    healthyThreshold: check.healthyThreshold,
    unhealthyThreshold: check.unhealthyThreshold,
  };
}
