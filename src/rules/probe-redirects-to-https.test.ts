import { describeRule, type RuleTable } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, factsOf } from '../../test/support/facts.ts';
import {
  argocdServer,
  backendConfig,
  configMap,
  deployment,
  ingress,
  type RawObject,
  service,
} from '../../test/support/objects.ts';
import { probeRedirectsToHttps } from './probe-redirects-to-https.ts';

const NEG = '{"ingress": true}';
const HTTPS = { 'cloud.google.com/app-protocols': '{"http": "HTTPS"}' };
const CONFIGURED = { 'cloud.google.com/backend-config': '{"default": "argocd"}' };
const CONTAINER = 'spec.template.spec.containers[0]';
const OTHER_HOST =
  'Kubernetes calls the Pod Ready: to the kubelet a redirect to another host is a Warning (ProbeWarning), and a success.';
const PROBE = `${CONTAINER}.readinessProbe.httpGet`;

const FOLLOWED = 'Kubernetes calls the Pod Ready: the kubelet follows the redirect, and the same port speaks TLS.';
const IN_FRONT = 'behind Ingress "argocd"';
const NO_PAGE = 'Kubernetes calls the Pod Ready all the same: its readiness probe (exec) asks for no page.';
const NO_PROBE = 'Kubernetes calls the Pod Ready all the same: it has no readiness probe.';
const OTHERWISE =
  'Kubernetes may call the Pod Ready all the same: its readiness probe asks HTTP GET /healthz on port 8080.';

const redirects = (where: string, path = '/healthz', when = IN_FRONT, view = FOLLOWED): string =>
  `${where}: ${when} Google's check GET ${path} gets 307 from Argo CD server, not 200: UNHEALTHY. ${view}`;

const unless = (text: string, clause: string): string => text.replace('UNHEALTHY. ', `UNHEALTHY. (Unless ${clause}.) `);

const ALONE = `(possible) ${redirects(PROBE, '/healthz', 'behind a GKE Ingress')}`;
const UNKNOWN = 'ConfigMap "argocd-cmd-params-cm" sets server.insecure';

/** Behind the Ingress `argocd`, through the Service `argocd-server`. */
function behind(annotations: Readonly<Record<string, string>> = {}, options: RawObject = {}): [RawObject, RawObject] {
  return [
    service({
      name: 'argocd-server',
      namespace: 'argocd',
      neg: NEG,
      annotations,
      ...options,
    }),
    ingress({ name: 'argocd', namespace: 'argocd', class: 'gce', service: 'argocd-server' }),
  ];
}

function withConfig(healthCheck: RawObject): [RawObject, RawObject, RawObject] {
  return [...behind(CONFIGURED), backendConfig({ name: 'argocd', namespace: 'argocd', spec: { healthCheck } })];
}

function params(data: Readonly<Record<string, string>>): RawObject {
  return configMap({ name: 'argocd-cmd-params-cm', namespace: 'argocd', data });
}

/** As the stock manifest has it. */
const STOCK_ENV = [
  {
    name: 'ARGOCD_SERVER_INSECURE',
    valueFrom: { configMapKeyRef: { name: 'argocd-cmd-params-cm', key: 'server.insecure', optional: true } },
  },
];

type Cases = RuleTable['passes'];
type Findings = RuleTable['finds'];

const COMMANDS: Readonly<Record<string, RawObject>> = {
  'args name the program': { args: ['argocd-server', '--staticassets', '/shared/app'] },
  'command names the program, as before 2.14': { command: ['argocd-server'], args: [] },
  'a shell starts it': { command: ['sh', '-c'], args: ['exec argocd-server --staticassets /shared/app'] },
  'a shell does other things first': { command: ['/bin/bash', '-ec', 'cd /shared && exec argocd-server'], args: [] },
  'an entrypoint script starts it': { args: ['entrypoint.sh', 'argocd-server'] },
  'tini starts it': { command: ['tini', '-g', '--', 'argocd-server'], args: [] },
  'neither names a program, and the container is called argocd-server': { command: [], args: ['--loglevel', 'debug'] },
};

