// What somebody has set in Google by hand, beside the controller: what is left of it after the next syncs, as docs/controller.md
// and docs/base.md say.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTROLLER_DEFAULTS } from '../../src/facts/facts.ts';
import { logToStderr } from '../cluster/go-programs.ts';
import { batchesOf, type ControllerCase, type Raw, type RawObject } from './case.ts';
import { type ControllerCluster, startControllerCluster } from './cluster.ts';
import { byLink, type Google, type Resource } from './google.ts';
import { findPrograms, type Programs } from './programs.ts';

const NAMESPACE = 'shop';
const NAMES_CONFIG = { 'cloud.google.com/backend-config': '{"default": "web"}' };
const NAMES_FRONTEND_CONFIG = { 'networking.gke.io/v1beta1.FrontendConfig': 'front' };

function web(config: Raw | undefined, frontendConfig?: Raw): readonly RawObject[] {
  const object = (apiVersion: string, kind: string, name: string, annotations: Raw, spec: Raw): RawObject => ({
    ...{ apiVersion, kind, spec },
    // Texts, all of them.
    metadata: { name, namespace: NAMESPACE, annotations: annotations as Record<string, string> },
  });
  const defaultBackend = { service: { name: 'web', port: { number: 80 } } };
  const rules = [
    {
      host: 'shop.example',
      http: { paths: [{ path: '/*', pathType: 'ImplementationSpecific', backend: defaultBackend }] },
    },
  ];
  return [
    object(
      ...(['networking.k8s.io/v1', 'Ingress', 'web'] as const),
      {
        'kubernetes.io/ingress.class': 'gce',
        'ingress.gcp.kubernetes.io/pre-shared-cert': 'one',
        ...(frontendConfig === undefined ? {} : NAMES_FRONTEND_CONFIG),
      },
      { defaultBackend, rules },
    ),
    object(
      ...(['v1', 'Service', 'web'] as const),
      { 'cloud.google.com/neg': '{"ingress": true}', ...(config === undefined ? {} : NAMES_CONFIG) },
      { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    ),
    ...(config === undefined ? [] : [object('cloud.google.com/v1', 'BackendConfig', 'web', {}, config)]),
    ...(frontendConfig === undefined
      ? []
      : [object('networking.gke.io/v1beta1', 'FrontendConfig', 'front', {}, frontendConfig)]),
  ];
}

interface Case {
  readonly name: string;
  readonly objects: readonly RawObject[];
  readonly of: keyof typeof FIND;
  readonly set: Raw;
  readonly left: Raw;
}

const OTHER_POLICY = 'https://www.googleapis.com/compute/v1/projects/test-project/global/securityPolicies/by-hand';
const sslPolicy = (name: string): string => `global/sslPolicies/${name}`;

/** All that a BackendConfig can set, as nobody but a person sets it. */
const SETTINGS = {
  timeoutSec: 77,
  connectionDraining: { drainingTimeoutSec: 78 },
  sessionAffinity: 'CLIENT_IP',
  enableCDN: true,
  cdnPolicy: { cacheMode: 'FORCE_CACHE_ALL', clientTtl: 79 },
  iap: { enabled: true },
  securityPolicy: OTHER_POLICY,
  customRequestHeaders: ['X-By: hand'],
  logConfig: { enable: true, sampleRate: 0.5 },
};
const CHECK = {
  ...{ checkIntervalSec: 51, timeoutSec: 50, healthyThreshold: 3, unhealthyThreshold: 4 },
  httpHealthCheck: { requestPath: '/by-hand', host: 'by-hand.example' },
};

const CASES: readonly Case[] = [
  {
    name: 'settings of a backend service without a BackendConfig stay',
    objects: web(undefined),
    of: 'backend service',
    set: SETTINGS,
    left: SETTINGS,
  },
  {
    name: 'settings of a backend service stay where its BackendConfig says nothing of them',
    objects: web({ timeoutSec: 40 }),
    of: 'backend service',
    set: SETTINGS,
    left: { ...SETTINGS, timeoutSec: 40 },
  },
  {
    name: 'settings of a backend service that its BackendConfig names become what it says',
    objects: web({
      timeoutSec: 40,
      connectionDraining: { drainingTimeoutSec: 41 },
      sessionAffinity: { affinityType: 'GENERATED_COOKIE', affinityCookieTtlSec: 42 },
      cdn: { enabled: true },
      iap: { enabled: false },
      securityPolicy: { name: 'armor' },
      customRequestHeaders: { headers: ['X-By: BackendConfig'] },
      logging: { enable: true, sampleRate: 0.25 },
    }),
    of: 'backend service',
    set: SETTINGS,
    left: {
      timeoutSec: 40,
      connectionDraining: { drainingTimeoutSec: 41 },
      ...{ sessionAffinity: 'GENERATED_COOKIE', affinityCookieTtlSec: 42 },
      enableCDN: true,
      cdnPolicy: { cacheMode: 'CACHE_ALL_STATIC', clientTtl: 3600 },
      iap: expect.not.objectContaining({ enabled: true }),
      securityPolicy: expect.stringMatching(/\/securityPolicies\/armor$/),
      customRequestHeaders: ['X-By: BackendConfig'],
      logConfig: { enable: true, sampleRate: 0.25 },
    },
  },
  {
    name: 'a sample rate stays where the BackendConfig turns logging on and gives none',
    objects: web({ logging: { enable: true } }),
    of: 'backend service',
    set: { logConfig: { enable: false, sampleRate: 0.5 } },
    left: { logConfig: { enable: true, sampleRate: 0.5 } },
  },
  {
    name: 'keys of signed URLs are taken away, without a BackendConfig too',
    objects: web(undefined),
    of: 'backend service',
    set: { enableCDN: true, cdnPolicy: { signedUrlKeyNames: ['by-hand'], clientTtl: 79 } },
    left: {
      enableCDN: true,
      cdnPolicy: expect.not.objectContaining({ signedUrlKeyNames: expect.anything() }),
    },
  },
  {
    name: 'response headers stay without a BackendConfig',
    objects: web(undefined),
    of: 'backend service',
    set: { customResponseHeaders: ['X-By: hand'] },
    left: { customResponseHeaders: ['X-By: hand'] },
  },
  {
    name: 'response headers are taken away by a BackendConfig that says nothing of them',
    objects: web({ healthCheck: { requestPath: '/' } }),
    of: 'backend service',
    set: { customResponseHeaders: ['X-By: hand'], customRequestHeaders: ['X-By: hand'] },
    left: { customResponseHeaders: undefined, customRequestHeaders: ['X-By: hand'] },
  },
  {
    name: 'the protocol of a backend service becomes that of the Service',
    objects: web(undefined),
    of: 'backend service',
    set: { protocol: 'HTTPS' },
    left: { protocol: 'HTTP' },
  },
  {
    name: 'a health check without a BackendConfig stays',
    objects: web(undefined),
    of: 'health check',
    set: CHECK,
    left: CHECK,
  },
  {
    name: 'of a health check what its BackendConfig names becomes what it says, and the rest stays',
    objects: web({ healthCheck: { requestPath: '/live', checkIntervalSec: 60 } }),
    of: 'health check',
    set: CHECK,
    left: { ...CHECK, checkIntervalSec: 60, httpHealthCheck: { requestPath: '/live', host: 'by-hand.example' } },
  },
  {
    name: 'hosts and paths of a URL map become those of the Ingress',
    objects: web(undefined),
    of: 'URL map',
    set: { hostRules: [{ hosts: ['by-hand.example'], pathMatcher: 'by-hand' }] },
    left: { hostRules: [{ hosts: ['shop.example'] }] },
  },
  {
    name: 'an SSL policy stays without a FrontendConfig',
    objects: web(undefined),
    of: 'HTTPS proxy',
    set: { sslPolicy: sslPolicy('by-hand') },
    left: { sslPolicy: sslPolicy('by-hand') },
  },
  {
    name: 'an SSL policy stays where the FrontendConfig names none',
    objects: web(undefined, { redirectToHttps: { enabled: false } }),
    of: 'HTTPS proxy',
    set: { sslPolicy: sslPolicy('by-hand') },
    left: { sslPolicy: sslPolicy('by-hand') },
  },
  {
    name: 'an SSL policy becomes that of the FrontendConfig',
    objects: web(undefined, { sslPolicy: 'modern' }),
    of: 'HTTPS proxy',
    set: { sslPolicy: sslPolicy('by-hand') },
    left: { sslPolicy: sslPolicy('modern') },
  },
  {
    name: 'an SSL policy is taken away where the FrontendConfig has ""',
    objects: web(undefined, { sslPolicy: '' }),
    of: 'HTTPS proxy',
    set: { sslPolicy: sslPolicy('by-hand') },
    left: { sslPolicy: undefined },
  },
  {
    name: 'certificates of an HTTPS proxy become those of the Ingress',
    objects: web(undefined),
    of: 'HTTPS proxy',
    set: { sslCertificates: ['global/sslCertificates/by-hand'] },
    left: { sslCertificates: [expect.stringMatching(/\/sslCertificates\/one$/)] },
  },
];

const isOf =
  (namespace: string) =>
  ({ name }: Resource): boolean =>
    name.includes(`-${namespace}-`);

const FIND = {
  'backend service': (google: Google, namespace: string) => google.backendServices.find(isOf(namespace)),
  'health check': (google: Google, namespace: string) =>
    byLink(google.healthChecks, google.backendServices.find(isOf(namespace))?.healthChecks?.[0]),
  'URL map': (google: Google, namespace: string) => google.urlMaps.find(isOf(namespace)),
  'HTTPS proxy': (google: Google, namespace: string) => google.httpsProxies.find(isOf(namespace)),
} satisfies Readonly<Record<string, (google: Google, namespace: string) => Resource | undefined>>;

describe('set by hand,', () => {
  let programs: Programs;
  let cluster: ControllerCluster | undefined;
  let namespaces: readonly string[] = [];
  let before: Google;
  let after: Google;

  beforeAll(async () => {
    programs = await findPrograms();
    if (!programs.ok) return;
    const cases = CASES.map(({ name, objects }): ControllerCase => ({ name, objects, flags: CONTROLLER_DEFAULTS }));
    const [batch] = batchesOf(cases, cases.length);
    if (batch === undefined) throw new Error('There are no cases.');
    namespaces = batch.cases.map(({ objects }) => objects[0]?.metadata.namespace ?? '');
    cluster = await startControllerCluster(programs.program, batch, logToStderr);
    expect(cluster.refused).toEqual([]);
    before = (await cluster.settle()).google;
    for (const [index, { of, set }] of CASES.entries()) {
      await cluster.controller.setByHand(resourceIn(before, of, index).selfLink, set);
    }
    after = (await cluster.settle()).google;
  });

  afterAll(() => cluster?.stop());

  function resourceIn(google: Google, of: Case['of'], index: number): Resource {
    const resource = FIND[of](google, namespaces[index] ?? '');
    if (resource === undefined) throw new Error(`${CASES[index]?.name}: Google has no ${of}.`);
    return resource;
  }

  it.for(CASES.map((one, index) => ({ ...one, index })))('$name', ({ of, set, left, index }, { skip }) => {
    if (!programs.ok) skip(programs.why);
    expect(resourceIn(before, of, index)).not.toMatchObject(set);
    const resource: Raw = { ...resourceIn(after, of, index) };
    const fields = Object.keys(left).map((name) => [name, resource[name]] as const);
    expect(Object.fromEntries(fields)).toMatchObject(left);
  });
});
