// The errors that end the translation of an Ingress, backend by backend, in the controller's order; of one backend only
// the first is told (facts: ingress-gce pkg/controller/translator/translator.go getServicePort, pkg/controller/errors).
import { isKnownToBe } from '../facts/facts.ts';
import type { Ingress, Service, ServicePort } from '../kubernetes/objects.ts';
import { NEG } from './annotation-keys.ts';
import { type BackendConfigReference, findBackendConfig } from './backend-config.ts';
import { findBackendConfigFault } from './backend-config-validation.ts';
import { type BackendGroup, decideGroup } from './neg.ts';
import { howToEnableNeg } from './neg-fix.ts';
import type { PlanInput } from './plan-input.ts';
import { annotationPath, type FieldPath, type ObjectName, referenceTo } from './problem.ts';
import { type AppProtocol, protocolOf, readAppProtocols } from './protocol.ts';
import { type PortName, quotedPort } from './service-port.ts';
import { findTrafficScalingFault } from './traffic-scaling.ts';

/** As the controller names its errors, but for ErrTrafficScaling: that one has no name there. */
type BackendErrorCode =
  | 'ErrSvcNotFound'
  | 'ErrSvcPortNotFound'
  | 'ErrBadSvcType'
  | 'ErrSvcAppProtosParsing'
  | 'ErrTrafficScaling'
  | 'ErrSvcBackendConfig'
  | 'ErrBackendConfigValidation';

export interface BackendError {
  readonly code: BackendErrorCode;
  /** Number in the catalogue of the controller's conditions, such as C6. */
  readonly condition: string;
  readonly message: string;
  readonly fix: string;
  /** The object that has to change, and where. */
  readonly object: ObjectName;
  readonly path: FieldPath;
}

/** Errors after which the controller still puts the path into its URL map, and checks it (getServicePort). */
const KEEPS_SERVICE_PORT: ReadonlySet<BackendErrorCode> = new Set<BackendErrorCode>([
  'ErrSvcAppProtosParsing',
  'ErrSvcBackendConfig',
  'ErrBackendConfigValidation',
]);

export function keepsServicePort(error: BackendError): boolean {
  return KEEPS_SERVICE_PORT.has(error.code);
}

export type Translation =
  | { readonly ok: false; readonly error: BackendError; readonly backendConfig: BackendConfigReference }
  | {
      readonly ok: true;
      readonly group: BackendGroup;
      readonly isForced: boolean;
      readonly protocol: AppProtocol;
      readonly backendConfig: BackendConfigReference;
    };

const NO_CONFIG: BackendConfigReference = { state: 'none' };

/** C6, C7, C8, then C9 to C13. */
export function translateServicePort(service: Service, port: ServicePort, input: PlanInput): Translation {
  const failed = (error: BackendError, backendConfig = NO_CONFIG): Translation => ({ ok: false, error, backendConfig });
  const group = decideGroup(service, input.classDecision.isRegional);
  if (!group.ok) return failed(badType(service, input));
  const protocol = protocolOf(service, port);
  if (protocol === undefined) return failed(badProtocols(service));
  const scaling = badScaling(service, input);
  if (scaling !== undefined) return failed(scaling);
  const backendConfig = findBackendConfig(service, port, input.snapshot);
  const configError = badBackendConfig(service, backendConfig, input);
  if (configError !== undefined) return failed(configError, backendConfig);
  return { ok: true, group: group.group, isForced: group.isForced, protocol, backendConfig };
}

type NamedBackend = { readonly namespace: string; readonly serviceName: string; readonly port: PortName };

export function serviceNotFound(ingress: Ingress, backend: NamedBackend, path: FieldPath): BackendError {
  const { namespace, serviceName } = backend;
  return {
    code: 'ErrSvcNotFound',
    condition: 'C4',
    message: `Service ${namespace}/${serviceName} does not exist`,
    fix: `Create the Service "${serviceName}" in namespace "${namespace}", or name one that is there`,
    object: referenceTo(ingress),
    path: [...path, 'service', 'name'],
  };
}

