// Faults of one backend: what fails its translation, then what the sync, Google or the NEG controller would refuse, or what
// is quietly not done.

import type { Facts } from '../facts/facts.ts';
import { annotationPath, annotationPlace, type FieldPath, referenceTo } from '../kubernetes/field-path.ts';
import type { BackendConfig, Service } from '../kubernetes/objects.ts';
import { NEG } from './annotation-keys.ts';
import { findBackendConfig } from './backend-config.ts';
import { type ConfigFault, findSyncFaults } from './backend-config-faults.ts';
import { type BackendError, badBackendConfig, findServiceErrors } from './backend-error.ts';
import type { BackendPlan } from './backend-plan.ts';
import { findCdnFaults } from './cdn.ts';
import type { ConditionNumber } from './conditions.ts';
import { type Fault, type FaultBase, fault, type Place } from './fault.ts';
import { findHealthFaults, findSlowConfig } from './health-faults.ts';
import type { PlanInput } from './plan-input.ts';
import { findServiceFaults } from './service-faults.ts';
import { notNumbers } from './traffic-scaling.ts';

/** What is decided while backends are synced, or shows in what is built then. */
const OF_SYNC: ReadonlySet<ConditionNumber> = new Set<ConditionNumber>([
  ...(['C30', 'C31', 'C33', 'C34', 'C40', 'C46', 'C48', 'C49', 'C54', 'C56', 'C57', 'G4'] as const),
]);

export function findBackendFaults(backend: BackendPlan, input: PlanInput): readonly Fault[] {
  const faults = findFaults(backend, input);
  return input.isReplaced(backend.key) ? faults.filter(({ condition }) => !OF_SYNC.has(condition)) : faults;
}

function findFaults(backend: BackendPlan, input: PlanInput): readonly Fault[] {
  const place: Place = { at: 'backend', key: backend.key };
  // Of what is in kube-system only its effect on the Ingress counts: nobody may change it.
  if (backend.isSystemDefault) return systemFaults(backend, input, place);
  const { error, hiddenErrors, service } = backend;
  if (service === undefined) return error === undefined ? [] : [notFound(backend, input, place)];
  return [
    ...(error === undefined ? [] : translationFault(backend, service, error, input, place, false)),
    ...[...hiddenErrors, ...hiddenByPort(backend, service, input)].flatMap((hidden) =>
      translationFault(backend, service, hidden, input, place, true),
    ),
    ...syncFaults(backend, service, place, input),
    ...findHealthFaults(backend, service, place, input),
    ...findServiceFaults(backend, service, place, input),
  ];
}

/** C17: every error of the system's default backend. */
function systemFaults(backend: BackendPlan, { ingress, expectsGkeNeg }: PlanInput, place: Place): readonly Fault[] {
  const { error } = backend;
  if (error === undefined) return [];
  // A file of it says little about what GKE has made of it.
  const isCertain = !(expectsGkeNeg && error.condition === 'C6');
  const isLate = error.condition === 'C4';
  // The Ingress is what its author can change.
  return [fault('C17', { backend, owner: referenceTo(ingress), path: ['spec'], place, isCertain, isLate })];
}

function namedFirst({ namedAt }: BackendPlan): FieldPath {
  return namedAt[0] ?? ['spec'];
}

/** C4 */
function notFound(backend: BackendPlan, { ingress }: PlanInput, place: Place): Fault {
  const path = [...namedFirst(backend), 'service', 'name'];
  return fault('C4', { backend, owner: referenceTo(ingress), path, place, isLate: true });
}

/** A port that is missing hides what is wrong with the Service as a whole. */
function hiddenByPort(backend: BackendPlan, service: Service, input: PlanInput): readonly BackendError[] {
  if (backend.error?.condition !== 'C5') return [];
  return findServiceErrors(service, input);
}

/** What a port is named by: a name where one is given. Where it is not named at all, what leads there. */
function namedPort(backend: BackendPlan): FieldPath {
  const { name, number } = backend.port;
  const at = [...namedFirst(backend), 'service'];
  if (name === '' && number === 0) return at;
  return [...at, 'port', name === '' ? 'number' : 'name'];
}

function translationFault(
  backend: BackendPlan,
  service: Service,
  error: BackendError,
  { ingress }: PlanInput,
  place: Place,
  isHidden: boolean,
): readonly Fault[] {
  const onService = { backend, service, owner: referenceTo(service), place, isHidden };
  switch (error.condition) {
    case 'C4':
      return [];
    case 'C5':
      return [
        fault('C5', { backend, service, owner: referenceTo(ingress), path: namedPort(backend), place, isHidden }),
      ];
    case 'C6': {
      const path = annotationPlace(service.metadata.annotations, NEG);
      const isCertain = backend.negSource !== 'maybe' && !isHidden;
      return [
        fault('C6', { ...onService, path: service.type === 'ExternalName' ? ['spec', 'type'] : path, isCertain }),
      ];
    }
    case 'C7':
    case 'C9': {
      const { key, text, error: why } = error;
      return [fault(error.condition, { ...onService, key, text, error: why, path: annotationPath(key) })];
    }
    case 'C8': {
      const { key, text, legal } = error.scaling;
      return [fault('C8', { ...onService, key, text, legal, path: annotationPath(key) })];
    }
    case 'C10':
      return [fault('C10', { ...onService, name: error.name, path: annotationPath(error.key), isLate: true })];
    case 'C11':
    case 'C12':
    case 'C13': {
      const { backendConfig } = backend;
      return backendConfig.state === 'found'
        ? [configFault(backendConfig.object, error.fault, { place, isHidden, isCertain: !isHidden })]
        : [];
    }
  }
}

