import type { Workload } from '../kubernetes/objects.ts';
import type { BackendPlan } from '../plan/backend.ts';
import type { BackendUse } from '../plan/plan.ts';
import { type IgnoredProbe, quoted } from '../plan/probe.ts';
import { defineRule, type FieldPath, type RuleFinding, type WorkloadContext } from './rule.ts';

export const probeNotAdopted = defineRule({
  id: 'probe-not-adopted',
  judges: 'Workload',
  severity: 'warning',
  summary: 'A readiness probe behind a GKE Ingress that Google will not make its health check from.',
  why: 'The controller adopts a readiness probe only under narrow conditions; else it says nothing and checks GET /, which many apps do not answer with 200, so that ready Pods are UNHEALTHY to the load balancer.',
  fix: "Make it an httpGet probe on the Service's targetPort, or set spec.healthCheck in a BackendConfig.",
  covers: ['C46', 'R2'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks',
    'https://github.com/kubernetes/ingress-gce/issues/42',
  ],
  check: findIgnored,
});

function findIgnored({ workload, uses }: WorkloadContext): readonly RuleFinding[] {
  const findings = new Map<string, RuleFinding>();
  for (const use of uses) {
    const found = judgeUse(workload, use);
    if (found?.subject !== undefined && !findings.has(found.subject)) findings.set(found.subject, found);
  }
  return [...findings.values()];
}

function judgeUse(workload: Workload, { plan, backend }: BackendUse): RuleFinding | undefined {
  const { healthCheck, backendConfig } = backend;
  if (healthCheck === undefined || !healthCheck.isCertain || healthCheck.probes.adopted !== undefined) return undefined;
  const { check } = healthCheck;
  const pathIsSet = backendConfig.state === 'found' && backendConfig.object.healthCheck?.requestPath !== undefined;
  if (check.source === 'transparent' || pathIsSet) return undefined;
  const own = healthCheck.probes.ignored.filter((ignored) => ignored.workload === workload);
  const ignored = own.find((candidate) => servesPort(candidate, backend.servicePort?.targetPort)) ?? own[0];
  if (ignored === undefined) return undefined;
  return {
    path: probePath(workload, ignored),
    message: `Google checks GET ${check.path} on ${portInWords(backend)} every ${check.intervalSec} s, not the readiness probe of "${ignored.container.name}": ${ignored.reason}.`,
    note: `Behind Ingress "${plan.ingress.metadata.name}" only the status 200 passes.`,
    fix: 'Change the probe, or set spec.healthCheck in a BackendConfig.',
    subject: ignored.container.name,
  };
}

function portInWords({ healthCheck, servicePort, group }: BackendPlan): string {
  const port = healthCheck?.check.port ?? null;
  if (port !== null) return `port ${port}`;
  if (group === 'instanceGroup') return 'the node port';
  return `port ${quoted(servicePort?.targetPort ?? 0)}`;
}

function servesPort({ container }: IgnoredProbe, targetPort: number | string | undefined): boolean {
  return container.ports.some(
    (port) => port.containerPort === targetPort || (port.name !== '' && port.name === targetPort),
  );
}

function probePath(workload: Workload, { container }: IgnoredProbe): FieldPath {
  return [...workload.podSpecPath, 'containers', workload.containers.indexOf(container), 'readinessProbe'];
}
