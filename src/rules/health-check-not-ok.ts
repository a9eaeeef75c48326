import type { Container } from '../kubernetes/objects.ts';
import type { AppAnswer } from '../plan/app.ts';
import { ALONE, type AskedApp, fieldPathOf, findAskedApp, isAlone, isAskedOtherwise, numberOf } from './asked-app.ts';
import { defineRule, type RuleFinding, type WorkloadContext } from './rule.ts';

export const healthCheckNotOk = defineRule({
  id: 'health-check-not-ok',
  judges: 'Workload',
  severity: 'warning',
  summary: "Google's health check reaches an app that is known to answer it with another status than 200, or with TLS.",
  why: 'The kubelet takes every status from 200 to 399; Google takes 200 alone, which nothing can configure: Ready Pods are UNHEALTHY, and the load balancer answers 502.',
  fix: 'Let the check ask a path that answers 200, by the readiness probe or by spec.healthCheck of a BackendConfig.',
  covers: ['C47', 'R1'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks',
    'https://github.com/kubernetes/ingress-gce/issues/1768',
  ],
  check: (context) => {
    const asked = findAskedApp(context, isNotOk) ?? (isAlone(context) ? findTlsPort(context) : undefined);
    return asked === undefined ? [] : [toFinding(context, asked)];
  },
});

/** A redirect to HTTPS has a rule of its own. */
function isNotOk(answer: AppAnswer): boolean {
  if (answer.redirectsToHttps) return false;
  return answer.speaksTlsOnly === true || (answer.status !== undefined && answer.status !== 200);
}

/**
 * On its own, without a probe that Google would adopt: a port where the app speaks TLS only, if that is the port that a
 * Service would be put in front of.
 */
function findTlsPort(context: WorkloadContext): AskedApp | undefined {
  for (const container of context.workload.containers) {
    const ports = servedPorts(context, container);
    const answers = ports.map((port) =>
      context.apps.answerOf(context.workload, container, { port, path: '/' }, context.snapshot),
    );
    const found = answers.findIndex((answer) => answer?.speaksTlsOnly === true);
    const answer = answers[found];
    const port = ports[found];
    // Another port that speaks HTTP is the one to name.
    const hasPlainPort = answers.some((one) => one !== undefined && one.speaksTlsOnly !== true);
    if (answer === undefined || port === undefined || hasPlainPort) continue;
    if (isAskedOtherwise(context, container, port)) continue;
    return { container, answer, path: '/', source: 'default', when: ALONE };
  }
  return undefined;
}

/** Those that Services name, else all that it declares. */
function servedPorts({ services }: WorkloadContext, container: Container): readonly number[] {
  const declared = container.ports.map(({ containerPort }) => containerPort);
  if (services.length === 0) return declared;
  const named = services.flatMap(({ ports }) => ports.map(({ targetPort }) => numberOf(container, targetPort)));
  return declared.filter((port) => named.includes(port));
}

function toFinding({ workload }: WorkloadContext, asked: AskedApp): RuleFinding {
  const { answer, container, path, when } = asked;
  const gets =
    answer.speaksTlsOnly === true
      ? `speaks plain HTTP, and ${answer.name} speaks TLS only on that port`
      : `gets ${answer.status} from ${answer.name}, not 200`;
  return {
    path: fieldPathOf(workload, asked),
    message: `${when} Google's check GET ${path} ${gets}: UNHEALTHY.`,
    ...(answer.unless === undefined ? {} : { note: `(Unless ${answer.unless}.)` }),
    fix: answer.fix,
    // Alone, what has to change for TLS is a Service that is still to come.
    isCertain: answer.unless === undefined && !(when === ALONE && answer.speaksTlsOnly === true),
    subject: container.name,
  };
}
