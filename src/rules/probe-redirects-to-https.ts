import { fieldPathOf, findAskedApp } from './asked-app.ts';
import { defineRule } from './rule.ts';

export const probeRedirectsToHttps = defineRule({
  id: 'probe-redirects-to-https',
  judges: 'Workload',
  severity: 'warning',
  summary: "Google's health check reaches an app that answers plain HTTP with a redirect to HTTPS.",
  why: 'The kubelet follows the redirect and calls the Pod Ready; Google follows none and takes only 200, so the backend is UNHEALTHY and the load balancer answers 502.',
  fix: 'Let the app answer plain HTTP with 200 on the health check path; the load balancer ends TLS.',
  covers: ['C47', 'R8'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks',
    'https://github.com/kubernetes/ingress-gce/issues/1768',
  ],
  check: (context) => {
    const asked = findAskedApp(context, ({ redirectsToHttps }) => redirectsToHttps);
    if (asked === undefined) return [];
    const { container, answer, path, when } = asked;
    return [
      {
        path: fieldPathOf(context.workload, asked),
        message: `${when} Google's check GET ${path} gets ${answer.status} from ${answer.name}, not 200: UNHEALTHY.`,
        ...(answer.unless === undefined ? {} : { note: `(Unless ${answer.unless}.)` }),
        fix: answer.fix,
        isCertain: answer.unless === undefined,
        subject: container.name,
      },
    ];
  },
});