const INSECURE: Readonly<Record<string, RawObject>> = {
  '--insecure in args': { args: ['/usr/local/bin/argocd-server', '--insecure'] },
  '--insecure in command': { command: ['argocd-server', '--insecure'], args: [] },
  '--insecure=true': { args: ['argocd-server', '--insecure=true'] },
  '--insecure=1, which Go takes for true': { args: ['argocd-server', '--insecure=1'] },
  '--insecure in a shell script': { command: ['sh', '-c', 'argocd-server --insecure'], args: [] },
  '--insecure and a shell script that passes it on': {
    command: ['sh', '-c', 'exec argocd-server "$@"'],
    args: ['--', '--insecure'],
  },
  'the last --insecure decides': { args: ['argocd-server', '--insecure=false', '--insecure'] },
  'ARGOCD_SERVER_INSECURE is true': { env: [{ name: 'ARGOCD_SERVER_INSECURE', value: 'true' }] },
  'ARGOCD_SERVER_INSECURE is TRUE': { env: [{ name: 'ARGOCD_SERVER_INSECURE', value: 'TRUE' }] },
  '--insecure beats an environment that says false': {
    args: ['argocd-server', '--insecure'],
    env: [{ name: 'ARGOCD_SERVER_INSECURE', value: 'false' }],
  },
  '--insecure beats a ConfigMap that is not known': { args: ['argocd-server', '--insecure'], env: STOCK_ENV },
  'the flag takes its value from a variable': {
    args: ['argocd-server', '--insecure=$(PLAIN)'],
    env: [{ name: 'PLAIN', value: 'true' }],
  },
};

const SECURE: Readonly<Record<string, RawObject>> = {
  '--insecure=false': { args: ['argocd-server', '--insecure=false'] },
  'an explicit --insecure=false beats the environment': {
    args: ['argocd-server', '--insecure=false'],
    env: [{ name: 'ARGOCD_SERVER_INSECURE', value: 'true' }],
  },
  'a flag that only begins like it': { args: ['argocd-server', '--insecure-port=80'] },
  'ARGOCD_SERVER_INSECURE is 1, which Argo CD does not take for true': {
    env: [{ name: 'ARGOCD_SERVER_INSECURE', value: '1' }],
  },
  'ARGOCD_SERVER_INSECURE is yes': { env: [{ name: 'ARGOCD_SERVER_INSECURE', value: 'yes' }] },
  'ARGOCD_SERVER_INSECURE is empty': { env: [{ name: 'ARGOCD_SERVER_INSECURE', value: '' }] },
  'an empty --rootpath': { args: ['argocd-server', '--rootpath', ''] },
};

const IMAGES: readonly string[] = [
  'argoproj/argocd',
  'quay.io/argoproj/argocd@sha256:1111111111111111111111111111111111111111111111111111111111111111',
  'ghcr.io/argoproj/argo-cd/argocd:latest',
  'docker.io/argoproj/argocd:v2.4.0',
  'bitnami/argo-cd:2.14.3-debian-12-r0',
  'docker.io/bitnamilegacy/argo-cd:2.14.3',
  'registry.example:5000/mirror/argoproj/argocd:v3.4.5',
  'localhost/argoproj/argocd:v3.4.5@sha256:1111111111111111111111111111111111111111111111111111111111111111',
  'asia-northeast1-docker.pkg.dev/my-project/quay/argoproj/argocd:v3.4.5',
  'registry.example/platform/argocd:v3.4.5',
];

interface Sibling {
  readonly name: string;
  readonly image?: string;
  readonly args: readonly string[];
  readonly port: number;
  readonly path: string;
}

const SIBLINGS: readonly Sibling[] = [
  { name: 'argocd-repo-server', args: ['/usr/local/bin/argocd-repo-server'], port: 8084, path: '/healthz' },
  {
    name: 'argocd-application-controller',
    args: ['/usr/local/bin/argocd-application-controller'],
    port: 8082,
    path: '/healthz',
  },
  {
    name: 'argocd-applicationset-controller',
    args: ['/usr/local/bin/argocd-applicationset-controller'],
    port: 8080,
    path: '/healthz',
  },
  { name: 'argocd-notifications-controller', args: ['/usr/local/bin/argocd-notifications'], port: 9001, path: '/' },
  { name: 'argocd-commit-server', args: ['/usr/local/bin/argocd-commit-server'], port: 8087, path: '/healthz' },
  {
    name: 'dex',
    args: ['/shared/argocd-dex', 'rundex'],
    image: 'ghcr.io/dexidp/dex:v2.43.0',
    port: 5556,
    path: '/healthz',
  },
  { name: 'redis', args: ['--save', ''], image: 'redis:7.2.7-alpine', port: 6379, path: '/' },
];

