import type { RuleFinding } from '../judge/finding.ts';
import { advise } from '../judge/fix.ts';
import { protectionsOf } from '../judge/protection.ts';
import { defineRule, type IngressContext } from '../judge/rule.ts';

export const defaultBackendUnprotected = defineRule({
  id: 'default-backend-unprotected',
  judges: ['Ingress'],
  severity: 'info',
  summary:
    "All backends of the Ingress have IAP or Cloud Armor, and the system's default backend beside them has none.",
  why: "An Ingress without spec.defaultBackend sends what no path matches to the system's default backend, which has no BackendConfig. It only answers 404, but anybody gets to it, and logs and scanners see an open backend.",
  fix: 'Set spec.defaultBackend to a Service whose BackendConfig protects it too.',
  noEdits: 'Which Service is to answer what no path matches only the author knows.',
  covers: [],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#default_backend'],
  check: { Ingress: find },
});

function find({ plan }: IngressContext): readonly RuleFinding[] {
  if (!plan.defaultBackend?.isSystemDefault) return [];
  const own = plan.backends.filter(({ isSystemDefault }) => !isSystemDefault);
  const protections = own.map(protectionsOf);
  if (own.length === 0 || protections.some((one) => one.length === 0)) return [];
  // What has a path for everything and every host leaves nothing to the default.
  const catchesAll = plan.urlMap.hostRules.some(
    ({ host, paths }) => host === '*' && paths.some(({ path }) => path === '/*'),
  );
  if (catchesAll) return [];
  const what = [...new Set(protections.flat())].toSorted().join(' or ');
  return [
    {
      path: ['spec'],
      message: `its backends have ${what}; what no path matches goes to the system's default backend, which has neither.`,
      identity: 'default',
      fix: [advise('set spec.defaultBackend to a Service that has the same BackendConfig')],
    },
  ];
}
