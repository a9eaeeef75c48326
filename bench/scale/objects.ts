// The objects of a large cluster, as people and their charts write them: of each namespace the same number, each object with
// the labels, probes, variables and the copy of its manifest that real ones carry. About 6 kB a Deployment as it is stored.

export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
};

export interface Shape {
  readonly namespaces: number;
  readonly services: number;
  readonly ingresses: number;
  readonly deployments: number;
}

export function namespaceName(index: number): string {
  return `team-${String(index).padStart(4, '0')}`;
}

export function namespaces({ namespaces: count }: Shape): readonly Manifest[] {
  return upTo(count).map((index) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: namespaceName(index),
      labels: { 'example.com/team': `team-${index}`, 'example.com/tier': 'prod' },
    },
  }));
}

/** In the order of a chart: Services, Deployments, Ingresses; spread over the namespaces in turn. */
export function objects(shape: Shape): readonly Manifest[] {
  const place = (index: number): [namespace: string, number: number] => [
    namespaceName(index % shape.namespaces),
    Math.floor(index / shape.namespaces),
  ];
  return [
    ...upTo(shape.services).map((index) => service(...place(index))),
    ...upTo(shape.deployments).map((index) => deployment(...place(index))),
    ...upTo(shape.ingresses).map((index) => ingress(...place(index))),
  ];
}

/** Services 0 and 1 of a namespace are behind its Ingress 0, 2 and 3 behind Ingress 1, and so on. */
export function ingress(namespace: string, number: number): Manifest {
  const host = `${namespace}-${number}.shop.example.com`;
  const path = (prefix: string, target: number): object => ({
    path: prefix,
    pathType: 'Prefix',
    backend: { service: { name: appName(target), port: { name: 'http' } } },
  });
  const spec = {
    rules: [{ host, http: { paths: [path('/', 2 * number), path('/api', 2 * number + 1)] } }],
    tls: [{ hosts: [host], secretName: `front-${number}-tls` }],
  };
  const annotations = {
    'kubernetes.io/ingress.class': 'gce',
    'kubernetes.io/ingress.global-static-ip-name': `${namespace}-front-${number}`,
    'external-dns.alpha.kubernetes.io/hostname': host,
    'cert-manager.io/cluster-issuer': 'letsencrypt-prod',
  };
  return manifest('networking.k8s.io/v1', 'Ingress', { namespace, name: `front-${number}`, annotations }, { spec });
}

/** For the Pods of the Deployment with the same number. */
export function service(namespace: string, number: number): Manifest {
  const name = appName(number);
  const spec = {
    type: 'ClusterIP',
    selector: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': namespace },
    ports: [
      { name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' },
      { name: 'metrics', port: 9090, targetPort: 'metrics', protocol: 'TCP' },
    ],
  };
  const annotations = { 'cloud.google.com/neg': '{"ingress": true}', 'prometheus.io/scrape': 'true' };
  return manifest('v1', 'Service', { namespace, name, annotations }, { spec });
}

/** Every other one has a sidecar. */
export function deployment(namespace: string, number: number): Manifest {
  const name = appName(number);
  const selector = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': namespace };
  const sidecars = number % 2 === 0 ? [] : [sidecar(namespace)];
  const spec = {
    replicas: 2,
    revisionHistoryLimit: 5,
    selector: { matchLabels: selector },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    template: {
      metadata: {
        labels: labelsOf(namespace, name),
        annotations: { 'checksum/config': digest(`${namespace}/${name}`) },
      },
      spec: {
        serviceAccountName: name,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [container(namespace, number), ...sidecars],
        volumes: [
          { name: 'config', configMap: { name: `${name}-config` } },
          { name: 'tmp', emptyDir: {} },
        ],
      },
    },
  };
  const annotations = { 'deployment.kubernetes.io/revision': '7', 'reloader.stakater.com/auto': 'true' };
  return manifest('apps/v1', 'Deployment', { namespace, name, annotations }, { spec });
}

function container(namespace: string, number: number): object {
  const probe = (path: string, periodSeconds: number): object => ({
    httpGet: { path, port: 'http' },
    periodSeconds,
    timeoutSeconds: 2,
    failureThreshold: 3,
  });
  return {
    name: 'app',
    image: `europe-docker.pkg.dev/my-project/${namespace}/${appName(number)}:v1.${number}.0`,
    imagePullPolicy: 'IfNotPresent',
    args: ['--config=/etc/app/config.yaml', '--listen=:8080'],
    ports: [
      { name: 'http', containerPort: 8080, protocol: 'TCP' },
      { name: 'metrics', containerPort: 9090, protocol: 'TCP' },
    ],
    env: environment(namespace, number),
    readinessProbe: probe('/healthz', 10),
    livenessProbe: probe('/livez', 20),
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '512Mi' } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      { name: 'config', mountPath: '/etc/app', readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
}

function environment(namespace: string, number: number): readonly object[] {
  return [
    { name: 'LOG_LEVEL', value: 'info' },
    { name: 'DATABASE_HOST', value: `db.${namespace}.svc.cluster.local` },
    { name: 'DATABASE_NAME', value: `${appName(number)}_production` },
    {
      name: 'DATABASE_PASSWORD',
      valueFrom: { secretKeyRef: { name: `${appName(number)}-database`, key: 'password' } },
    },
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://collector.observability.svc:4317' },
    { name: 'OTEL_SERVICE_NAME', value: `${namespace}-${appName(number)}` },
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'GOMAXPROCS', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
  ];
}

function sidecar(namespace: string): object {
  return {
    name: 'cloud-sql-proxy',
    image: 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1',
    args: ['--private-ip', '--structured-logs', `my-project:europe-west1:${namespace}`],
    resources: { requests: { cpu: '20m', memory: '64Mi' } },
    securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true },
  };
}

interface Named {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
}

function manifest(apiVersion: string, kind: string, { namespace, name, annotations }: Named, rest: object): Manifest {
  const written = {
    apiVersion,
    kind,
    metadata: { name, namespace, labels: labelsOf(namespace, name), annotations },
    ...rest,
  };
  const copy = { 'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(written)}\n` };
  return { ...written, metadata: { ...written.metadata, annotations: { ...annotations, ...copy } } };
}

function labelsOf(namespace: string, name: string): Readonly<Record<string, string>> {
  return {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/instance': namespace,
    'app.kubernetes.io/part-of': 'shop',
    'app.kubernetes.io/managed-by': 'Helm',
    'helm.sh/chart': `${name}-3.2.1`,
  };
}

function appName(number: number): string {
  return `app-${number}`;
}

/** As long as the SHA-256 that charts write, and another for each; nobody checks it. */
function digest(text: string): string {
  return Buffer.from(text).toString('hex').padEnd(64, '0').slice(-64);
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