function sibling({ name, image = 'quay.io/argoproj/argocd:v3.4.5', args, port, path }: Sibling): RawObject {
  return argocdServer({
    name,
    image,
    args,
    ports: [{ containerPort: port }],
    readinessProbe: { httpGet: { path, port } },
  });
}

function casesOf<T>(
  containers: Readonly<Record<string, RawObject>>,
  toCase: (object: RawObject) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(containers).map(([name, container]) => [name, toCase(argocdServer(container))] as const),
  );
}

const alone = (object: RawObject): Findings[string] => [[object], ALONE];

describeRule(probeRedirectsToHttps, {
  finds: {
    'argocd-server without --insecure behind a GKE Ingress': [[argocdServer(), ...behind()], redirects(PROBE)],
    'the workload arrives before its Service and its Ingress': [[argocdServer()], ALONE],
    'a Service is in front, and no Ingress yet': [[argocdServer(), behind()[0]], ALONE],
    'behind an Ingress of another controller it is as if there were none': [
      [argocdServer(), behind()[0], ingress({ namespace: 'argocd', class: 'nginx', service: 'argocd-server' })],
      ALONE,
    ],
    'the Service fails before a health check is made, and would not be mended by that alone': [
      [argocdServer(), ...behind({ 'cloud.google.com/neg': '{"ingress": false}' })],
      ALONE,
    ],
    'whatever the state of the add-on': [
      { objects: [argocdServer(), ...behind()], facts: ADD_ON_OFF },
      redirects(PROBE),
    ],
    'instance groups reach it too': [
      [argocdServer(), ...behind({}, { neg: undefined, type: 'NodePort' })],
      redirects(PROBE),
    ],
    'of what the app answers with 200 the check can ask, and users are sent on to HTTPS': [
      [
        deployment({
          container: {
            image: 'metabase/metabase:v0.50.0',
            env: [
              { name: 'MB_REDIRECT_ALL_REQUESTS_TO_HTTPS', value: 'true' },
              { name: 'MB_SITE_URL', value: 'https://bi.example.com' },
            ],
            readinessProbe: { httpGet: { path: '/', port: 8080 } },
          },
        }),
        service({ neg: NEG }),
        ingress({ class: 'gce' }),
      ],
      `${PROBE}: behind Ingress "web" Google's check GET / gets 301 from Metabase, not 200: UNHEALTHY. ${OTHER_HOST}`,
    ],
    'without a probe Google asks for /, which redirects as well, unless another workload brings a probe': [
      [argocdServer({ readinessProbe: undefined }), ...behind()],
      `(possible) ${redirects(CONTAINER, '/', IN_FRONT, NO_PROBE)}`,
    ],
    'a probe that is not adopted leaves / too': [
      [argocdServer({ readinessProbe: { exec: { command: ['true'] } } }), ...behind()],
      `(possible) ${redirects(CONTAINER, '/', IN_FRONT, NO_PAGE)}`,
    ],
    'the port is not declared, but a number may be open without that': [
      [argocdServer({ ports: [] }), ...behind()],
      `(possible) ${redirects(CONTAINER, '/', IN_FRONT, OTHERWISE)}`,
    ],
    'two workloads of it behind one Service': [
      [argocdServer(), { ...argocdServer(), metadata: { name: 'canary', namespace: 'argocd' } }, ...behind()],
      redirects(PROBE),
      `Deployment/canary ${redirects(PROBE)}`,
    ],
    'a BackendConfig asks another path, which redirects as well': [
      [argocdServer(), ...withConfig({ requestPath: '/login' })],
      redirects(CONTAINER, '/login', IN_FRONT, OTHERWISE),
    ],
    'a BackendConfig asks the node port of an instance group': [
      [
        argocdServer(),
        ...behind(CONFIGURED, {
          neg: undefined,
          type: 'NodePort',
          ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30080 }],
        }),
        backendConfig({ name: 'argocd', namespace: 'argocd', spec: { healthCheck: { port: 30080 } } }),
      ],
      redirects(CONTAINER),
    ],
    'a BackendConfig that only sets an interval changes nothing': [
      [argocdServer(), ...withConfig({ checkIntervalSec: 30 })],
      redirects(CONTAINER),
    ],
    'two workloads behind one Service, of which the other has the probe that is adopted': [
      [
        argocdServer(),
        ...behind(),
        deployment({
          name: 'a-front',
          namespace: 'argocd',
          container: { readinessProbe: { httpGet: { path: '/ready', port: 8080 } } },
        }),
      ],
      redirects(PROBE, '/ready', IN_FRONT, OTHERWISE),
    ],
    'one Service speaks HTTPS to it and another does not': [
      [
        argocdServer(),
        service({ namespace: 'argocd', annotations: HTTPS }),
        service({ namespace: 'argocd', name: 'plain' }),
      ],
      ALONE,
    ],
    'a StatefulSet of it': [[{ ...argocdServer(), kind: 'StatefulSet' }], ALONE],
    ...casesOf(COMMANDS, alone),
    ...casesOf(SECURE, alone),
    ...casesOf(Object.fromEntries(IMAGES.map((image) => [`image ${image}`, { image }])), alone),
    'the stock manifest, whose ConfigMap is not known and might make it insecure': [
      [argocdServer({ env: STOCK_ENV }), ...behind()],
      unless(`(possible) ${redirects(PROBE)}`, UNKNOWN),
    ],
    'the ConfigMap is known and says false': [
      [argocdServer({ env: STOCK_ENV }), params({ 'server.insecure': 'false' })],
      ALONE,
    ],
    'the ConfigMap is known and has no such key': [[argocdServer({ env: STOCK_ENV }), params({})], ALONE],
    'ConfigMaps are known, and that one is not there': [
      [argocdServer({ env: STOCK_ENV }), configMap({ name: 'argocd-cm', namespace: 'argocd' })],
      ALONE,
    ],
    'a ConfigMap of that name in another namespace says nothing': [
      [
        argocdServer({ env: STOCK_ENV }),
        configMap({ name: 'argocd-cmd-params-cm', data: { 'server.insecure': 'true' } }),
      ],
      unless(ALONE, UNKNOWN),
    ],
    'envFrom a ConfigMap that is not known': [
      [argocdServer({ envFrom: [{ configMapRef: { name: 'argocd-env' } }] })],
      unless(ALONE, 'ConfigMap "argocd-env" sets ARGOCD_SERVER_INSECURE'),
    ],
    'envFrom a Secret': [
      [argocdServer({ envFrom: [{ secretRef: { name: 'argocd-env' } }] })],
      unless(ALONE, 'a Secret in envFrom sets ARGOCD_SERVER_INSECURE'),
    ],
    'envFrom with a prefix that cannot make the name': [
      [argocdServer({ envFrom: [{ prefix: 'DEX_', secretRef: { name: 'argocd-env' } }] })],
      ALONE,
    ],
    'the variable comes from a Secret': [
      [
        argocdServer({
          env: [
            { name: 'ARGOCD_SERVER_INSECURE', valueFrom: { secretKeyRef: { name: 'argocd-env', key: 'insecure' } } },
          ],
        }),
      ],
      unless(ALONE, 'the source of ARGOCD_SERVER_INSECURE turns it on'),
    ],
    'env beats envFrom': [
      [
        argocdServer({
          env: [{ name: 'ARGOCD_SERVER_INSECURE', value: 'false' }],
          envFrom: [{ configMapRef: { name: 'argocd-cmd-params-cm' } }],
        }),
        params({ ARGOCD_SERVER_INSECURE: 'true' }),
      ],
      ALONE,
    ],
  },
  passes: {
    'argocd-server that answers plain HTTP itself': [
      argocdServer({ args: ['/usr/local/bin/argocd-server', '--insecure'] }),
      ...behind(),
    ],
    ...casesOf<Cases[string]>(INSECURE, (object) => [object, service({ namespace: 'argocd' })]),
    'the ConfigMap says true': [argocdServer({ env: STOCK_ENV }), ...behind(), params({ 'server.insecure': 'true' })],
    'the ConfigMap says TRUE': [argocdServer({ env: STOCK_ENV }), params({ 'server.insecure': 'TRUE' })],
    'envFrom a ConfigMap that says true': [
      argocdServer({ envFrom: [{ configMapRef: { name: 'argocd-cmd-params-cm' } }] }),
      params({ ARGOCD_SERVER_INSECURE: 'true' }),
    ],
    'envFrom with a prefix that makes the name': [
      argocdServer({ envFrom: [{ prefix: 'ARGOCD_', configMapRef: { name: 'argocd-cmd-params-cm' } }] }),
      params({ SERVER_INSECURE: 'true' }),
    ],
    'of two envFrom the later one wins': [
      argocdServer({ envFrom: [{ secretRef: { name: 'x' } }, { configMapRef: { name: 'argocd-cmd-params-cm' } }] }),
      params({ ARGOCD_SERVER_INSECURE: 'true' }),
    ],
    'with --rootpath / is 404, which is no redirect': [
      argocdServer({ args: ['argocd-server', '--rootpath', '/argocd'], readinessProbe: undefined }),
      ...behind(),
    ],
    'with --rootpath /healthz is answered before the redirect': [
      argocdServer({ args: ['argocd-server', '--rootpath', '/argocd'] }),
      ...behind(),
    ],
    'the root path comes from the environment': [
      argocdServer({ env: [{ name: 'ARGOCD_SERVER_ROOTPATH', value: '/argocd' }] }),
    ],
    'the Service port speaks HTTPS to it': [argocdServer(), ...behind(HTTPS)],
    'a Service speaks HTTPS to it, and no Ingress is there yet': [argocdServer(), behind(HTTPS)[0]],
    'an HTTPS probe is not adopted behind plain HTTP, and alone nothing is asked': [
      argocdServer({ readinessProbe: { httpGet: { path: '/healthz', port: 8080, scheme: 'HTTPS' } } }),
    ],
    'a BackendConfig asks the port of the metrics': [
      argocdServer(),
      ...withConfig({ port: 8083, requestPath: '/metrics' }),
    ],
    'a BackendConfig asks over HTTPS': [argocdServer(), ...withConfig({ type: 'HTTPS' })],
    'a BackendConfig that is not known may ask anything': [argocdServer(), ...behind(CONFIGURED)],
    'a BackendConfig is chosen by a Service, and no Ingress is there yet': [
      argocdServer(),
      behind(CONFIGURED)[0],
      withConfig({ port: 8083, requestPath: '/metrics' })[2],
    ],
    'a BackendConfig asks a node port that is of no port of the Service': [
      argocdServer(),
      ...behind(CONFIGURED, { neg: undefined, type: 'NodePort' }),
      backendConfig({ name: 'argocd', namespace: 'argocd', spec: { healthCheck: { port: 32000 } } }),
    ],
    'the node answers a transparent health check': {
      objects: [argocdServer(), ...behind({ 'networking.gke.io/transparent-health-checker': '{"enabled": true}' })],
      facts: factsOf({ controller: { enableTransparentHealthChecks: true } }),
    },
    'the Service is that of the metrics': [
      argocdServer(),
      ...behind({}, { ports: [{ name: 'http', port: 80, targetPort: 8083 }] }),
    ],
    'the targetPort is a name that no container declares, so there are no endpoints': [
      argocdServer(),
      ...behind({}, { ports: [{ name: 'http', port: 80, targetPort: 'server' }] }),
    ],
    'alone and without a probe, nothing is known to be asked': [argocdServer({ readinessProbe: undefined })],
    'an image that only ends alike': [argocdServer({ image: 'registry.example/acme/my-argocd:1' })],
    'another program of a flattened image': [
      argocdServer({ name: 'repo', image: 'registry.example/platform/argocd:v3.4.5', args: ['argocd-repo-server'] }),
    ],
    'an app that is not in the catalogue': [
      deployment({ container: { readinessProbe: { httpGet: { path: '/healthz', port: 8080 } } } }),
    ],
    ...Object.fromEntries(
      SIBLINGS.flatMap((one): [string, Cases[string]][] => [
        [`${one.name} of the same installation`, [sibling(one)]],
        [
          `${one.name} behind the Ingress`,
          [sibling(one), ...behind({}, { ports: [{ port: 80, targetPort: one.port }] })],
        ],
      ]),
    ),
  },
});
