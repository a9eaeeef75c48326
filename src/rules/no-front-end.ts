import { ALLOW_HTTP, MANAGED_CERTIFICATES, PRE_SHARED_CERT } from '../plan/annotation-keys.ts';
import { defineRule } from './rule.ts';

export const noFrontEnd = defineRule({
  id: 'no-front-end',
  judges: 'Ingress',
  severity: 'error',
  summary: 'The Ingress turns HTTP off and has no certificate, so the load balancer has no front end at all.',
  why: 'The controller refuses to sync such an Ingress. With managed certificates alone the sync fails only until they are issued, for to the controller they do not count before: then it is an info.',
  fix: 'Add a certificate, or leave HTTP on.',
  covers: ['C20', 'R10'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-xlb'],
  check: ({ ingress, plan }) => {
    const { http, https, tls } = plan.frontEnd;
    // Where spec.tls is there but useless, the sync fails for that first.
    if (!plan.class.isClaimed || http || https || ingress.tls.length > 0) return [];
    const path = ['metadata', 'annotations', ALLOW_HTTP];
    // On a regional class they never come to count: see managed-certificate-problem.
    if (tls.managedCertificates.length > 0 && !plan.class.isRegional) {
      return [
        {
          path,
          message: `HTTP is off and ${MANAGED_CERTIFICATES} counts only once issued: the sync fails until then, and ends well by itself.`,
          fix: `Wait, or leave ${ALLOW_HTTP} out until then.`,
          isCertain: false,
          severity: 'info',
        },
      ];
    }
    if (tls.isConfigured) {
      return [
        {
          path: ['metadata', 'annotations', PRE_SHARED_CERT],
          message: `HTTP is off and ${PRE_SHARED_CERT} names no certificate, so there is no front end at all.`,
          fix: `Name a certificate there, or remove ${ALLOW_HTTP}.`,
          isCertain: false,
        },
      ];
    }
    return [
      {
        path,
        message: 'HTTP is off and there is no certificate, so there is no front end at all: the sync fails.',
        fix: `Add spec.tls or ${PRE_SHARED_CERT}, or remove ${ALLOW_HTTP}.`,
      },
    ];
  },
});
