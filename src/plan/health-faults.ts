// Faults of the health check of one backend: what is asked for and not done (C40, C46), and what Google refuses (C48).

import { annotationPath, type FieldPath, referenceTo } from '../kubernetes/field-path.ts';
import type { BackendConfig, Container, Service, Workload } from '../kubernetes/objects.ts';
import { isEmpty } from '../kubernetes/read.ts';
import { TRANSPARENT_HEALTH_CHECKER } from './annotation-keys.ts';
import type { BackendPlan } from './backend-plan.ts';
import { AT_INGRESS, type Fault, type FaultData, fault, type NumberSource, type Place } from './fault.ts';
import { type HealthCheckPlan, optsIntoTransparent } from './health-check.ts';
import type { PlanInput } from './plan-input.ts';
import type { IgnoredProbe } from './probe.ts';
import { containerPath, declaresPort } from './serving-containers.ts';

export function findHealthFaults(
  backend: BackendPlan,
  service: Service,
  place: Place,
  input: PlanInput,
): readonly Fault[] {
  const { healthCheck } = backend;
  if (healthCheck === undefined) return [];
  const transparent = findTransparentConflict(backend, service, place, input);
  const slow = findSlowTimeout(backend, service, healthCheck, place, input);
  return [
    ...(transparent === undefined ? [] : [transparent]),
    ...(slow === undefined ? [] : [slow]),
    ...findUnusedProbes(backend, service, healthCheck, place),
  ];
}

/** C40 (setThcOptInOnSvc). Obstacles other than the flag come first, because turning the flag on would not remove them. */
function findTransparentConflict(
  backend: BackendPlan,
  service: Service,
  place: Place,
  { facts }: PlanInput,
): Fault | undefined {
  if (!optsIntoTransparent(service)) return undefined;
  const flag = facts.controller.enableTransparentHealthChecks;
  const why = whyNotTransparent(backend, flag.value);
  if (why === undefined) return undefined;
  const restsOn = why === 'flag' && !flag.isGiven ? 'enableTransparentHealthChecks' : undefined;
  const path = annotationPath(TRANSPARENT_HEALTH_CHECKER);
  return fault('C40', { backend, service, why, owner: referenceTo(service), path, place, restsOn });
}

function whyNotTransparent(
  { backendConfig, group }: BackendPlan,
  isOffered: boolean,
): FaultData['C40']['why'] | undefined {
  if (backendConfig.state === 'found' && backendConfig.object.healthCheck !== undefined) return 'backend-config';
  if (group !== 'neg') return 'no-neg';
  return isOffered ? undefined : 'flag';
}

/**
 * C46: the probe of each workload that the controller passes over. Without any probe nothing was asked for; with a requestPath
 * in the BackendConfig it does not matter. A Service without a selector has no Pods of its own to speak of.
 */
function findUnusedProbes(
  backend: BackendPlan,
  service: Service,
  { check, probes, isCertain }: HealthCheckPlan,
  place: Place,
): readonly Fault[] {
  if (!isCertain || check.source === 'transparent' || setsPath(backend)) return [];
  if (isEmpty(service.selector)) return [];
  const byWorkload = Map.groupBy(probes.ignored, ({ workload }) => workload);
  return [...byWorkload].flatMap(([workload, ignored]) => {
    // Of one Pod one probe is enough.
    if (probes.adopters.has(workload)) return [];
    const told = ignored.find((one) => servesPort(one, backend)) ?? ignored[0];
    if (told === undefined) return [];
    const path = probePath(workload, told.container);
    return [fault('C46', { backend, service, ignored: told, owner: referenceTo(workload), path, place })];
  });
}

function servesPort({ container }: IgnoredProbe, { servicePort }: BackendPlan): boolean {
  return declaresPort(container, servicePort?.targetPort);
}

function setsPath({ backendConfig }: BackendPlan): boolean {
  return backendConfig.state === 'found' && backendConfig.object.healthCheck?.requestPath !== undefined;
}

function probePath(workload: Workload, container: Container): FieldPath {
  return [...containerPath(workload, container), 'readinessProbe'];
}

/** C48. Equal is allowed (cmd/check-gke-ingress). */
function findSlowTimeout(
  backend: BackendPlan,
  service: Service,
  { check, probes, isCertain }: HealthCheckPlan,
  place: Place,
  { facts, ingress }: PlanInput,
): Fault | undefined {
  const { timeoutSec, intervalSec } = check;
  if (timeoutSec <= intervalSec || !isCertain) return undefined;
  const { backendConfig } = backend;
  const config = backendConfig.state === 'found' ? backendConfig.object : undefined;
  const set = config?.healthCheck;
  const { adopted } = probes;
  const sourceOf = (configured: number | undefined): NumberSource =>
    configured !== undefined ? 'backendConfig' : adopted === undefined ? 'default' : 'probe';
  const flag = facts.controller.enableTransparentHealthChecks;
  // With the flag on, the transparent check would take its place.
  const isAssumed = !flag.isGiven && backend.group === 'neg' && optsIntoTransparent(service);
  const [timeoutFrom, intervalFrom] = [sourceOf(set?.timeoutSec), sourceOf(set?.checkIntervalSec)];
  const isConfigured = timeoutFrom === 'backendConfig' && intervalFrom === 'backendConfig';
  const hasSelector = !isEmpty(service.selector);
  // A default gives way to the probe of a workload that comes later; a check that is there already keeps the numbers of the
  // probe that it was made from; and without a selector any older Pod of the namespace may give another.
  const isSettled = isConfigured || (adopted !== undefined && !ingress.hasAddress && hasSelector);
  const common = {
    backend,
    config,
    probe: adopted,
    timeoutSec,
    intervalSec,
    timeoutFrom,
    intervalFrom,
    place,
    restsOn: isAssumed ? 'enableTransparentHealthChecks' : undefined,
    isCertain: !isAssumed && isSettled,
  } as const;
  if (config !== undefined && (set?.timeoutSec !== undefined || set?.checkIntervalSec !== undefined)) {
    const path = ['spec', 'healthCheck', set.timeoutSec === undefined ? 'checkIntervalSec' : 'timeoutSec'];
    return fault('C48', { ...common, owner: referenceTo(config), path });
  }
  if (adopted === undefined) return undefined; // the defaults are equal
  // The workload may have nothing to do with a Service that does not select it.
  if (!hasSelector) return fault('C48', { ...common, owner: referenceTo(service), path: ['spec'] });
  const { workload, container } = adopted;
  return fault('C48', {
    ...common,
    owner: referenceTo(workload),
    path: [...probePath(workload, container), 'timeoutSeconds'],
  });
}

/** C48 of a BackendConfig that nothing is known to use: where it sets both numbers itself. */
export function findSlowConfig(config: BackendConfig): Fault | undefined {
  const { timeoutSec, checkIntervalSec: intervalSec } = config.healthCheck ?? {};
  if (timeoutSec === undefined || intervalSec === undefined || timeoutSec <= intervalSec) return undefined;
  return fault('C48', {
    backend: undefined,
    config,
    probe: undefined,
    timeoutSec,
    intervalSec,
    timeoutFrom: 'backendConfig',
    intervalFrom: 'backendConfig',
    owner: referenceTo(config),
    path: ['spec', 'healthCheck', 'timeoutSec'],
    place: AT_INGRESS,
    isCertain: false,
  });
}
