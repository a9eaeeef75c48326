// One Service port behind an Ingress, as the controller would build it.
import type { FieldPath } from '../kubernetes/field-path.ts';
import type { Service, ServicePort, Workload } from '../kubernetes/objects.ts';
import type { BackendConfigReference } from './backend-config.ts';
import type { BackendError } from './backend-error.ts';
import type { BackendFeatures } from './backend-features.ts';
import type { HealthCheckPlan } from './health-check.ts';
import type { BackendGroup } from './neg.ts';
import type { NegSource } from './neg-default.ts';
import type { AppProtocol } from './protocol.ts';
import type { PortName } from './service-port.ts';

export interface BackendPlan {
  /** Tells the backends of one plan apart; nothing is to be read out of it. */
  readonly key: string;
  readonly namespace: string;
  readonly serviceName: string;
  /** As the Ingress names it first: a name, or "" and a number. */
  readonly port: PortName;
  /** Where in the Ingress it is named, as keys from the object down; empty for the system's default backend. */
  readonly namedAt: readonly FieldPath[];
  readonly isSystemDefault: boolean;
  /** undefined where it is missing, or not known to the guard. */
  readonly service: Service | undefined;
  readonly servicePort: ServicePort | undefined;
  /** The first error of this backend: it ends the controller's whole sync of the Ingress. */
  readonly error: BackendError | undefined;
  /** Errors that come to light once the first is gone. */
  readonly hiddenErrors: readonly BackendError[];
  /** undefined with an error, or where the Service is not known. */
  readonly group: BackendGroup | undefined;
  /** A regional class forces a NEG that the NEG controller, which reads only the annotation, will never make (C33). */
  readonly isNegForced: boolean;
  readonly negSource: NegSource;
  readonly protocol: AppProtocol | undefined;
  readonly backendConfig: BackendConfigReference;
  readonly features: BackendFeatures;
  /** Those whose Pods the Service selects, in the order in which the controller looks at them. */
  readonly workloads: readonly Workload[];
  /** undefined too where later paths have taken all of its own, so that it is not synced (replaced.ts). */
  readonly healthCheck: HealthCheckPlan | undefined;
}
