import type { BackendConfigHealthCheck, Workload } from '../kubernetes/objects.ts';
import type { HealthCheckPlan } from '../plan/health-check.ts';
import { optsIntoTransparent } from '../plan/health-check.ts';
import type { BackendUse } from '../plan/plan.ts';
import { defineRule, type FieldPath, type RuleFinding } from './rule.ts';
import { containerPath, servingContainer } from './serving-containers.ts';

export const healthCheckTimeout = defineRule({
  id: 'health-check-timeout',
  judges: 'Workload',
  severity: 'error',
  summary:
    'The timeout of the health check is longer than its interval, once defaults, probe and BackendConfig are put together.',
  why: 'Google refuses such a health check (equal is allowed), so the backend is never made and every sync of the Ingress fails. A BackendConfig that sets one of the two only is merged with the other from the probe or from defaults.',
  fix: 'Set timeoutSec and checkIntervalSec together in spec.healthCheck of the BackendConfig, or timeoutSeconds of the probe to at most its periodSeconds.',
  covers: ['C48'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#direct_health'],
  check: ({ workload, uses, facts }) => {
    for (const use of uses) {
      const found = findSlow(workload, use);
      if (found === undefined) continue;
      const flag = facts.controller.enableTransparentHealthChecks;
      // With the flag on, the transparent check would take its place.
      const restsOnFlag = !flag.isGiven && use.backend.group === 'neg' && optsIntoTransparent(use.backend.service);
      return [restsOnFlag ? { ...found, ...RESTS_ON_FLAG } : found];
    }
    return [];
  },
});

const RESTS_ON_FLAG = {
  isCertain: false,
  severity: 'warning',
  note: '(Unless this cluster does transparent health checks; the flag enableTransparentHealthChecks is taken to be off.)',
} as const satisfies Partial<RuleFinding>;

function findSlow(workload: Workload, { plan, backend }: BackendUse): RuleFinding | undefined {
  const { healthCheck, backendConfig } = backend;
  if (healthCheck === undefined || !healthCheck.isCertain) return undefined;
  const { timeoutSec, intervalSec } = healthCheck.check;
  if (timeoutSec <= intervalSec) return undefined;
  const configured = backendConfig.state === 'found' ? backendConfig.object.healthCheck : undefined;
  const name = backendConfig.state === 'found' ? backendConfig.object.metadata.name : '';
  const { ingress } = plan;
  const timeoutFrom = sourceOf(configured?.timeoutSec, healthCheck, name);
  const intervalFrom = sourceOf(configured?.checkIntervalSec, healthCheck, name);
  const isFromProbe = configured?.timeoutSec === undefined && configured?.checkIntervalSec === undefined;
  return {
    path: fieldPath(workload, backend.servicePort?.targetPort, healthCheck, isFromProbe),
    message: `Google refuses the health check of Ingress "${ingress.metadata.name}": timeout ${timeoutSec} s (${timeoutFrom}) is above interval ${intervalSec} s (${intervalFrom}).`,
    fix: fixOf(configured, intervalSec),
    subject: backend.key,
    // The check is there then, with other numbers: those of a probe are read when it is made.
    ...(isFromProbe && ingress.hasAddress ? { isCertain: false } : {}),
  };
}

function sourceOf(configured: number | undefined, { probes }: HealthCheckPlan, name: string): string {
  if (configured !== undefined) return `BackendConfig "${name}"`;
  return probes.adopted === undefined ? 'default' : 'probe';
}

function fieldPath(
  workload: Workload,
  targetPort: number | string | undefined,
  { probes: { adopted } }: HealthCheckPlan,
  isFromProbe: boolean,
): FieldPath {
  const container = adopted?.workload === workload ? adopted.container : servingContainer(workload, targetPort);
  if (container === undefined) return workload.podSpecPath;
  const path = containerPath(workload, container);
  return isFromProbe && container.readinessProbe !== undefined ? [...path, 'readinessProbe', 'timeoutSeconds'] : path;
}

function fixOf(configured: BackendConfigHealthCheck | undefined, intervalSec: number): string {
  if (configured?.timeoutSec === undefined && configured?.checkIntervalSec === undefined) {
    return `Set timeoutSeconds to at most ${intervalSec}.`;
  }
  return configured.timeoutSec === undefined
    ? `Set spec.healthCheck.timeoutSec: ${intervalSec} in it too.`
    : `Set its spec.healthCheck.timeoutSec to at most ${intervalSec}.`;
}
