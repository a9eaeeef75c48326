import type { RuleFinding } from '../judge/finding.ts';
import { type BackendContext, defineRule } from '../judge/rule.ts';

export const externalNameBackend = defineRule({
  id: 'external-name-backend',
  judges: ['Service'],
  severity: 'error',
  summary: 'A Service of type ExternalName is behind a GKE Ingress.',
  why: 'It has no Pods and no node port, so there is nothing that Google could reach: without NEGs the whole Ingress fails to translate, with them the NEG stays empty.',
  fix: 'Put Pods that forward to the external host behind a Service with a selector, and name that one.',
  noEdits: 'Another Service, and the Pods behind it, have to be made.',
  covers: ['C6'],
  references: ['https://kubernetes.io/docs/concepts/services-networking/service/#externalname'],
  check: { Backend: findExternalName },
});

function findExternalName({ service, backend, plan }: BackendContext): readonly RuleFinding[] {
  if (plan === undefined || service.type !== 'ExternalName') return [];
  const { name } = plan.ingress.metadata;
  const isFailing = backend.error !== undefined;
  return [
    {
      path: ['spec', 'type'],
      message: isFailing
        ? `it is of type ExternalName, which is no backend: the whole of Ingress "${name}" fails to translate.`
        : `it is of type ExternalName, so it has no endpoints: Ingress "${name}" answers 502 for it.`,
      isCertain: isFailing,
    },
  ];
}
