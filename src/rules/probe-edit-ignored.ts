import type { RuleFinding } from '../judge/finding.ts';
import { checkInShort, renewCheck } from '../judge/kept-check.ts';
import { type BackendUse, defineRule, type WorkloadContext } from '../judge/rule.ts';
import type { Container, Workload } from '../kubernetes/objects.ts';
import { hasLoadBalancer } from '../plan/load-balancer-name.ts';
import { createPlanner, type Planner } from '../plan/plan.ts';
import { containerPath, servingContainer } from '../plan/serving-containers.ts';

export const probeEditIgnored = defineRule({
  id: 'probe-edit-ignored',
  judges: ['Workload'],
  severity: 'warning',
  summary: 'A readiness probe is edited whose health check has been made already.',
  why: 'The GKE Ingress controller reads the probe when it makes the health check and never again: Google goes on asking what it asked, and if the app no longer answers that with 200, its Pods are Ready and UNHEALTHY.',
  fix: 'Set the new values in spec.healthCheck of a BackendConfig: those are applied at each sync.',
  covers: ['R23'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks',
    'https://github.com/kubernetes/ingress-gce/issues/317',
  ],
  check: { Workload: findIgnoredEdits },
});

function findIgnoredEdits({ workload, old, backends, snapshot, planner }: WorkloadContext): readonly RuleFinding[] {
  if (old === undefined || probesOf(old) === probesOf(workload)) return [];
  const before = createPlanner(snapshot.overlay(old), planner.settings);
  const edited = editedContainer(workload, old);
  return backends.flatMap((use) => findIgnoredEdit(workload, edited, use, before));
}

/** All of a workload that a health check can be made from. */
function probesOf({ containers }: Workload): string {
  return JSON.stringify(containers.map(({ name, ports, readinessProbe }) => [name, ports, readinessProbe]));
}

/** @param before plans with the stored workload */
function findIgnoredEdit(
  workload: Workload,
  edited: Container | undefined,
  { plan, backend }: BackendUse,
  before: Planner,
): readonly RuleFinding[] {
  const { service, healthCheck: now } = backend;
  // Before the Ingress is served there is no check that could be kept.
  if (!hasLoadBalancer(plan.ingress) || service === undefined || now === undefined || !now.isCertain) return [];
  const ports = before.planOf(plan.ingress).backendsOf(service);
  const was = ports.find(({ key }) => key === backend.key)?.healthCheck?.check;
  if (was === undefined || checkInShort(was) === checkInShort(now.check)) return [];
  const container = edited ?? servingContainer(workload, backend.servicePort?.targetPort);
  if (container === undefined) return [];
  const hasProbe = container.readinessProbe !== undefined;
  return [
    {
      path: [...containerPath(workload, container), ...(hasProbe ? ['readinessProbe'] : [])],
      message: `Google keeps its health check (before this edit ${checkInShort(was)}) and does not turn to ${checkInShort(now.check)}.`,
      note: `The check of Ingress "${plan.ingress.metadata.name}" was made from the first probe.`,
      fix: [renewCheck(backend, was, now.check)],
      isCertain: plan.served.concern === 'certain',
      identity: container.name,
    },
  ];
}

function editedContainer(workload: Workload, old: Workload): Container | undefined {
  const before = new Map(old.containers.map(({ name, readinessProbe }) => [name, JSON.stringify(readinessProbe)]));
  return workload.containers.find(({ name, readinessProbe }) => before.get(name) !== JSON.stringify(readinessProbe));
}
