import type { Workload } from '../kubernetes/objects.ts';
import type { BackendPlan } from '../plan/backend.ts';
import type { BackendUse } from '../plan/plan.ts';
import { quoted } from '../plan/probe.ts';
import { defineRule, type RuleFinding, type WorkloadContext } from './rule.ts';
import { containerPath, declaresPort, servingContainer } from './serving-containers.ts';

export const probeMissing = defineRule({
  id: 'probe-missing',
  judges: 'Workload',
  severity: 'info',
  summary: 'A workload behind a GKE Ingress has no readiness probe, and no BackendConfig says what to check.',
  why: 'Google then checks GET / on the serving port and takes only 200: an app that answers / with a login page behind a redirect, or with 404, is UNHEALTHY. A probe that is added once the check has been made changes nothing.',
  fix: "Add an httpGet readiness probe on the Service's targetPort, or set spec.healthCheck in a BackendConfig.",
  covers: ['C46', 'R1'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks'],
  check: (context) => {
    const { workload, uses } = context;
    if (workload.containers.some(({ readinessProbe }) => readinessProbe !== undefined)) return [];
    const use = uses.find((one) => isUnguided(one) && !isAnswerKnown(context, one.backend));
    return use === undefined ? [] : [toFinding(workload, use)];
  },
});

function isUnguided({ backend: { healthCheck, backendConfig } }: BackendUse): boolean {
  if (healthCheck === undefined || !healthCheck.isCertain || healthCheck.probes.adopted !== undefined) return false;
  const configured = backendConfig.state === 'found' ? backendConfig.object.healthCheck : undefined;
  return healthCheck.check.source !== 'transparent' && configured?.requestPath === undefined;
}

/** An app of the catalogue: what it answers there is known, and health-check-not-ok says so if it is not 200. */
function isAnswerKnown(
  { workload, apps, snapshot }: WorkloadContext,
  { servicePort, healthCheck }: BackendPlan,
): boolean {
  const target = servicePort?.targetPort;
  const path = healthCheck?.check.path ?? '/';
  return workload.containers.some((container) => {
    const port = container.ports.find(({ name, containerPort }) => containerPort === target || name === target);
    const number = port?.containerPort ?? (typeof target === 'number' ? target : undefined);
    return apps.answerOf(workload, container, { port: number, path }, snapshot) !== undefined;
  });
}

function toFinding(workload: Workload, { plan, backend }: BackendUse): RuleFinding {
  const { healthCheck, servicePort, group } = backend;
  const target = servicePort?.targetPort ?? 0;
  const container = servingContainer(workload, target);
  const isDeclared = container !== undefined && declaresPort(container, target);
  const where = group === 'neg' ? `port ${quoted(target)}` : 'the node port';
  const declare = isDeclared ? '' : `Declare containerPort ${target} and add`;
  return {
    path: container === undefined ? workload.podSpecPath : containerPath(workload, container),
    message: `without a readiness probe Google checks GET ${healthCheck?.check.path} on ${where} every ${healthCheck?.check.intervalSec} s, and only 200 passes.`,
    note: `It is behind Ingress "${plan.ingress.metadata.name}".`,
    fix: `${declare || 'Add'} a readiness probe there (httpGet), or set spec.healthCheck in a BackendConfig.`,
    isCertain: false,
    ...(container === undefined ? {} : { subject: container.name }),
  };
}
