// A BackendConfig without a type checks every port by the protocol of the Service port, also one that speaks plain HTTP.
import type { PortReference } from '../kubernetes/objects.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import { numberIn, pickedBy } from '../plan/serving-containers.ts';

/** Whether a readiness probe asks this port of the Pod, which is not the serving port, in plain HTTP, and Google would not. */
export function inheritsWrongType(backend: BackendPlan, port: PortReference | undefined): boolean {
  const { backendConfig, protocol, service, servicePort, workloads } = backend;
  if (backendConfig.state !== 'found' || service === undefined || protocol === undefined || protocol === 'HTTP') {
    return false;
  }
  if (backendConfig.object.healthCheck?.type !== undefined) return false;
  return pickedBy(service, workloads).some((workload) => {
    const number = numberIn(workload, port);
    if (number === undefined || number === numberIn(workload, servicePort?.targetPort)) return false;
    return workload.containers.some(({ readinessProbe }) => {
      const httpGet = readinessProbe?.httpGet;
      return httpGet?.scheme === 'HTTP' && numberIn(workload, httpGet.port) === number;
    });
  });
}
