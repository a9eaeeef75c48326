// The sequences, each with what is expected after each step. Sources are of ingress-gce v1.41.0.
import type { Raw, RawObject } from './case.ts';
import { patch, remove, type Sequence, type State } from './sequences.ts';

const CLASS = 'kubernetes.io/ingress.class';
const V1_FINALIZER = 'networking.gke.io/ingress-finalizer';

function object(
  apiVersion: string,
  kind: string,
  name: string,
  annotations: Readonly<Record<string, string>>,
  spec: Raw,
): RawObject {
  return { apiVersion, kind, metadata: { name, namespace: 'seq', annotations }, spec };
}

function ingress(annotations: Readonly<Record<string, string>> = {}, spec: Raw = {}, name = 'web'): RawObject {
  const defaultBackend = { service: { name: 'web', port: { number: 80 } } };
  return object(
    'networking.k8s.io/v1',
    'Ingress',
    name,
    { [CLASS]: 'gce', ...annotations },
    { defaultBackend, ...spec },
  );
}

function service(
  annotations: Readonly<Record<string, string>> = { 'cloud.google.com/neg': '{"ingress": true}' },
): RawObject {
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }];
  return object('v1', 'Service', 'web', annotations, { type: 'NodePort', selector: { app: 'web' }, ports });
}

function withFinalizer(made: RawObject, finalizer: string): RawObject {
  return { ...made, metadata: { ...made.metadata, finalizers: [finalizer] } };
}

function pod(path: string): RawObject {
  const readinessProbe = { httpGet: { path, port: 8080 }, periodSeconds: 7, timeoutSeconds: 2 };
  const containers = [
    { name: 'main', image: 'registry.example/app:1.0', ports: [{ containerPort: 8080 }], readinessProbe },
  ];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'seq', labels: { app: 'web' } },
    spec: { containers },
  };
}

function secret(): RawObject {
  const stringData = { 'tls.crt': 'a certificate', 'tls.key': 'a key' };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tls', namespace: 'seq' }, stringData } as RawObject;
}

const ofClass = (name: string): ReturnType<typeof patch> =>
  patch('Ingress', 'web', { metadata: { annotations: { [CLASS]: name } } });

function state(left: State['left'], differs: State['differs'] = [], serviceErrors: State['serviceErrors'] = []): State {
  return { left, differs, serviceErrors };
}

/** One Service port behind HTTP. */
const HTTP = { urlMaps: 1, httpProxies: 1, forwardingRules: 1, backendServices: 1, healthChecks: 1, groups: 1 };
const REGIONAL_HTTP = {
  ...{ 'regional urlMaps': 1, 'regional httpProxies': 1, 'regional forwardingRules': 1 },
  ...{ 'regional backendServices': 1, 'regional healthChecks': 1, groups: 1 },
};
const BOTH = { ...HTTP, httpsProxies: 1, forwardingRules: 2, addresses: 1 };
const { httpProxies: _, ...WITHOUT_HTTP } = BOTH;
const HTTPS_ONLY = { ...WITHOUT_HTTP, forwardingRules: 1 };
const NOTHING = state({});
/** A translation that fails ends the sync before anything is changed (controller.go sync). */
const KEPT = state(HTTP, ['built: false | true']);

const HTTPS = { 'kubernetes.io/ingress.allow-http': 'true' };
const TLS = { tls: [{ secretName: 'tls' }] };
const CONFIGURED = {
  'cloud.google.com/neg': '{"ingress": true}',
  'cloud.google.com/backend-config': '{"default": "web"}',
};

function backendConfig(): RawObject {
  return object(
    'cloud.google.com/v1',
    'BackendConfig',
    'web',
    {},
    {
      timeoutSec: 40,
      healthCheck: { checkIntervalSec: 33, timeoutSec: 3, requestPath: '/deep' },
    },
  );
}

function withSettings(): RawObject {
  const spec = {
    cdn: { enabled: true },
    sessionAffinity: { affinityType: 'CLIENT_IP' },
    connectionDraining: { drainingTimeoutSec: 33 },
    logging: { enable: true, sampleRate: 0.5 },
  };
  return object('cloud.google.com/v1', 'BackendConfig', 'web', {}, spec);
}

const EXPOSED = '{"exposed_ports": {"80": {"name": "wanted-twice"}}}';

function named(name: string): RawObject['metadata'] {
  return { name, namespace: 'seq', annotations: { 'cloud.google.com/neg': EXPOSED } };
}

function pathTo(name: string): Raw {
  return { path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } };
}

function armored(): RawObject {
  return object('cloud.google.com/v1', 'BackendConfig', 'web', {}, { securityPolicy: { name: 'armor' } });
}

function frontendConfig(): RawObject {
  return object('networking.gke.io/v1beta1', 'FrontendConfig', 'front', {}, { redirectToHttps: { enabled: true } });
}