type ConfigContext = Pick<FaultBase, 'place' | 'isHidden' | 'isCertain'>;

/** The Secret itself is nobody's to judge: what names it gets the finding. */
function configFault(config: BackendConfig, found: ConfigFault, context: ConfigContext): Fault {
  const { condition, path } = found;
  const isLate = found.why === 'secret-missing';
  // What only Google refuses is in no source of the controller's.
  const isSure = condition !== 'G4';
  const { place, isHidden } = context;
  const isCertain = context.isCertain && isSure;
  return fault(condition, {
    config,
    fault: found,
    owner: referenceTo(config),
    path,
    place,
    isHidden,
    isLate,
    isCertain,
  });
}

function syncFaults(
  backend: BackendPlan,
  service: Service,
  place: Place,
  { classDecision, snapshot, facts }: PlanInput,
): readonly Fault[] {
  const { servicePort, error } = backend;
  const faults = [
    findForcedNeg(backend, service, place),
    findMissingNodePort(backend, service, place),
    ...findNotNumbers(backend, service, place, facts),
  ];
  const config = servicePort === undefined ? undefined : findBackendConfig(service, servicePort, snapshot);
  const ofConfig =
    config?.state === 'found'
      ? findSyncFaults(config.object, classDecision).map((found) =>
          configFault(config.object, found, { place, isHidden: error !== undefined, isCertain: error === undefined }),
        )
      : [];
  const ofCdn = config?.state === 'found' && error === undefined ? cdnFaults(config.object, place, true) : [];
  return [...faults, findNonTcp(backend, service, place), ...ofConfig, ...ofCdn].filter((found) => found !== undefined);
}

/** C33: negLinker.Link waits for a NEG that nobody makes. */
function findForcedNeg(backend: BackendPlan, service: Service, place: Place): Fault | undefined {
  if (!backend.isNegForced) return undefined;
  const path = annotationPlace(service.metadata.annotations, NEG);
  const isCertain = backend.negSource !== 'maybe';
  return fault('C33', { backend, service, owner: referenceTo(service), path, place, isCertain });
}

/** C34: GetProbe looks a Service up by its node port. One that a file leaves out will be allocated. */
function findMissingNodePort(backend: BackendPlan, service: Service, place: Place): Fault | undefined {
  const { servicePort, group } = backend;
  if (servicePort === undefined || group !== 'instanceGroup') return undefined;
  if (service.type !== 'LoadBalancer' || service.allocatesNodePorts || servicePort.nodePort !== 0) return undefined;
  const path = ['spec', 'allocateLoadBalancerNodePorts'];
  const isCertain = backend.negSource !== 'maybe';
  return fault('C34', { backend, service, owner: referenceTo(service), path, place, isCertain });
}

/** C54: only NEGs are scaled, and Google's API gets JSON, which has neither NaN nor infinity. */
function findNotNumbers(backend: BackendPlan, service: Service, place: Place, { controller }: Facts): readonly Fault[] {
  if (!controller.enableTrafficScaling.value || backend.group !== 'neg') return [];
  return notNumbers(service.metadata.annotations).map((found) =>
    fault('C54', { backend, service, ...found, owner: referenceTo(service), path: annotationPath(found.key), place }),
  );
}

/** C49: nobody checks the protocol, and load balancing is over TCP. */
function findNonTcp(backend: BackendPlan, service: Service, place: Place): Fault | undefined {
  const { servicePort } = backend;
  if (servicePort === undefined || servicePort.protocol === 'TCP') return undefined;
  const path = ['spec', 'ports', service.ports.indexOf(servicePort), 'protocol'];
  return fault('C49', { backend, service, owner: referenceTo(service), path, place });
}

/** C56, C57 */
function cdnFaults(config: BackendConfig, place: Place, isCertain: boolean): readonly Fault[] {
  return findCdnFaults(config).map((found): Fault => {
    const common = { config, owner: referenceTo(config), path: found.path, place, isCertain };
    return found.condition === 'C56'
      ? fault('C56', { ...common, fault: found })
      : fault('C57', { ...common, fault: found });
  });
}

/** Of a BackendConfig that no Service is known to use: what no class and no probe changes. */
export function findConfigFaultsAlone(config: BackendConfig, input: PlanInput): readonly Fault[] {
  const context = { place: { at: 'ingress' }, isHidden: false, isCertain: false } as const;
  const reference = { state: 'found', key: '', object: config } as const;
  const error = badBackendConfig(reference, input);
  const translation = error !== undefined && 'fault' in error ? [error.fault] : [];
  const refused = [...translation, ...findSyncFaults(config, input.classDecision)];
  const slow = findSlowConfig(config);
  return [
    ...refused.map((found) => configFault(config, found, context)),
    ...(slow === undefined ? [] : [slow]),
    ...cdnFaults(config, context.place, false),
  ];
}
