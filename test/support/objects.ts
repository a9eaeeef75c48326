// Minimal valid Kubernetes objects, as they would be in a file, for tests to change one thing about.

export type RawObject = Readonly<Record<string, unknown>>;

interface Meta {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

function metadata({ name = 'web', namespace = 'shop', labels, annotations, finalizers }: Meta): RawObject {
  return {
    name,
    namespace,
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(finalizers === undefined ? {} : { finalizers }),
  };
}

/** An Ingress that sends everything to one Service port. `class` sets the annotation that GKE reads. */
export function ingress(
  options: Meta & {
    readonly class?: string;
    readonly ingressClassName?: string;
    readonly service?: string;
    readonly port?: RawObject;
    readonly spec?: RawObject;
    /** spec.tls beside the backend. */
    readonly tls?: readonly RawObject[];
    /** In the status, as once it is served. */
    readonly address?: string;
  } = {},
): RawObject {
  const { service = 'web', port = { number: 80 }, ingressClassName, spec, tls, address } = options;
  const annotations = {
    ...(options.class === undefined ? {} : { 'kubernetes.io/ingress.class': options.class }),
    ...options.annotations,
  };
  const hasAnnotations = Object.keys(annotations).length > 0;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: metadata({ ...options, ...(hasAnnotations ? { annotations } : {}) }),
    spec: {
      ...(ingressClassName === undefined ? {} : { ingressClassName }),
      ...(spec ?? { defaultBackend: { service: { name: service, port } } }),
      ...(tls === undefined ? {} : { tls }),
    },
    ...(address === undefined ? {} : { status: { loadBalancer: { ingress: [{ ip: address }] } } }),
  };
}

/** One path of an Ingress, to port 80 of a Service. */
export function pathTo(path: string | undefined, pathType: string | undefined, service = 'web'): RawObject {
  return {
    ...(path === undefined ? {} : { path }),
    ...(pathType === undefined ? {} : { pathType }),
    backend: { service: { name: service, port: { number: 80 } } },
  };
}

/** An Ingress of class gce with these paths of one host, "" for none. */
export function ingressOf(paths: readonly RawObject[], host = 'shop.example.com', spec: RawObject = {}): RawObject {
  return ingress({ class: 'gce', spec: { rules: [{ ...(host === '' ? {} : { host }), http: { paths } }], ...spec } });
}

/** A ClusterIP Service, port 80 to 8080, for Pods labelled app=web. `neg` sets the annotation cloud.google.com/neg. */
export function service(
  options: Meta & {
    readonly neg?: string;
    readonly type?: string;
    readonly ports?: readonly RawObject[];
    readonly spec?: RawObject;
  } = {},
): RawObject {
  const { neg, type = 'ClusterIP', ports = [{ name: 'http', port: 80, targetPort: 8080 }], spec } = options;
  const annotations = { ...(neg === undefined ? {} : { 'cloud.google.com/neg': neg }), ...options.annotations };
  const hasAnnotations = Object.keys(annotations).length > 0;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata({ ...options, ...(hasAnnotations ? { annotations } : {}) }),
    spec: { type, selector: { app: 'web' }, ports, ...spec },
  };
}

/** A Deployment of one container that listens on 8080; `container` changes that container. */
export function deployment(
  options: Meta & {
    readonly container?: RawObject;
    readonly containers?: readonly RawObject[];
    readonly spec?: RawObject;
    readonly podSpec?: RawObject;
  } = {},
): RawObject {
  const container = {
    name: 'web',
    image: 'registry.example/web:1.0',
    ports: [{ containerPort: 8080 }],
    ...options.container,
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(options),
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: options.containers ?? [container], ...options.podSpec },
      },
      ...options.spec,
    },
  };
}

/** argocd-server as its stock manifest has it, less what does not matter here. */
export function argocdServer(container: RawObject = {}): RawObject {
  return deployment({
    name: 'argocd-server',
    namespace: 'argocd',
    container: {
      name: 'argocd-server',
      image: 'quay.io/argoproj/argocd:v3.4.5',
      args: ['/usr/local/bin/argocd-server'],
      ports: [{ containerPort: 8080 }, { containerPort: 8083 }],
      readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, initialDelaySeconds: 3, periodSeconds: 30 },
      ...container,
    },
  });
}

export function configMap(options: Meta & { readonly data?: Readonly<Record<string, string>> } = {}): RawObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata(options), data: options.data ?? {} };
}

export function backendConfig(
  options: Meta & { readonly apiVersion?: string; readonly spec?: RawObject } = {},
): RawObject {
  return {
    apiVersion: options.apiVersion ?? 'cloud.google.com/v1',
    kind: 'BackendConfig',
    metadata: metadata(options),
    spec: options.spec ?? {},
  };
}

export function frontendConfig(options: Meta & { readonly spec?: RawObject } = {}): RawObject {
  return {
    apiVersion: 'networking.gke.io/v1beta1',
    kind: 'FrontendConfig',
    metadata: metadata(options),
    spec: options.spec ?? {},
  };
}

export function managedCertificate(
  options: Meta & { readonly apiVersion?: string; readonly domains?: readonly string[] } = {},
): RawObject {
  return {
    apiVersion: options.apiVersion ?? 'networking.gke.io/v1',
    kind: 'ManagedCertificate',
    metadata: metadata(options),
    spec: { domains: options.domains ?? ['shop.example.com'] },
  };
}

/** A Secret with these keys; nobody reads what they hold. */
export function secret(options: Meta & { readonly keys?: readonly string[] } = {}): RawObject {
  const keys = options.keys ?? ['tls.crt', 'tls.key'];
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata(options),
    type: 'kubernetes.io/tls',
    data: Object.fromEntries(keys.map((key) => [key, 'Li4u'])),
  };
}

/** Selects the Pods of `deployment`; `spec` says what comes in. */
export function networkPolicy(options: Meta & { readonly spec?: RawObject } = {}): RawObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(options),
    spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'], ...options.spec },
  };
}

export function ingressClass(name: string, controller: string): RawObject {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name }, spec: { controller } };
}
