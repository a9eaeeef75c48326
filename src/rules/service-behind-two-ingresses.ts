import type { RuleFinding } from '../judge/finding.ts';
import { defineRule, type ServiceContext } from '../judge/rule.ts';
import type { ServicePort } from '../kubernetes/objects.ts';
import type { Concern } from '../plan/served.ts';

export const serviceBehindTwoIngresses = defineRule({
  id: 'service-behind-two-ingresses',
  judges: ['Service'],
  severity: 'info',
  summary: 'One port of a Service is behind two Ingresses.',
  why: 'What a BackendConfig sets belongs to the Service port: IAP, Cloud CDN, Cloud Armor, timeouts and the health check are the same behind each Ingress, though one is often meant to be closed and the other open.',
  fix: 'Where they are meant to differ, make another Service over the same Pods for each Ingress.',
  noEdits: 'It may be meant; otherwise a Service has to be made, and an Ingress changed to name it.',
  covers: [],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration'],
  check: { Service: findShared },
});

/** More names would drown the sentence. */
const MAX_NAMES = 4;

function findShared({ service, backends }: ServiceContext): readonly RuleFinding[] {
  const behind = new Map<ServicePort, Map<string, Concern>>();
  for (const { plan, backend } of backends) {
    if (backend.servicePort === undefined) continue;
    const names = behind.get(backend.servicePort) ?? new Map<string, Concern>();
    behind.set(backend.servicePort, names.set(plan.ingress.metadata.name, plan.served.concern));
  }
  return service.ports.flatMap((port, index) => {
    const concerns = behind.get(port) ?? new Map<string, Concern>();
    if (concerns.size < 2) return [];
    const names = [...concerns.keys()].toSorted().map((name) => `"${name}"`);
    const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
    const certain = [...concerns.values()].filter((concern) => concern === 'certain');
    return [
      {
        path: ['spec', 'ports', index],
        message: `port ${port.port} is behind Ingresses ${names.slice(0, MAX_NAMES).join(', ')}${more}: IAP, CDN, Cloud Armor and health check are the same for all.`,
        isCertain: certain.length > 1,
        identity: `${port.port} ${port.name}`,
      },
    ];
  });
}
