import type { Wording } from '../judge/finding.ts';
import { ignoredInWords, ingressInWords, portInWords } from '../judge/plan-words.ts';
import { askAsProbe } from '../judge/probe-remedies.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import { nameOf } from '../kubernetes/objects.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { FaultOf } from '../plan/fault.ts';
import { readOnce } from '../plan/lazy.ts';
import { numberIn, pickedBy } from '../plan/serving-containers.ts';

export const probeNotAdopted = defineRule({
  id: 'probe-not-adopted',
  judges: ['Workload'],
  severity: 'warning',
  summary: 'A readiness probe behind a GKE Ingress that Google will not make its health check from.',
  why: 'The controller adopts a readiness probe only under narrow conditions; else it says nothing and checks GET /, which many apps do not answer with 200, so that ready Pods are UNHEALTHY to the load balancer.',
  fix: "Make it an httpGet probe on the Service's targetPort, or set spec.healthCheck in a BackendConfig.",
  covers: ['C46', 'R2'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks',
    'https://github.com/kubernetes/ingress-gce/issues/42',
  ],
  words: { C46: wordIgnored },
});

function wordIgnored({ ignored, backend }: FaultOf<'C46'>, context: WordingContext): Wording | undefined {
  const { plan } = context;
  const { healthCheck } = backend;
  if (healthCheck === undefined) return undefined;
  // A name that leads nowhere is a fault of the Service, and no endpoint is checked at all: see target-port-undeclared.
  if (ignored.because.why === 'undeclared' && leadsNowhere(backend)) return undefined;
  const { check, probes } = healthCheck;
  const { container, because } = ignored;
  const reason = ignoredInWords(because, container.name);
  return {
    message: `Google checks GET ${check.path} on ${checkedPort(backend)} every ${check.intervalSec} s, not the readiness probe of "${container.name}": ${reason}.`,
    // What Google asks is the probe of another workload, made for the same port.
    ...(probes.adopted === undefined
      ? { note: `Behind ${ingressInWords(plan, 'a GKE Ingress')} only the status 200 passes.` }
      : { note: `The check is made from the probe of ${nameOf(probes.adopted.workload)}.`, severity: 'info' }),
    fix: askAsProbe(ignored, backend, context),
    identity: container.name,
  };
}

/** Whether no container of any workload gives the name of the targetPort to a port. */
const leadsNowhere: (backend: BackendPlan) => boolean = readOnce(({ servicePort, service, workloads }) => {
  const target = servicePort?.targetPort;
  if (typeof target !== 'string' || service === undefined) return false;
  return pickedBy(service, workloads).every((workload) => numberIn(workload, target) === undefined);
});

function checkedPort({ healthCheck, servicePort, group }: BackendPlan): string {
  const port = healthCheck?.check.port ?? null;
  if (port !== null) return `port ${port}`;
  if (group === 'instanceGroup') return 'the node port';
  return `port ${portInWords(servicePort?.targetPort ?? 0)}`;
}
