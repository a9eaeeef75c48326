import { remediesOfApp } from '../judge/app-remedies.ts';
import type { RuleFinding } from '../judge/finding.ts';
import {
  appInWords,
  checkInWords,
  fieldPathOf,
  findAlone,
  findBehindIngress,
  type HealthCheckApp,
  isAlone,
  isAskedOtherwise,
  portsInFront,
  whereInWords,
} from '../judge/health-check-app.ts';
import { noteOf } from '../judge/kubelet-view.ts';
import { type BackendContext, defineRule, type WorkloadContext } from '../judge/rule.ts';
import type { Container } from '../kubernetes/objects.ts';
import type { AppAnswer } from '../plan/app.ts';

export const healthCheckNotOk = defineRule({
  id: 'health-check-not-ok',
  judges: ['Workload'],
  severity: 'warning',
  summary: "Google's health check reaches an app that is known to answer it with another status than 200, or with TLS.",
  why: 'Google takes 200 alone, which nothing can configure. The kubelet takes every status from 200 to 399 and follows redirects on the same host, so behind a 204, a redirect, or a probe that asks something else (tcp, exec, gRPC, HTTPS, another path) Pods are Ready and UNHEALTHY, and the load balancer answers 502. What fails for the kubelet too (400, 403, 404 on the probe itself) never becomes Ready, and Kubernetes shows it.',
  fix: 'Let the check ask a path that answers 200, by the readiness probe or by spec.healthCheck of a BackendConfig.',
  covers: ['C47', 'R1'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks',
    'https://github.com/kubernetes/ingress-gce/issues/1768',
  ],
  holdsWithoutAddOn: true,
  check: {
    Backend: (context) => findBehindIngress(context, isNotOk).map((app) => toFinding(app, context)),
    Workload: (context) => {
      const app = findAlone(context, isNotOk) ?? (isAlone(context) ? findTlsPort(context) : undefined);
      return app === undefined ? [] : [toFinding(app, undefined)];
    },
  },
});

/** A redirect to HTTPS has a rule of its own. */
function isNotOk(answer: AppAnswer): boolean {
  if (answer.redirectsToHttps) return false;
  return answer.speaksTlsOnly === true || (answer.status !== undefined && answer.status !== 200);
}

/**
 * Alone, without a probe that Google would adopt: a port where the app speaks TLS only, if that is the port that a
 * Service would be put in front of.
 */
function findTlsPort(context: WorkloadContext): HealthCheckApp | undefined {
  const { workload, apps, snapshot } = context;
  for (const container of workload.containers) {
    const found = portOfTlsOnly(servedPorts(context, container), (port) =>
      apps.answerOf(workload, container, { port, path: '/' }, snapshot),
    );
    if (found === undefined || isAskedOtherwise(context, container, found.port)) continue;
    return {
      workload,
      container,
      ...found,
      protocol: 'HTTP',
      path: '/',
      source: 'default',
      isAlone: true,
      isSettled: false,
    };
  }
  return undefined;
}

/** The first that speaks TLS only; none where another speaks HTTP, for that is the one to name. */
function portOfTlsOnly(
  ports: readonly number[],
  answerOf: (port: number) => AppAnswer | undefined,
): { readonly port: number; readonly answer: AppAnswer } | undefined {
  let first: { readonly port: number; readonly answer: AppAnswer } | undefined;
  for (const port of ports) {
    const answer = answerOf(port);
    if (answer === undefined) continue;
    if (answer.speaksTlsOnly !== true) return undefined;
    first ??= { port, answer };
  }
  return first;
}

/** Those that Services name, else all that it declares. */
function servedPorts({ services }: WorkloadContext, container: Container): readonly number[] {
  const declared = container.ports.map(({ containerPort }) => containerPort);
  if (services.length === 0) return declared;
  return declared.filter((port) => portsInFront(services, container, port).length > 0);
}

function toFinding(app: HealthCheckApp, context: BackendContext | undefined): RuleFinding {
  const { workload, answer, container } = app;
  const isTls = answer.speaksTlsOnly === true;
  const gets = isTls
    ? `speaks plain HTTP, and ${appInWords(answer)} speaks TLS only on that port`
    : answer.status === 0
      ? `does not get 200 from ${appInWords(answer)}`
      : `gets ${answer.status} from ${appInWords(answer)}, not 200`;
  return {
    owner: workload,
    path: fieldPathOf(app),
    message: `${whereInWords({ plan: context?.plan })} Google's check ${checkInWords(app)} ${gets}: UNHEALTHY.`,
    ...noteOf(app),
    answeredBy: answer.source ?? 'catalogue',
    fix: remediesOfApp(app, context),
    // TLS fails whatever is asked, behind a Service that is there.
    isCertain: answer.unless === undefined && (isTls ? !app.isAlone : app.isSettled),
    identity: container.name,
  };
}
