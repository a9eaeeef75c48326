// Backends that are only taken for granted: what would become of a Service, or of a BackendConfig, that no Ingress is known to
// use, behind one of class gce.
import type { Ingress, Service } from '../kubernetes/objects.ts';
import { type BackendWithFaults, planOnService } from './backend.ts';
import type { Planner } from './plan.ts';

/** An Ingress without a name: nobody can have it. */
export function assumedIngress(namespace: string): Ingress {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: '',
      namespace,
      labels: {},
      annotations: { 'kubernetes.io/ingress.class': 'gce' },
      finalizers: [],
      creationTimestamp: '',
      isBeingDeleted: false,
    },
    ingressClassName: undefined,
    defaultBackend: undefined,
    rules: [],
    tls: [],
    hasAddress: false,
  };
}

/** One for each port of the Service; a Service without ports has one without a port. */
export function assumedBackends(service: Service, planner: Planner): readonly BackendWithFaults[] {
  const { namespace, name } = service.metadata;
  const input = planner.inputFor(assumedIngress(namespace));
  const ports = service.ports.length === 0 ? [undefined] : service.ports;
  return ports.map((port, index) => {
    const identity = {
      key: `${index}`,
      namespace,
      serviceName: name,
      port: { name: port?.name ?? '', number: port?.port ?? 0 },
      namedAt: [],
      isSystemDefault: false,
    };
    return planOnService(identity, service, port, input);
  });
}