export const SEQUENCES: readonly Sequence[] = [
  {
    name: 'created, then deleted',
    objects: [ingress(), service()],
    created: state(HTTP),
    steps: [{ what: 'the Ingress is deleted', change: remove('Ingress', 'web'), expected: NOTHING }],
  },
  {
    name: 'the Service is deleted first, then the Ingress',
    objects: [ingress(), service()],
    created: state(HTTP),
    steps: [
      { what: 'the Service is deleted', change: remove('Service', 'web'), expected: KEPT },
      { what: 'the Ingress is deleted', change: remove('Ingress', 'web'), expected: NOTHING },
    ],
  },
  {
    name: 'from gce to gce-internal and back',
    objects: [ingress(), service()],
    created: state(HTTP),
    steps: [
      { what: 'class gce-internal', change: ofClass('gce-internal'), expected: state(REGIONAL_HTTP) },
      { what: 'class gce', change: ofClass('gce'), expected: state(HTTP) },
    ],
  },
  {
    name: 'from gce-internal to gce-regional-external',
    objects: [ingress({ [CLASS]: 'gce-internal' }), service()],
    created: state(REGIONAL_HTTP),
    steps: [
      { what: 'class gce-regional-external', change: ofClass('gce-regional-external'), expected: state(REGIONAL_HTTP) },
      { what: 'the Ingress is deleted', change: remove('Ingress', 'web'), expected: NOTHING },
    ],
  },
  {
    name: 'from gce to gce-internal with V1 names',
    objects: [withFinalizer(ingress(), V1_FINALIZER), service()],
    created: state(HTTP),
    steps: [
      { what: 'class gce-internal', change: ofClass('gce-internal'), expected: state(REGIONAL_HTTP) },
      { what: 'the Ingress is deleted', change: remove('Ingress', 'web'), expected: NOTHING },
    ],
  },
  {
    name: 'from gce to a class of somebody else, and back',
    objects: [ingress(), service()],
    created: state(HTTP),
    steps: [
      { what: 'class nginx', change: ofClass('nginx'), expected: NOTHING },
      { what: 'class gce', change: ofClass('gce'), expected: state(HTTP) },
    ],
  },
  {
    name: 'two Ingresses share a Service, and one is deleted',
    objects: [ingress(), ingress({}, {}, 'other'), service()],
    created: state({ ...HTTP, urlMaps: 2, httpProxies: 2, forwardingRules: 2 }),
    steps: [
      { what: 'one is deleted', change: remove('Ingress', 'other'), expected: state(HTTP) },
      { what: 'the other is deleted', change: remove('Ingress', 'web'), expected: NOTHING },
    ],
  },
  {
    name: 'the probe is edited after the health check was made',
    objects: [ingress(), service(), pod('/old')],
    created: state(HTTP),
    steps: [
      {
        what: 'the Pod is deleted',
        change: remove('Pod', 'web'),
        expected: state(HTTP, [
          'backends / web:80 / healthCheck / intervalSec: 15 | 7',
          'backends / web:80 / healthCheck / path: / | /old',
          'backends / web:80 / healthCheck / timeoutSec: 15 | 2',
        ]),
      },
      {
        what: 'its successor has another probe',
        change: (store, find) => {
          const old = find('Pod', 'web');
          const made = { ...pod('/new'), metadata: old.metadata };
          return store.must('POST', `/api/v1/namespaces/${old.metadata.namespace}/pods`, made);
        },
        expected: state(HTTP, ['backends / web:80 / healthCheck / path: /new | /old']),
      },
    ],
  },
  {
    name: 'health check settings are removed from the BackendConfig, then all of it',
    objects: [ingress(), service(CONFIGURED), backendConfig()],
    created: state(HTTP),
    steps: [
      {
        what: 'healthCheck and timeoutSec are removed',
        change: patch('BackendConfig', 'web', { spec: { healthCheck: null, timeoutSec: null } }),
        expected: state(HTTP, [
          'backends / web:80 / features / timeoutSec: null | 40',
          'backends / web:80 / healthCheck / intervalSec: 15 | 33',
          'backends / web:80 / healthCheck / path: / | /deep',
          'backends / web:80 / healthCheck / timeoutSec: 15 | 3',
        ]),
      },
      { what: 'the BackendConfig is deleted', change: remove('BackendConfig', 'web'), expected: KEPT },
    ],
  },
  {
    name: 'other settings are removed from the BackendConfig',
    objects: [ingress(), service(CONFIGURED), withSettings()],
    created: state(HTTP),
    steps: [
      {
        what: 'all of them are removed',
        change: patch('BackendConfig', 'web', {
          spec: { cdn: null, sessionAffinity: null, connectionDraining: null, logging: null },
        }),
        expected: state(HTTP, [
          'backends / web:80 / features / affinityType: null | CLIENT_IP',
          'backends / web:80 / features / cacheMode: nothing | CACHE_ALL_STATIC',
          'backends / web:80 / features / cdn: false | true',
          'backends / web:80 / features / clientTtl: nothing | 3600',
          'backends / web:80 / features / defaultTtl: nothing | 3600',
          'backends / web:80 / features / drainingTimeoutSec: null | 33',
          'backends / web:80 / features / includeHost: nothing | true',
          'backends / web:80 / features / includeProtocol: nothing | true',
          'backends / web:80 / features / includeQueryString: nothing | true',
          'backends / web:80 / features / logging: 1 | 0.5',
          'backends / web:80 / features / maxTtl: nothing | 86400',
        ]),
      },
    ],
  },
  {
    name: 'the Secret of its TLS is deleted, and a setting of its backend changes',
    objects: [ingress({}, TLS), service(CONFIGURED), secret(), backendConfig()],
    created: state(BOTH),
    steps: [
      {
        what: 'both at once',
        change: async (store, find) => {
          await remove('Secret', 'tls')(store, find);
          await patch('BackendConfig', 'web', { spec: { timeoutSec: 50, healthCheck: { requestPath: '/other' } } })(
            store,
            find,
          );
        },
        // Backends are synced before certificates are asked for (pkg/sync/sync.go Sync): they follow, and nothing else does.
        expected: state(BOTH, ['built: false | true']),
      },
      { what: 'the Ingress is deleted', change: remove('Ingress', 'web'), expected: NOTHING },
    ],
  },
  {
    name: 'a live Service goes from instance groups to NEGs',
    objects: [ingress(), service({}), pod('/ready')],
    // Its health check has the node port in its name, and nobody in its description.
    created: state({ urlMaps: 1, httpProxies: 1, forwardingRules: 1, backendServices: 1 }),
    steps: [
      {
        what: 'the annotation is added',
        change: patch('Service', 'web', { metadata: { annotations: { 'cloud.google.com/neg': '{"ingress": true}' } } }),
        // A backend service of another name, with a health check of its own: nothing of the old one stays.
        expected: state(HTTP),
      },
    ],
  },
  {
    name: 'HTTPS with a redirect, the redirect removed, then TLS',
    objects: [
      ingress({ ...HTTPS, 'networking.gke.io/v1beta1.FrontendConfig': 'front' }, TLS),
      service(),
      frontendConfig(),
      secret(),
    ],
    created: state({ ...BOTH, urlMaps: 2 }),
    steps: [
      {
        what: 'the redirect is off',
        change: patch('FrontendConfig', 'front', { spec: { redirectToHttps: { enabled: false } } }),
        expected: state(BOTH),
      },
      {
        what: 'spec.tls is removed',
        change: patch('Ingress', 'web', { spec: { tls: null } }), // The address that it has promoted stays until the Ingress goes (l7.go getFrontendAnnotations).
        expected: state({ ...HTTP, addresses: 1 }),
      },
      { what: 'the Ingress is deleted', change: remove('Ingress', 'web'), expected: NOTHING },
    ],
  },
  {
    name: 'HTTP is turned off',
    objects: [ingress({}, TLS), service(), secret()],
    created: state(BOTH),
    steps: [
      {
        what: 'allow-http: "false"',
        change: patch('Ingress', 'web', { metadata: { annotations: { 'kubernetes.io/ingress.allow-http': 'false' } } }),
        expected: state(HTTPS_ONLY),
      },
    ],
  },
  {
    name: 'an edit that cannot be translated',
    objects: [ingress(), service()],
    created: state(HTTP),
    steps: [
      {
        what: 'a path to a Service that is not there',
        change: patch('Ingress', 'web', {
          spec: { defaultBackend: { service: { name: 'gone', port: { number: 80 } } } },
        }),
        expected: KEPT,
      },
      { what: 'the Ingress is deleted', change: remove('Ingress', 'web'), expected: NOTHING },
    ],
  },
  {
    name: 'deleted while its class is somebody else’s already',
    objects: [ingress(), service()],
    created: state(HTTP),
    steps: [
      {
        what: 'class nginx, and deleted at once',
        change: async (store, find) => {
          await ofClass('nginx')(store, find);
          await remove('Ingress', 'web')(store, find);
        },
        expected: NOTHING,
      },
    ],
  },
  {
    name: 'a security policy is taken out of the BackendConfig',
    objects: [ingress(), service(CONFIGURED), armored()],
    created: state(HTTP),
    steps: [
      {
        what: 'securityPolicy is removed',
        change: patch('BackendConfig', 'web', { spec: { securityPolicy: null } }),
        // "It is too dangerous to remove" one that may be somebody else's (pkg/backends/features/securitypolicy.go).
        expected: state(HTTP, ['backends / web:80 / features / securityPolicy: null | armor']),
      },
      {
        what: 'its name is ""',
        change: patch('BackendConfig', 'web', { spec: { securityPolicy: { name: '' } } }),
        expected: state(HTTP),
      },
    ],
  },
  {
    name: 'two Services want one NEG name',
    objects: [
      ingress({}, { rules: [{ http: { paths: [pathTo('other')] } }] }),
      service({ 'cloud.google.com/neg': EXPOSED }),
      { ...service({ 'cloud.google.com/neg': EXPOSED }), metadata: named('other') },
    ],
    // Instance groups serve both; the NEG is one, and whoever came second gets the finding.
    created: state({ urlMaps: 1, httpProxies: 1, forwardingRules: 1, backendServices: 2, groups: 1 }, [], ['C38']),
    steps: [],
  },
];