export function portNotFound(ingress: Ingress, service: Service, port: PortName, path: FieldPath): BackendError {
  const has = service.ports.map((known) => (known.name === '' ? String(known.port) : `${known.name} (${known.port})`));
  return {
    code: 'ErrSvcPortNotFound',
    condition: 'C5',
    message: `${subjectOf(service)} has no port ${port.name === '' ? quotedPort(port) : `named ${quotedPort(port)}`}`,
    fix: has.length === 0 ? 'Give the Service a port' : `Name a port that the Service has: ${has.join(', ')}`,
    object: referenceTo(ingress),
    path: [...path, 'service', 'port'],
  };
}

function subjectOf({ metadata }: Service): string {
  return `Service ${metadata.namespace}/${metadata.name}`;
}

function badType(service: Service, { facts }: PlanInput): BackendError {
  const hasAnnotation = service.metadata.annotations[NEG] !== undefined;
  return {
    code: 'ErrBadSvcType',
    condition: 'C6',
    message: `${subjectOf(service)} is of type ${service.type} without NEGs; it must be NodePort or LoadBalancer, or have NEGs`,
    fix: isKnownToBe(facts.vpcNative, false)
      ? 'Make it type NodePort: NEGs do not work on this routes-based cluster.'
      : howToEnableNeg(service),
    object: referenceTo(service),
    path: hasAnnotation ? annotationPath(NEG) : ['spec', 'type'],
  };
}

function badProtocols(service: Service): BackendError {
  const protocols = readAppProtocols(service.metadata.annotations);
  const [key, error] = protocols.state === 'invalid' ? [protocols.key, protocols.error] : ['', ''];
  return {
    code: 'ErrSvcAppProtosParsing',
    condition: 'C7',
    message: `${subjectOf(service)}: the annotation ${key}: ${error}`,
    fix: `Write ${key}: '{"PORT-NAME":"HTTPS"}', with HTTP, HTTPS or HTTP2`,
    object: referenceTo(service),
    path: annotationPath(key),
  };
}

function badScaling(service: Service, { facts }: PlanInput): BackendError | undefined {
  if (!facts.controller.enableTrafficScaling.value) return undefined;
  const fault = findTrafficScalingFault(service.metadata.annotations);
  if (fault === undefined) return undefined;
  return {
    code: 'ErrTrafficScaling',
    condition: 'C8',
    message: `${subjectOf(service)}: the annotation ${fault.key} is "${fault.text}", and must be ${fault.legal}`,
    fix: `Set ${fault.key} to ${fault.legal}, or remove it`,
    object: referenceTo(service),
    path: annotationPath(fault.key),
  };
}

function badBackendConfig(
  service: Service,
  reference: BackendConfigReference,
  { classDecision, snapshot }: PlanInput,
): BackendError | undefined {
  const subject = subjectOf(service);
  if (reference.state === 'invalid') {
    return {
      code: 'ErrSvcBackendConfig',
      condition: 'C9',
      message: `${subject}: the annotation ${reference.key} is no use: ${reference.error}`,
      fix: `Write ${reference.key}: '{"default": "NAME"}'`,
      object: referenceTo(service),
      path: annotationPath(reference.key),
    };
  }
  if (reference.state === 'missing') {
    return {
      code: 'ErrSvcBackendConfig',
      condition: 'C10',
      message: `${subject} names BackendConfig "${reference.name}", which does not exist`,
      fix: `Create the BackendConfig "${reference.name}" in namespace "${service.metadata.namespace}", or name one that is there`,
      object: referenceTo(service),
      path: annotationPath(reference.key),
    };
  }
  if (reference.state !== 'found') return undefined;
  const fault = findBackendConfigFault(reference.object, classDecision, snapshot);
  if (fault === undefined) return undefined;
  const { namespace, name } = reference.object.metadata;
  return {
    code: 'ErrBackendConfigValidation',
    condition: fault.condition ?? 'C11',
    message: `BackendConfig ${namespace}/${name} is not valid: ${fault.reason}`,
    fix: fault.fix,
    object: referenceTo(reference.object),
    path: fault.path,
  };
}
