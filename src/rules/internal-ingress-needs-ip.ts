import { REGIONAL_STATIC_IP } from '../plan/annotation-keys.ts';
import { frontEndFindings } from './front-end-findings.ts';
import { defineRule } from './rule.ts';

export const internalIngressNeedsIp = defineRule({
  id: 'internal-ingress-needs-ip',
  judges: 'Ingress',
  severity: 'error',
  summary: 'An internal Ingress serves HTTP and HTTPS, and names no address that both can share.',
  why: 'Two internal forwarding rules share an address only if it is reserved for that. Without one the controller builds neither, and says so in the event WillNotConfigureFrontend.',
  fix: 'Turn HTTP off, or name an address that is reserved with --purpose=SHARED_LOADBALANCER_VIP.',
  covers: ['C21', 'R16'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/internal-load-balance-ingress'],
  check: (context) =>
    frontEndFindings(context, ['C21']).map((found) => ({
      ...found,
      note: `The annotation that names it is ${REGIONAL_STATIC_IP}.`,
      subject: 'shared-address',
    })),
});
