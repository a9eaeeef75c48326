import { defineRule } from './rule.ts';

export const serviceBehindTwoIngresses = defineRule({
  id: 'service-behind-two-ingresses',
  judges: 'Service',
  severity: 'info',
  summary: 'One port of a Service is behind two Ingresses.',
  why: 'What a BackendConfig sets belongs to the Service port: IAP, Cloud CDN, Cloud Armor, timeouts and the health check are the same behind each Ingress, though one is often meant to be closed and the other open.',
  fix: 'Where they shall differ, make a Service of its own for each Ingress, over the same Pods.',
  covers: [],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration'],
  check: ({ service, uses }) =>
    service.ports.flatMap((port, index) => {
      const behind = uses.filter(({ backend }) => backend.servicePort === port);
      const names = [...new Set(behind.map(({ plan }) => plan.ingress.metadata.name))].toSorted();
      if (names.length < 2) return [];
      return [
        {
          path: ['spec', 'ports', index],
          message: `port ${port.port} is behind Ingresses ${names.map((name) => `"${name}"`).join(', ')}: IAP, CDN, Cloud Armor and health check are the same for all.`,
        },
      ];
    }),
});
