// The objects of the cases of live-cases.ts.
import type { Raw, RawObject } from './case.ts';

const NAMESPACE = 'live';
export const CLASS = 'kubernetes.io/ingress.class';
export const NEG = 'cloud.google.com/neg';
export const WITH_NEG = { [NEG]: '{"ingress": true}' };
export const TLS = { tls: [{ secretName: 'tls' }] };

export function to(name: string, number = 80): Raw {
  return { defaultBackend: { service: { name, port: { number } } } };
}

export function ingress(annotations: Readonly<Record<string, string>> = {}, spec: Raw = {}): RawObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web', namespace: NAMESPACE, annotations: { [CLASS]: 'gce', ...annotations } },
    spec: { ...to('web'), ...spec },
  };
}

export function service(annotations: Readonly<Record<string, string>>, name = 'web'): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: NAMESPACE, annotations },
    spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  };
}

export function secret(): RawObject {
  const stringData = { 'tls.crt': 'a certificate', 'tls.key': 'a key' };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tls', namespace: NAMESPACE }, stringData } as RawObject;
}

export function pathTo(host: string, name: string): Raw {
  const backend = { service: { name, port: { number: 80 } } };
  return { host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } };
}

export function podWithTcpProbe(): RawObject {
  return podWith({ tcpSocket: { port: 8080 } });
}

export function podWithSlowProbe(): RawObject {
  return podWith({ httpGet: { path: '/ready', port: 8080 }, periodSeconds: 7, timeoutSeconds: 9 });
}

function podWith(readinessProbe: Raw): RawObject {
  const containers = [
    { name: 'main', image: 'registry.example/app:1.0', ports: [{ containerPort: 8080 }], readinessProbe },
  ];
  const metadata = { name: 'web', namespace: NAMESPACE, labels: { app: 'web' } };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers } };
}
