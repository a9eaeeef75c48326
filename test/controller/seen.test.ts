// What is read out of the fake Google: one load balancer written by hand, and one thing in it changed at a time.
import { expect, test } from 'vitest';
import type { StoredObject, Written } from './cluster.ts';
import type { BackendService, ForwardingRule, Google, TargetProxy, UrlMap } from './google.ts';
import { leavesOf } from './normal-form.ts';
import { seenForm } from './seen.ts';

const PROJECT = 'https://www.googleapis.com/compute/v1/projects/p/';
const named = (collection: string, name: string, scope = 'global') => ({
  name,
  selfLink: `${PROJECT}${scope}/${collection}/${name}`,
});
const GROUP = named('instanceGroups', 'ig', 'zones/z');
const SERVICE_KEY = '"kubernetes.io/service-name":"shop/web"';

const BACKEND: BackendService = {
  ...named('backendServices', 'be'),
  description: `{${SERVICE_KEY},"kubernetes.io/service-port":"&ServiceBackendPort{Name:,Number:80,}"}`,
  protocol: 'HTTP',
  portName: 'port30080',
  // As the controller writes it: a path, and of another project in the fake.
  backends: [{ group: 'projects/other/zones/z/instanceGroups/ig' }],
  logConfig: { enable: true, sampleRate: 0.5 },
};
const OTHER: BackendService = {
  ...named('backendServices', 'other'),
  description:
    '{"kubernetes.io/service-name":"shop/other","kubernetes.io/service-port":"&ServiceBackendPort{Name:,Number:80,}"}',
  protocol: 'HTTP',
};
const MATCHER = {
  name: 'host1',
  defaultService: BACKEND.selfLink,
  pathRules: [{ paths: ['/*'], service: BACKEND.selfLink }],
};
const URL_MAP: UrlMap = {
  ...named('urlMaps', 'um'),
  defaultService: BACKEND.selfLink,
  hostRules: [{ hosts: ['shop.example'], pathMatcher: 'host1' }],
  pathMatchers: [MATCHER],
};
const REDIRECT: UrlMap = {
  ...named('urlMaps', 'rm'),
  defaultUrlRedirect: { httpsRedirect: true, redirectResponseCode: 'FOUND' },
};
const HTTP_PROXY: TargetProxy = { ...named('targetHttpProxies', 'tp'), urlMap: REDIRECT.selfLink };
const HTTPS_PROXY: TargetProxy = { ...named('targetHttpsProxies', 'tps'), urlMap: URL_MAP.selfLink };
const HTTP: ForwardingRule = {
  ...named('forwardingRules', 'fr'),
  ...{ IPAddress: '203.0.113.1', portRange: '80-80', target: HTTP_PROXY.selfLink },
};
const HTTPS: ForwardingRule = {
  ...named('forwardingRules', 'frs'),
  ...{ IPAddress: '203.0.113.1', portRange: '443-443', target: HTTPS_PROXY.selfLink },
};

const GOOGLE: Google = {
  urlMaps: [URL_MAP, REDIRECT],
  backendServices: [BACKEND, OTHER],
  healthChecks: [],
  httpProxies: [HTTP_PROXY],
  httpsProxies: [HTTPS_PROXY],
  forwardingRules: [HTTP, HTTPS],
  certificates: [],
  addresses: [{ ...named('addresses', 'web-ip'), address: '203.0.113.1' }],
  groups: [],
  instanceGroups: [{ ...GROUP, namedPorts: [{ name: 'port30080', port: 30080 }] }],
  firewalls: [],
};

const INGRESS: StoredObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name: 'web',
    namespace: 'shop',
    annotations: {
      'ingress.kubernetes.io/url-map': 'um',
      'ingress.kubernetes.io/redirect-url-map': 'rm',
      'ingress.kubernetes.io/forwarding-rule': 'fr',
      'ingress.kubernetes.io/https-forwarding-rule': 'frs',
    },
  },
  spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
};
const SERVICE: StoredObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    ports: [
      { port: 80, nodePort: 30080 },
      { port: 81, nodePort: 30081 },
    ],
  },
};

