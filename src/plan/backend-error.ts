// The errors that end the translation of an Ingress, backend by backend, in the controller's order; of one backend it
// reports the first only (ingress-gce pkg/controller/translator/translator.go getServicePort, pkg/controller/errors).
import type { Service, ServicePort } from '../kubernetes/objects.ts';
import { type BackendConfigReference, findBackendConfig } from './backend-config.ts';
import { type ConfigFault, findTranslationFault } from './backend-config-faults.ts';
import { type BackendGroup, decideGroup } from './neg.ts';
import type { PlanInput } from './plan-input.ts';
import { type AppProtocol, protocolOf, readAppProtocols } from './protocol.ts';
import { findTrafficScalingFault, type TrafficScalingFault } from './traffic-scaling.ts';

/** As the controller names its errors, but for ErrTrafficScaling: that one has no name there. */
export type BackendError =
  | { readonly code: 'ErrSvcNotFound'; readonly condition: 'C4' }
  | { readonly code: 'ErrSvcPortNotFound'; readonly condition: 'C5' }
  | { readonly code: 'ErrBadSvcType'; readonly condition: 'C6' }
  | {
      readonly code: 'ErrSvcAppProtosParsing';
      readonly condition: 'C7';
      readonly key: string;
      readonly text: string;
      readonly error: string;
    }
  | { readonly code: 'ErrTrafficScaling'; readonly condition: 'C8'; readonly scaling: TrafficScalingFault }
  | {
      readonly code: 'ErrSvcBackendConfig';
      readonly condition: 'C9';
      readonly key: string;
      readonly text: string;
      readonly error: string;
    }
  | { readonly code: 'ErrSvcBackendConfig'; readonly condition: 'C10'; readonly key: string; readonly name: string }
  | {
      readonly code: 'ErrBackendConfigValidation';
      readonly condition: 'C11' | 'C12' | 'C13';
      readonly fault: ConfigFault;
    };

/** Errors after which the controller still puts the path into its URL map, and checks it (getServicePort). */
const KEEPS_SERVICE_PORT: ReadonlySet<BackendError['code']> = new Set([
  'ErrSvcAppProtosParsing',
  'ErrSvcBackendConfig',
  'ErrBackendConfigValidation',
]);

export function keepsServicePort(error: BackendError): boolean {
  return KEEPS_SERVICE_PORT.has(error.code);
}

export interface Translation {
  /** In the controller's order: the first is what it reports, the others come to light once that one is gone. */
  readonly errors: readonly BackendError[];
  readonly backendConfig: BackendConfigReference;
  /** undefined with an error. */
  readonly built:
    | { readonly group: BackendGroup; readonly isForced: boolean; readonly protocol: AppProtocol }
    | undefined;
}

/** C6, C7, C8, then C9 to C13. @param takesNeg whether GKE is taken to write the NEG annotation that is not there */
export function translateServicePort(
  service: Service,
  port: ServicePort,
  takesNeg: boolean,
  input: PlanInput,
): Translation {
  const group = decideGroup(service, input.classDecision.hasRegionalBackends, takesNeg);
  const protocol = protocolOf(service, port);
  const backendConfig = findBackendConfig(service, port, input.snapshot);
  const errors: BackendError[] = [];
  if (!group.ok) errors.push({ code: 'ErrBadSvcType', condition: 'C6' });
  errors.push(...findServiceErrors(service, input));
  const configError = badBackendConfig(backendConfig, input);
  if (configError !== undefined) errors.push(configError);
  const isBuilt = errors.length === 0 && group.ok && protocol !== undefined;
  return {
    errors,
    backendConfig,
    built: isBuilt ? { group: group.group, isForced: group.isForced, protocol } : undefined,
  };
}

/** C7 and C8: whichever of its ports is named. */
export function findServiceErrors(service: Service, input: Pick<PlanInput, 'facts'>): readonly BackendError[] {
  const protocols = readAppProtocols(service.metadata.annotations);
  const scaling = badScaling(service, input);
  return [
    ...(protocols.state === 'invalid'
      ? [{ code: 'ErrSvcAppProtosParsing', condition: 'C7', ...pick(protocols) } as const]
      : []),
    ...(scaling === undefined ? [] : [{ code: 'ErrTrafficScaling', condition: 'C8', scaling } as const]),
  ];
}

function pick({ key, text, error }: { readonly key: string; readonly text: string; readonly error: string }): {
  readonly key: string;
  readonly text: string;
  readonly error: string;
} {
  return { key, text, error };
}

function badScaling(service: Service, { facts }: Pick<PlanInput, 'facts'>): TrafficScalingFault | undefined {
  if (!facts.controller.enableTrafficScaling.value) return undefined;
  return findTrafficScalingFault(service.metadata.annotations);
}

export function badBackendConfig(
  reference: BackendConfigReference,
  { classDecision, snapshot }: Pick<PlanInput, 'classDecision' | 'snapshot'>,
): BackendError | undefined {
  switch (reference.state) {
    case 'invalid':
      return { code: 'ErrSvcBackendConfig', condition: 'C9', ...pick(reference) };
    case 'missing':
      return { code: 'ErrSvcBackendConfig', condition: 'C10', key: reference.key, name: reference.name };
    case 'found': {
      const fault = findTranslationFault(reference.object, classDecision, snapshot);
      if (fault === undefined) return undefined;
      const { condition } = fault;
      // What only the sync or Google refuses is no error of the translation.
      if (condition === 'C30' || condition === 'C31' || condition === 'G4') return undefined;
      return { code: 'ErrBackendConfigValidation', condition, fault };
    }
    default:
      return undefined;
  }
}
