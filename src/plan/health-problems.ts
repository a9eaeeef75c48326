// Problems of the health check of one backend: what is asked for and not done (C40, C46), and what Google refuses (C48).
import type { Facts } from '../facts/facts.ts';
import type { Workload } from '../kubernetes/objects.ts';
import { nameOf } from '../kubernetes/objects.ts';
import { TRANSPARENT_HEALTH_CHECKER } from './annotation-keys.ts';
import type { BackendPlan } from './backend.ts';
import { type HealthCheckPlan, optsIntoTransparent } from './health-check.ts';
import type { IgnoredProbe } from './probe.ts';
import {
  annotationPath,
  type FieldPath,
  type PlanProblem,
  type ProblemPlace,
  problem,
  referenceTo,
} from './problem.ts';

export function findHealthProblems(backend: BackendPlan, facts: Facts): readonly PlanProblem[] {
  const { healthCheck } = backend;
  if (healthCheck === undefined) return [];
  const place: ProblemPlace = { at: 'backend', key: backend.key };
  const found = [
    findTransparentConflict(backend, facts, place),
    findUnusedProbe(backend, healthCheck, place),
    findSlowTimeout(backend, healthCheck, place),
  ];
  return found.filter((one) => one !== undefined);
}

/** C40 (setThcOptInOnSvc). What stands in the way besides the flag is told first: it would with the flag, too. */
function findTransparentConflict(backend: BackendPlan, facts: Facts, place: ProblemPlace): PlanProblem | undefined {
  const { service, group, backendConfig } = backend;
  const flag = facts.controller.enableTransparentHealthChecks;
  if (service === undefined || !optsIntoTransparent(service)) return undefined;
  const common = {
    condition: 'C40',
    object: referenceTo(service),
    path: annotationPath(TRANSPARENT_HEALTH_CHECKER),
    place,
  } as const;
  if (backendConfig.state === 'found' && backendConfig.object.healthCheck !== undefined) {
    return problem({
      ...common,
      message: `transparent health checks are asked for, but ${nameOf(backendConfig.object)} has a healthCheck, which wins.`,
      fix: `Remove spec.healthCheck from the BackendConfig, or the annotation ${TRANSPARENT_HEALTH_CHECKER}`,
    });
  }
  if (group !== 'neg') {
    return problem({
      ...common,
      message:
        'transparent health checks are asked for, but work with NEGs only, and this backend is an instance group.',
      fix: `Set "ingress": true in the NEG annotation, or remove ${TRANSPARENT_HEALTH_CHECKER}`,
    });
  }
  if (flag.value) return undefined;
  return problem({
    ...common,
    message:
      'transparent health checks are asked for, but this controller does not do them (enableTransparentHealthChecks is off).',
    fix: `Remove the annotation ${TRANSPARENT_HEALTH_CHECKER}`,
    restsOn: flag.isGiven ? undefined : 'enableTransparentHealthChecks',
  });
}

/** C46. Without any probe nothing was asked for; with a requestPath in the BackendConfig it does not matter. */
function findUnusedProbe(backend: BackendPlan, plan: HealthCheckPlan, place: ProblemPlace): PlanProblem | undefined {
  const { check, probes, isCertain } = plan;
  const ignored = probes.ignored.find((one) => servesPort(one, backend)) ?? probes.ignored[0];
  if (ignored === undefined || probes.adopted !== undefined || !isCertain || backend.isSystemDefault) return undefined;
  if (check.source === 'transparent' || setsPath(backend)) return undefined;
  return problem({
    condition: 'C46',
    message: `the readiness probe of container "${ignored.container.name}" of ${nameOf(ignored.workload)} is not used: ${ignored.reason}. Google checks GET ${check.path}, which must answer 200.`,
    fix: "Make it an httpGet probe on the Service's targetPort, or set spec.healthCheck in a BackendConfig",
    object: referenceTo(ignored.workload),
    path: probePath(ignored.workload, ignored.workload.containers.indexOf(ignored.container)),
    place,
  });
}

function servesPort({ container }: IgnoredProbe, { servicePort }: BackendPlan): boolean {
  const target = servicePort?.targetPort;
  return container.ports.some((port) => port.containerPort === target || (port.name !== '' && port.name === target));
}

function setsPath({ backendConfig }: BackendPlan): boolean {
  return backendConfig.state === 'found' && backendConfig.object.healthCheck?.requestPath !== undefined;
}

function probePath(workload: Workload, containerIndex: number): FieldPath {
  return [...workload.podSpecPath, 'containers', containerIndex, 'readinessProbe'];
}

/** C48. Equal is allowed (cmd/check-gke-ingress). */
function findSlowTimeout(backend: BackendPlan, plan: HealthCheckPlan, place: ProblemPlace): PlanProblem | undefined {
  const { check, isCertain } = plan;
  if (check.timeoutSec <= check.intervalSec || !isCertain) return undefined;
  const common = {
    condition: 'C48',
    message: `Google refuses the health check: its timeout (${check.timeoutSec} s) is longer than its interval (${check.intervalSec} s).`,
    place,
  } as const;
  const { backendConfig } = backend;
  const configured = backendConfig.state === 'found' ? backendConfig.object.healthCheck : undefined;
  const { adopted } = plan.probes;
  if (backendConfig.state === 'found' && configured !== undefined && !isFromProbe(configured)) {
    return problem({
      ...common,
      fix: 'Set spec.healthCheck.timeoutSec to at most checkIntervalSec',
      object: referenceTo(backendConfig.object),
      path: ['spec', 'healthCheck', configured.timeoutSec === undefined ? 'checkIntervalSec' : 'timeoutSec'],
    });
  }
  if (adopted === undefined) return undefined; // the defaults are equal
  return problem({
    ...common,
    fix: 'Set timeoutSeconds of the readiness probe to at most its periodSeconds',
    object: referenceTo(adopted.workload),
    path: [...probePath(adopted.workload, adopted.workload.containers.indexOf(adopted.container)), 'timeoutSeconds'],
  });
}

type Configured = { readonly timeoutSec: number | undefined; readonly checkIntervalSec: number | undefined };

function isFromProbe({ timeoutSec, checkIntervalSec }: Configured): boolean {
  return timeoutSec === undefined && checkIntervalSec === undefined;
}
