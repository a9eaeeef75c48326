import type { Wording } from '../judge/finding.ts';
import { advise } from '../judge/fix.ts';
import { defineRule } from '../judge/rule.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { FaultOf } from '../plan/fault.ts';
import { quotedPort } from '../plan/service-port.ts';

export const systemDefaultBackendUnusable = defineRule({
  id: 'system-default-backend-unusable',
  judges: ['Ingress'],
  severity: 'error',
  summary: "The Ingress gives no default backend, and the system's cannot be used.",
  why: 'An Ingress without spec.defaultBackend takes the Service that the controller names for that, kube-system/default-http-backend on GKE. Where it is missing or cannot be a backend, the translation of the whole Ingress fails.',
  fix: 'Set spec.defaultBackend in the Ingress, or repair the Service of the system.',
  noEdits: 'Which Service takes what no path matches only the author of the Ingress knows.',
  covers: ['C17'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#default_backend'],
  isAboutCluster: true,
  words: { C17: wordUnusable },
});

function wordUnusable({ backend }: FaultOf<'C17'>): Wording {
  const { namespace, serviceName } = backend;
  return {
    message: "it gives no default backend, and the system's cannot be used: the whole Ingress fails.",
    identity: 'default',
    fix: [advise('set spec.defaultBackend')],
    elsewhere: `Service/${namespace}/${serviceName} ${whyUnusable(backend)}.`,
  };
}

function whyUnusable({ error, port, service }: BackendPlan): string {
  switch (error?.condition) {
    case 'C4':
      return 'does not exist';
    case 'C5':
      return `has no port ${quotedPort(port)}`;
    case 'C6':
      return `is of type ${service?.type ?? 'ClusterIP'} without NEGs`;
    default:
      return `cannot be a backend (${error?.code ?? 'unknown'})`;
  }
}
