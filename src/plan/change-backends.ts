// Each Service port behind an Ingress before and after: how it is reached, what Google asks of it, and what its backend service is
// set up with.
import { annotationPlace, referenceTo } from '../kubernetes/field-path.ts';
import type { BackendConfig, Service } from '../kubernetes/objects.ts';
import { isEmpty } from '../kubernetes/read.ts';
import { APP_PROTOCOLS, BACKEND_CONFIG, NEG } from './annotation-keys.ts';
import type { BackendFeatures } from './backend-features.ts';
import type { BackendPlan } from './backend-plan.ts';
import { type Cause, change, type FeatureName, type PlanChange } from './change.ts';
import { isSameBackend } from './change-routes.ts';
import type { Place } from './fault.ts';
import { isSameCheck, keptCheck, keptFeature } from './kept.ts';
import type { IngressPlan } from './plan.ts';
import { containerPath, servingContainer } from './serving-containers.ts';

export function compareBackends(before: IngressPlan, after: IngressPlan): readonly PlanChange[] {
  const byService = Map.groupBy(before.backends, ({ serviceName }) => serviceName);
  return after.backends.flatMap((backend) => {
    const was = byService.get(backend.serviceName)?.find((one) => isSameBackend(one, backend));
    return was === undefined || backend.isSystemDefault ? [] : comparePort(was, { plan: after, backend });
  });
}

interface Use {
  readonly plan: IngressPlan;
  readonly backend: BackendPlan;
}

/** The same Service port: what it would be made anew with, and what it is kept with. */
function comparePort(was: BackendPlan, use: Use): readonly PlanChange[] {
  const { backend } = use;
  const { service } = backend;
  if (service === undefined || was.group === undefined || backend.group === undefined) return [];
  const pods = podsGone(was, service, use);
  if (was.group !== backend.group) {
    const causes = causesOf(use, service, [atAnnotation(service, NEG)]);
    return [...pods, change('group', { ...use, ...causes, was: was.group, now: backend.group })];
  }
  return [
    ...pods,
    ...compareProtocol(was, service, use),
    ...compareCheck(was, service, use),
    ...compareFeatures(was, service, use),
  ];
}

function podsGone(was: BackendPlan, service: Service, use: Use): readonly PlanChange[] {
  if (was.workloads.length === 0 || use.backend.workloads.length > 0) return [];
  const workloads = was.workloads.map((workload) => ({
    object: referenceTo(workload),
    path: [...workload.podSpecPath.slice(0, -1), 'metadata', 'labels'],
  }));
  const causes = causesOf(use, service, [
    { object: referenceTo(service), path: isEmpty(service.selector) ? ['spec'] : ['spec', 'selector'] },
    ...workloads,
  ]);
  return [change('pods-gone', { ...use, ...causes })];
}

function compareProtocol(was: BackendPlan, service: Service, use: Use): readonly PlanChange[] {
  const now = use.backend.protocol;
  if (was.protocol === undefined || now === undefined || was.protocol === now) return [];
  const { annotations } = service.metadata;
  const key = APP_PROTOCOLS.find((one) => annotations[one] !== undefined) ?? APP_PROTOCOLS[1];
  return [
    change('protocol', { ...use, ...causesOf(use, service, [atAnnotation(service, key)]), was: was.protocol, now }),
  ];
}

