// What is created: objects that each admission decides on.
import type { KubeObject } from '../../test/cluster/api-client.ts';

export interface Create {
  readonly id: string;
  readonly what: string;
  /** By whoever decides: neither without a webhook nor by one that does nothing. */
  readonly isRefused: boolean;
  readonly make: (namespace: string, name: string) => KubeObject;
}

/** Of an app of its own, as most are. */
function ingress(namespace: string, name: string, path: string, pathType: string): KubeObject {
  const backend = { service: { name, port: { number: 80 } } };
  const paths = [{ path, pathType, backend }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace, name, annotations: { 'kubernetes.io/ingress.class': 'gce' } },
    spec: { rules: [{ host: `${name}.example.com`, http: { paths } }] },
  };
}

export const CREATES: readonly Create[] = [
  {
    id: 'service',
    what: 'A Service that gets the NEG annotation (two calls)',
    isRefused: false,
    make: (namespace, name) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name },
      // Headless, for there are not addresses enough in the range of a test cluster.
      spec: { clusterIP: 'None', selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
    }),
  },
  {
    id: 'ingress',
    what: 'An Ingress of class gce that passes',
    isRefused: false,
    make: (namespace, name) => ingress(namespace, name, '/*', 'ImplementationSpecific'),
  },
  {
    id: 'refused',
    what: 'An Ingress that is refused: a * is in the middle of a path',
    isRefused: true,
    make: (namespace, name) => ingress(namespace, name, '/shop*/cart', 'Prefix'),
  },
];
