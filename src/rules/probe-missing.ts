import type { RuleFinding } from '../judge/finding.ts';
import { advise } from '../judge/fix.ts';
import { portInWords } from '../judge/plan-words.ts';
import { type BackendContext, defineRule } from '../judge/rule.ts';
import type { Workload } from '../kubernetes/objects.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import { readOnce } from '../plan/lazy.ts';
import {
  containerPath,
  containersDeclaring,
  declaresPort,
  numberOf,
  pickedBy,
  servingContainer,
} from '../plan/serving-containers.ts';

export const probeMissing = defineRule({
  id: 'probe-missing',
  judges: ['Workload'],
  severity: 'info',
  summary: 'A workload behind a GKE Ingress has no readiness probe, and no BackendConfig says what to check.',
  why: 'Google then checks GET / on the serving port and takes only 200: an app that answers / with a login page behind a redirect, or with 404, is UNHEALTHY. A probe that is added once the check has been made changes nothing.',
  fix: "Add an httpGet readiness probe on the Service's targetPort, or set spec.healthCheck in a BackendConfig.",
  noEdits: 'Only who knows the app knows a path that it answers with 200.',
  covers: ['C46', 'R1'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks'],
  check: { Backend: findMissing },
});

function findMissing(context: BackendContext): readonly RuleFinding[] {
  const { plan, backend, service } = context;
  if (plan === undefined || !isUnguided(backend)) return [];
  return pickedBy(service, backend.workloads)
    .filter((workload) => !isProbed(workload))
    .filter((workload) => !isAnswerKnown(workload, context))
    .map((workload) => toFinding(workload, backend, plan.ingress.metadata.name));
}

const isProbed = readOnce(({ containers }: Workload) =>
  containers.some(({ readinessProbe }) => readinessProbe !== undefined),
);

function isUnguided({ healthCheck, backendConfig }: BackendPlan): boolean {
  if (healthCheck === undefined || !healthCheck.isCertain || healthCheck.probes.adopted !== undefined) return false;
  const configured = backendConfig.state === 'found' ? backendConfig.object.healthCheck : undefined;
  return healthCheck.check.source !== 'transparent' && configured?.requestPath === undefined;
}

/** An app of the catalogue: what it answers there is known, and health-check-not-ok says so if it is not 200. */
function isAnswerKnown(workload: Workload, { backend, apps, snapshot }: BackendContext): boolean {
  const target = backend.servicePort?.targetPort;
  const path = backend.healthCheck?.check.path ?? '/';
  // Of several containers only one that declares the port can be asked.
  const asked = workload.containers.length === 1 ? workload.containers : containersDeclaring(workload, target);
  return asked.some((container) => {
    const port = target === undefined ? undefined : numberOf(container, target);
    return apps.answerOf(workload, container, { port, path }, snapshot) !== undefined;
  });
}

function toFinding(workload: Workload, { healthCheck, servicePort, group }: BackendPlan, ingress: string): RuleFinding {
  const target = servicePort?.targetPort ?? 0;
  const container = servingContainer(workload, target);
  const isDeclared = container !== undefined && declaresPort(container, target);
  const where = group === 'neg' ? `port ${portInWords(target)}` : 'the node port';
  const add = isDeclared ? 'Add' : `Declare port ${portInWords(target)} in the container and add`;
  return {
    owner: workload,
    path: container === undefined ? workload.podSpecPath : containerPath(workload, container),
    message: `without a readiness probe Google checks GET ${healthCheck?.check.path} on ${where} every ${healthCheck?.check.intervalSec} s, and only 200 passes.`,
    note: `It is behind Ingress "${ingress}".`,
    fix: [advise(`${add} a readiness probe there (httpGet)`), advise('set spec.healthCheck in a BackendConfig')],
    isCertain: false,
    ...(container === undefined ? {} : { identity: container.name }),
  };
}