function read(google: Google): ReadonlyMap<string, unknown> {
  const syncs = { ingresses: {}, services: {}, firewall: {} };
  const written: Written = { google, syncs, ingresses: [INGRESS], services: [SERVICE], events: [] };
  return leavesOf(seenForm(INGRESS, written));
}

const READ = read(GOOGLE);

test.each<[what: string, change: Partial<Google>, changed: Readonly<Record<string, [was: unknown, is: unknown]>>]>([
  [
    'the share of requests that is logged',
    { backendServices: [{ ...BACKEND, logConfig: { enable: true, sampleRate: 1 } }, OTHER] },
    { 'backends / web:80 / features / logging': [0.5, 1] },
  ],
  [
    'logging that is off, whatever its share',
    { backendServices: [{ ...BACKEND, logConfig: { enable: false, sampleRate: 1 } }, OTHER] },
    { 'backends / web:80 / features / logging': [0.5, 0] },
  ],
  [
    'the port of the instance group by its number',
    { instanceGroups: [{ ...GROUP, namedPorts: [{ name: 'port30080', port: 30081 }] }] },
    { 'backends / web:80 / nodePortOf': [80, 81] },
  ],
  [
    'a node port that no port of the Service has',
    { instanceGroups: [{ ...GROUP, namedPorts: [{ name: 'port30080', port: 30082 }] }] },
    { 'backends / web:80 / nodePortOf': [80, 'none, but 30082'] },
  ],
  [
    'a port that the instance group has no name for',
    { instanceGroups: [{ ...GROUP, namedPorts: [] }] },
    { 'backends / web:80 / nodePortOf': [80, 'none: the group has no port30080'] },
  ],
  [
    'the default of a host',
    { urlMaps: [{ ...URL_MAP, pathMatchers: [{ ...MATCHER, defaultService: OTHER.selfLink }] }, REDIRECT] },
    { 'hosts / shop.example / any other path': ['web:80', 'other:80'] },
  ],
  [
    'the URL map of the proxy of HTTP',
    { httpProxies: [{ ...HTTP_PROXY, urlMap: URL_MAP.selfLink }] },
    { 'frontEnd / httpProxy': ['redirect', 'URL map'] },
  ],
  [
    'the URL map of the proxy of HTTPS',
    { httpsProxies: [{ ...HTTPS_PROXY, urlMap: REDIRECT.selfLink }] },
    { 'frontEnd / httpsProxy': ['URL map', 'redirect'] },
  ],
  [
    'a proxy with the URL map of another Ingress',
    { httpProxies: [{ ...HTTP_PROXY, urlMap: `${PROJECT}global/urlMaps/x` }] },
    { 'frontEnd / httpProxy': ['redirect', `nothing of it, but ${PROJECT}global/urlMaps/x`] },
  ],
  [
    'a redirect that does not lead to HTTPS',
    { urlMaps: [URL_MAP, { ...REDIRECT, defaultUrlRedirect: { redirectResponseCode: 'FOUND' } }] },
    { 'frontEnd / redirectsToHttps': [true, false] },
  ],
  ['an address that is nobody’s', { addresses: [] }, { 'frontEnd / httpAddress': ['web-ip', 'ephemeral'] }],
  [
    'two addresses where there should be one',
    { forwardingRules: [HTTP, { ...HTTPS, IPAddress: '203.0.113.2' }] },
    { 'frontEnd / httpsAddress': ['that of HTTP', 'ephemeral'] },
  ],
])('is read: %s', (_what, change, changed) => {
  const now = read({ ...GOOGLE, ...change });
  const differing = [...new Set([...READ.keys(), ...now.keys()])].filter((leaf) => READ.get(leaf) !== now.get(leaf));
  expect(Object.fromEntries(differing.map((leaf) => [leaf, [READ.get(leaf), now.get(leaf)]]))).toEqual(changed);
});