function compareCheck(wasBackend: BackendPlan, service: Service, use: Use): readonly PlanChange[] {
  const was = wasBackend.healthCheck;
  const fresh = use.backend.healthCheck;
  if (was === undefined || fresh === undefined || !was.isCertain || !fresh.isCertain) return [];
  const kept = keptCheck(was.check, fresh);
  // The protocol of the backend is a change of its own.
  const isFollowing = was.check.protocol === wasBackend.protocol && kept.protocol === use.backend.protocol;
  const before = isFollowing ? { ...was.check, protocol: kept.protocol } : was.check;
  if (isSameCheck(before, kept) && isSameCheck(kept, fresh.check)) return [];
  const workloads = [...use.backend.workloads, ...wasBackend.workloads].flatMap((workload) => {
    const container = servingContainer(workload, use.backend.servicePort?.targetPort);
    if (container === undefined) return [];
    const field = container.readinessProbe === undefined ? [] : ['readinessProbe'];
    return [{ object: referenceTo(workload), path: [...containerPath(workload, container), ...field] }];
  });
  const causes = causesOf(use, service, [
    ...configsOf('healthCheck', 'healthCheck', use.backend, wasBackend),
    ...workloads,
    ...(isOtherConfig(wasBackend, use.backend) ? [] : [{ object: referenceTo(service), path: ['spec', 'ports'] }]),
  ]);
  // The controller has a flag, off by itself, with which it makes a check anew that no BackendConfig sets any more.
  const mayBeMadeAnew = was.configured !== undefined && fresh.configured === undefined;
  return [change('health-check', { ...use, ...causes, was: before, kept, fresh, isCertain: !mayBeMadeAnew })];
}

/** In the order in which they are said, each as a BackendConfig is read, and with its field of spec there. */
const FEATURES: readonly (readonly [FeatureName, keyof BackendConfig, string])[] = [
  ['iap', 'iap', 'iap'],
  ['cloudArmor', 'securityPolicy', 'securityPolicy'],
  ['cdn', 'cdn', 'cdn'],
  ['timeoutSec', 'timeoutSec', 'timeoutSec'],
  ['sessionAffinity', 'sessionAffinity', 'sessionAffinity'],
  ['drainingTimeoutSec', 'drainingTimeoutSec', 'connectionDraining'],
  ['logging', 'logging', 'logging'],
];

function compareFeatures(wasBackend: BackendPlan, service: Service, use: Use): readonly PlanChange[] {
  const before: BackendFeatures = wasBackend.features;
  const after: BackendFeatures = use.backend.features;
  return FEATURES.flatMap(([name, key, field]) => {
    const was = before[name].value;
    const fresh = after[name].value;
    const kept = keptFeature<string | number | boolean>(before[name], after[name]);
    if (kept === undefined || (kept === was && fresh === was)) return [];
    const causes = causesOf(use, service, configsOf(key, field, use.backend, wasBackend));
    return [change('feature', { ...use, ...causes, name, was, kept, fresh })];
  });
}

function isOtherConfig(was: BackendPlan, now: BackendPlan): boolean {
  const nameOf = ({ backendConfig }: BackendPlan): string =>
    backendConfig.state === 'found' ? backendConfig.object.metadata.name : '';
  return nameOf(was) !== nameOf(now);
}

/** Of both sides: it may be another one now. A field that is gone is missed in what it stood in. */
function configsOf(key: keyof BackendConfig, field: string, ...backends: readonly BackendPlan[]): readonly Cause[] {
  return backends.flatMap(({ backendConfig }) => {
    if (backendConfig.state !== 'found') return [];
    const { object } = backendConfig;
    return [{ object: referenceTo(object), path: object[key] === undefined ? ['spec'] : ['spec', field] }];
  });
}

function atAnnotation(service: Service, key: string): Cause {
  return { object: referenceTo(service), path: annotationPlace(service.metadata.annotations, key) };
}

/** Behind the nearest the Service, and the Ingress that names it. */
function causesOf(
  { plan, backend }: Use,
  service: Service,
  nearest: readonly Cause[],
): { readonly place: Place; readonly causes: readonly Cause[] } {
  const { annotations } = service.metadata;
  const key = BACKEND_CONFIG.find((one) => annotations[one] !== undefined) ?? BACKEND_CONFIG[0];
  const ingress = { object: referenceTo(plan.ingress), path: backend.namedAt[0] ?? [] };
  return { place: { at: 'backend', key: backend.key }, causes: [...nearest, atAnnotation(service, key), ingress] };
}
