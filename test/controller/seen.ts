// What the controllers have written about one Ingress, in the normal form: from the API server, and from the fake Google
// by the links that Google's resources have to each other.
import type { StoredEvent, StoredObject, Written } from './cluster.ts';
import { kindsIn } from './error-words.ts';
import {
  type BackendService,
  byLink,
  type ForwardingRule,
  type Google,
  lastOf,
  type TargetProxy,
  tailOf,
  type UrlMap,
} from './google.ts';
import { type FrontEndForm, type Leaf, type NormalForm, OTHER_PATHS, type ServiceForm } from './normal-form.ts';
import { BackendNames, backendForm } from './seen-backends.ts';

const V1 = 'networking.gke.io/ingress-finalizer';
const V2 = 'networking.gke.io/ingress-finalizer-V2';
const KEY = 'ingress.kubernetes.io/';

export function seenForm(ingress: StoredObject, written: Written): NormalForm {
  const { annotations = {}, namespace, name, finalizers = [] } = ingress.metadata;
  const { google } = written;
  const error = errorOf(`${namespace}/${name}`, written);
  const isRegional = /^gce-(internal|regional-external)$/.test(annotations['kubernetes.io/ingress.class'] ?? '');
  const urlMap = google.urlMaps.find(
    (one) => one.name === annotations[`${KEY}url-map`] && tailOf(one.selfLink).startsWith('global/') !== isRegional,
  );
  const namer = new BackendNames(written, namespace);
  const services = new Set(namesIn(ingress).map((service) => `${namespace}/${service}`));
  const inScope = google.backendServices.filter(
    ({ selfLink }) => tailOf(selfLink).startsWith('global/') !== isRegional,
  );
  const backends = inScope.filter((one) => services.has(namer.serviceOf(one)) || isUsed(one, urlMap));
  return {
    served: finalizers.some((finalizer) => finalizer === V1 || finalizer === V2),
    finalizer: finalizers.includes(V2) ? 'v2' : finalizers.includes(V1) ? 'v1' : null,
    error,
    event: reasonOf(error, `${namespace}/${name}`, written),
    built: urlMap !== undefined,
    address: addressOf(ingress, google),
    defaultBackend: urlMap === undefined ? null : namer.keyAt(urlMap.defaultService),
    hosts: urlMap === undefined ? {} : hostsOf(urlMap, namer),
    frontEnd: urlMap === undefined ? undefined : frontEndOf(annotations, urlMap, google),
    backends: Object.fromEntries(backends.map((one) => [namer.keyOf(one), backendForm(one, namer, google)])),
    services: servicesOf([...services], written),
  };
}

/** One firewall rule is for all Ingresses of the cluster. */
export function openPortsIn({ firewalls }: Google): readonly string[] {
  const tcp = firewalls.flatMap(({ allowed = [] }) => allowed).filter(({ IPProtocol }) => IPProtocol === 'tcp');
  return tcp.flatMap(({ ports = [] }) => ports);
}

/** Of the Services that it refers to, by name. */
function namesIn(ingress: StoredObject): readonly string[] {
  const found = JSON.stringify(ingress.spec).matchAll(/"service":\{"name":"([^"]+)"/g);
  return [...new Set([...found].map(([, name = '']) => name))];
}

function isUsed({ selfLink }: BackendService, urlMap: UrlMap | undefined): boolean {
  return urlMap !== undefined && JSON.stringify(urlMap).includes(`"${tailOf(selfLink)}"`);
}

/** How the last sync ended. Of an Ingress that it does not serve the controller tells in an Event, if at all. */
function errorOf(key: string, { syncs, events }: Written): string {
  const error = syncs.ingresses[key]?.error ?? '';
  if (error !== '') return kindsIn(error).join(', ');
  return events.some((event) => isAbout(event, key) && kindsIn(event.message).includes('C1')) ? 'C1' : '';
}

function isAbout({ involvedObject: of, type }: StoredEvent, key: string): boolean {
  return type === 'Warning' && of.kind === 'Ingress' && `${of.namespace}/${of.name}` === key;
}

/** Of the Event that says the same as the last error; "none" where there should be one. */
function reasonOf(error: string, key: string, { events }: Written): string {
  if (error === '') return '';
  const said = events.find((event) => isAbout(event, key) && kindsIn(event.message).join(', ') === error);
  return said?.reason ?? 'none';
}

function addressOf({ status }: StoredObject, google: Google): string {
  const ip = status?.loadBalancer?.ingress?.[0]?.ip;
  return ip === undefined ? 'none' : addressName(ip, google);
}

function addressName(ip: string, google: Google): string {
  const reserved = google.addresses.find(({ address }) => address === ip);
  // What the controller promotes itself has the name of a forwarding rule (addresses.go checkStaticIP).
  return reserved === undefined || /^k8s\d?-/.test(reserved.name) ? 'ephemeral' : reserved.name;
}

