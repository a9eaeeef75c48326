import { expect, it } from 'vitest';
import { conditionsIn } from './controller-words.ts';

const NO_HEALTH_CHECK =
  "error ensuring health check: Error creating health check &{Name:k8s1-a Description:NEG}: googleapi: Error 400: Invalid value for field 'resource.timeoutSec': '9'. ";

it.each([
  ['C3', 'Ingress Backend is not a service'],
  ['C4', 'could not find service "shop/web"'],
  ['C5', 'could not find port "81" in service "shop/web"'],
  ['C6', 'service "shop/web" is type "ClusterIP", expected "NodePort" or "LoadBalancer"'],
  ['C7', 'could not parse "service.alpha.kubernetes.io/app-protocols" annotation on Service "shop/web", err: x'],
  [
    'C9',
    'error getting BackendConfig for port "80" on service "shop/web", err: BackendConfig annotation is invalid json',
  ],
  [
    'C10',
    'error getting BackendConfig for port "80" on service "shop/web", err: no BackendConfig for service port exists.',
  ],
  ['C11', 'BackendConfig shop/web is not valid: iap and cdn cannot be enabled at the same time'],
  ['C12', 'BackendConfig shop/web is not valid: CDN configuration is not supported in TPC Environment'],
  ['C13', "BackendConfig shop/web is not valid: secret oauth missing client_secret data'"],
  ['C13', 'BackendConfig shop/web is not valid: error retrieving secret oauth: secrets "oauth" not found'],
  ['C17', 'failed to retrieve the system default backend service "a/b" with port "http": could not find port "http"'],
  ['C1', 'Ingress class "gce" is not supported in this environment. Please use "gce-regional-external".'],
  ['C54', 'error converting *composite.BackendService to compute ga type via JSON: json: unsupported value: NaN'],
  ['C14', 'failed to validate exact path type due to empty path'],
  ['C15', 'failed to validate prefix path /a* due to invalid wildcard'],
  ['C18', 'both global-static-ip and regional-static-ip cannot be specified'],
  ['C19', "the given static IP name shop-ip doesn't translate to an existing static IP."],
  ['C20', 'invalid configuration: both HTTP and HTTPS are disabled (kubernetes.io/ingress.allow-http is false'],
  ['C21', 'error invalid internal ingress https config'],
  [
    'C21',
    'gce-internal Ingress class must be configured with a static-ip to use both HTTP and HTTPS served on the same IP',
  ],
  ['C22', 'error initializing translator env: secrets "web-tls" not found'],
  ['C23', 'secret "" does not exist'],
  ['C24', 'secret "web-tls" does not specify cert as string data'],
  ['C26', 'Error: no FrontendConfig for Ingress exists.'],
  ['C27', 'cannot enable HTTPS Redirects with L7 ILB'],
  ['C32', 'invalid loadbalancer name'],
  ['C35', 'error processing service "shop/web": NEG annotation is invalid.'],
  ['C36', 'port 81 specified in "cloud.google.com/neg" doesn\'t exist in the service'],
  ['C38', 'failed to get NEG for service: found conflicting description in neg shop-web: expected'],
  ['C40', 'THC annotation present, but the Transparent Health Checks feature is not enabled.'],
  [
    'G2',
    'error processing service "shop/web": failed to ensure svc neg cr shop/Own_NEG/80 for port: ServiceNetworkEndpointGroup.networking.gke.io "Own_NEG" is invalid: metadata.name: Invalid value: "Own_NEG": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters',
  ],
  [
    'G2',
    "Failed to sync NEG \"1-web\" (will retry): googleapi: Error 400: Invalid value for field 'resource.name': '1-web'.",
  ],
  ['C39', 'NEG is not supported for ipv6 only service'],
  ['C48', `${NO_HEALTH_CHECK}TimeoutSec should be less than checkIntervalSec., invalid`],
  ['C48', `${NO_HEALTH_CHECK}TimeoutSec should be less than or equal to checkIntervalSec., invalid`],
])('knows %s by "%s"', (condition, message) => {
  expect(conditionsIn(`Translation failed: invalid ingress spec: ${message}`)).toEqual([condition]);
});

it('finds each of several that are joined, and none in words that are not known', () => {
  const both = 'could not find service "a/b"; could not find port "81" in service "a/c"; could not find service "a/d"';
  expect(conditionsIn(both)).toEqual(['C4', 'C5']);
  expect(conditionsIn('googleapi: Error 403: QUOTA_EXCEEDED')).toEqual([]);
});
