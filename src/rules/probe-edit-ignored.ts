import type { Container, Workload } from '../kubernetes/objects.ts';
import type { HealthCheck } from '../plan/health-check.ts';
import { type BackendUse, planIngress } from '../plan/plan.ts';
import { defineRule, type RuleFinding, type WorkloadContext } from './rule.ts';
import { containerPath, servingContainer } from './serving-containers.ts';

export const probeEditIgnored = defineRule({
  id: 'probe-edit-ignored',
  judges: 'Workload',
  severity: 'warning',
  summary: 'A readiness probe is edited whose health check has been made already.',
  why: 'The GKE Ingress controller reads the probe when it makes the health check and never again: Google goes on asking what it asked, and if the app no longer answers that with 200, its Pods are Ready and UNHEALTHY.',
  fix: 'Set the new values in spec.healthCheck of a BackendConfig: those are applied at each sync.',
  covers: ['R23'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks',
    'https://github.com/kubernetes/ingress-gce/issues/317',
  ],
  check: (context) => {
    const { workload, old, uses } = context;
    if (old === undefined || probesOf(old) === probesOf(workload)) return [];
    for (const use of uses) {
      const found = findIgnoredEdit(context, use, old);
      if (found !== undefined) return [found];
    }
    return [];
  },
});

/** All of a workload that a health check can be made from. */
function probesOf({ containers }: Workload): string {
  return JSON.stringify(containers.map(({ name, ports, readinessProbe }) => [name, ports, readinessProbe]));
}

function findIgnoredEdit(
  { workload, snapshot, facts }: WorkloadContext,
  { plan, backend }: BackendUse,
  old: Workload,
): RuleFinding | undefined {
  // Before the Ingress is served there is no check that could be kept.
  const isServed = plan.ingress.hasAddress || plan.frontEnd.namingScheme !== undefined;
  const now = backend.healthCheck;
  if (!isServed || now === undefined || !now.isCertain) return undefined;
  const before = planIngress(plan.ingress, snapshot.overlay(old), facts).backends.find(
    ({ key }) => key === backend.key,
  );
  const was = before?.healthCheck?.check;
  if (was === undefined || inWords(was) === inWords(now.check)) return undefined;
  const container = editedContainer(workload, old) ?? servingContainer(workload, backend.servicePort?.targetPort);
  if (container === undefined) return undefined;
  const hasProbe = container.readinessProbe !== undefined;
  return {
    path: [...containerPath(workload, container), ...(hasProbe ? ['readinessProbe'] : [])],
    message: `Google keeps the health check that it has (before this edit ${inWords(was)}) and does not turn to ${inWords(now.check)}.`,
    note: `The check of Ingress "${plan.ingress.metadata.name}" was made from the first probe.`,
    fix: 'Set the new values in spec.healthCheck of a BackendConfig.',
    subject: container.name,
  };
}

/** What mergeUserSettings puts back (facts: ingress-gce pkg/healthchecks/healthcheck.go); protocol and port are followed. */
function inWords({ path, host, intervalSec, timeoutSec }: HealthCheck): string {
  return `GET ${path}${host === '' ? '' : ` for host "${host}"`} every ${intervalSec} s within ${timeoutSec} s`;
}

function editedContainer(workload: Workload, old: Workload): Container | undefined {
  return workload.containers.find(({ name, readinessProbe }) => {
    const before = old.containers.find((container) => container.name === name);
    return JSON.stringify(before?.readinessProbe) !== JSON.stringify(readinessProbe);
  });
}