function hostsOf({ hostRules = [], pathMatchers = [] }: UrlMap, namer: BackendNames): NormalForm['hosts'] {
  return Object.fromEntries(
    hostRules.flatMap(({ hosts, pathMatcher }) => {
      const matcher = pathMatchers.find(({ name }) => name === pathMatcher);
      const paths = (matcher?.pathRules ?? []).flatMap((rule) =>
        rule.paths.map((path) => [path, namer.keyAt(rule.service)] as const),
      );
      const all = [...paths, [OTHER_PATHS, namer.keyAt(matcher?.defaultService)] as const];
      return hosts.map((host) => [host, Object.fromEntries(all)]);
    }),
  );
}

function frontEndOf(annotations: Readonly<Record<string, string>>, urlMap: UrlMap, google: Google): FrontEndForm {
  const isRegional = !tailOf(urlMap.selfLink).startsWith('global/');
  const named = <R extends { readonly name: string; readonly selfLink: string }>(
    resources: readonly R[],
    key: string,
  ) =>
    resources.find(
      (one) => one.name === annotations[`${KEY}${key}`] && tailOf(one.selfLink).startsWith('global/') !== isRegional,
    );
  const http = named(google.forwardingRules, 'forwarding-rule');
  const https = named(google.forwardingRules, 'https-forwarding-rule');
  const httpsProxy = byLink(google.httpsProxies, https?.target);
  const redirect = named(google.urlMaps, 'redirect-url-map');
  const mapOf = (rule: ForwardingRule | undefined, proxy: TargetProxy | undefined): string | null => {
    if (rule === undefined) return null;
    const map = byLink(google.urlMaps, proxy?.urlMap);
    if (map === urlMap) return 'URL map';
    return map !== undefined && map === redirect ? 'redirect' : `nothing of it, but ${proxy?.urlMap}`;
  };
  const scheme = (http ?? https)?.loadBalancingScheme;
  return {
    scope: http === undefined && https === undefined ? null : isRegional ? 'regional' : 'global',
    scheme: http === undefined && https === undefined ? null : scheme || 'EXTERNAL',
    http: http?.portRange === '80-80',
    https: https?.portRange === '443-443',
    httpProxy: mapOf(http, byLink(google.httpProxies, http?.target)),
    httpsProxy: mapOf(https, httpsProxy),
    httpAddress: http === undefined ? null : addressName(http.IPAddress, google),
    httpsAddress: https === undefined ? null : sharedAddress(https, http) || addressName(https.IPAddress, google),
    certificates: (httpsProxy?.sslCertificates ?? [])
      .map(lastOf)
      .map((name) => (/^k8s2?-(cr|ssl)-/.test(name) ? ofSecret(name, google) : name))
      .toSorted()
      .join(', '),
    redirect: redirect === undefined ? null : (redirect.defaultUrlRedirect?.redirectResponseCode ?? ''),
    redirectsToHttps: redirect?.defaultUrlRedirect?.httpsRedirect ?? false,
    sslPolicy: httpsProxy?.sslPolicy ? lastOf(httpsProxy.sslPolicy) : null,
  };
}

function sharedAddress({ IPAddress }: ForwardingRule, other: ForwardingRule | undefined): string {
  return IPAddress === other?.IPAddress ? 'that of HTTP' : '';
}

function ofSecret(name: string, google: Google): string {
  return google.certificates.some((one) => one.name === name) ? 'secret' : 'secret, which nobody made a certificate of';
}

function servicesOf(keys: readonly string[], { services, events }: Written): NormalForm['services'] {
  const found = services.filter(({ metadata }) => keys.includes(`${metadata.namespace}/${metadata.name}`));
  return Object.fromEntries(found.map((service) => [service.metadata.name, serviceForm(service, events)]));
}

const NEG_FAILURES = ['ProcessServiceFailed', 'SyncNetworkEndpointGroupFailed'];

function serviceForm({ metadata }: StoredObject, events: readonly StoredEvent[]): ServiceForm {
  const own = events.filter(
    ({ involvedObject: of, reason }) =>
      of.kind === 'Service' &&
      of.namespace === metadata.namespace &&
      of.name === metadata.name &&
      NEG_FAILURES.includes(reason),
  );
  return {
    error: [...new Set(own.flatMap(({ message }) => kindsIn(message)))].toSorted().join(', '),
    negs: negsIn(metadata.annotations?.['cloud.google.com/neg-status']),
  };
}

/** pkg/utils/namer NEG: a hash at the end, and the prefix of this cluster (controller/controllers.go clusterUID). */
const AUTOMATIC = /^k8s1-01234567-/;

function negsIn(status: string | undefined): Readonly<Record<string, Leaf>> {
  if (status === undefined) return {};
  // Written by the NEG controller, by nobody else here.
  const { network_endpoint_groups: groups } = JSON.parse(status) as {
    readonly network_endpoint_groups: Readonly<Record<string, string>>;
  };
  return Object.fromEntries(Object.entries(groups).map(([port, name]) => [port, AUTOMATIC.test(name) ? 'auto' : name]));
}
