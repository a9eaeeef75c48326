import { remediesOfApp } from '../judge/app-remedies.ts';
import type { RuleFinding } from '../judge/finding.ts';
import {
  appInWords,
  fieldPathOf,
  findAlone,
  findBehindIngress,
  type HealthCheckApp,
  whereInWords,
} from '../judge/health-check-app.ts';
import { noteOf } from '../judge/kubelet-view.ts';
import { type BackendContext, defineRule } from '../judge/rule.ts';
import type { AppAnswer } from '../plan/app.ts';

export const probeRedirectsToHttps = defineRule({
  id: 'probe-redirects-to-https',
  judges: ['Workload'],
  severity: 'warning',
  summary: "Google's health check reaches an app that answers plain HTTP with a redirect to HTTPS.",
  why: 'Google follows no redirect and takes only 200, so the backend is UNHEALTHY and the load balancer answers 502. What Kubernetes shows depends on where the redirect leads. The kubelet follows one to the same host, that is to the address that it asked: where that port speaks TLS as well (Argo CD) the Pod is Ready; where nothing speaks TLS it is never Ready. One to another host is a Warning to the kubelet, and a success: Ready, as with a Host header or X-Forwarded-Proto in the probe, or with a tcp, exec or gRPC probe, which ask for no page.',
  fix: 'Let the app answer plain HTTP with 200 on the health check path; the load balancer ends TLS.',
  covers: ['C47', 'R8'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks',
    'https://github.com/kubernetes/ingress-gce/issues/1768',
  ],
  holdsWithoutAddOn: true,
  check: {
    Backend: (context) => findBehindIngress(context, isRedirect).map((app) => toFinding(app, context)),
    Workload: (context) => {
      const app = findAlone(context, isRedirect);
      return app === undefined ? [] : [toFinding(app, undefined)];
    },
  },
});

const isRedirect = ({ redirectsToHttps }: AppAnswer): boolean => redirectsToHttps;

function toFinding(app: HealthCheckApp, context: BackendContext | undefined): RuleFinding {
  const { workload, container, answer, path, isSettled } = app;
  return {
    owner: workload,
    path: fieldPathOf(app),
    message: `${whereInWords({ plan: context?.plan })} Google's check GET ${path} gets ${answer.status === 0 ? 'a redirect' : answer.status} from ${appInWords(answer)}, not 200: UNHEALTHY.`,
    ...noteOf(app),
    answeredBy: answer.source ?? 'catalogue',
    fix: remediesOfApp(app, context),
    isCertain: answer.unless === undefined && isSettled,
    identity: container.name,
  };
}
