import type { Wording } from '../judge/finding.ts';
import { advise, removeAnnotation, setAnnotation } from '../judge/fix.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import { ALLOW_HTTP, PRE_SHARED_CERT, REGIONAL_STATIC_IP } from '../plan/annotation-keys.ts';
import type { FaultOf } from '../plan/fault.ts';

export const internalIngressNeedsIp = defineRule({
  id: 'internal-ingress-needs-ip',
  judges: ['Ingress'],
  severity: 'error',
  summary: 'An internal Ingress serves HTTP and HTTPS, and names no address that both can share.',
  why: 'Two internal forwarding rules share an address only if it is reserved for that. Without one the controller builds neither, and says so in the event WillNotConfigureFrontend.',
  fix: 'Turn HTTP off, or name an address that is reserved with --purpose=SHARED_LOADBALANCER_VIP.',
  covers: ['C21', 'R16'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/internal-load-balance-ingress'],
  words: { C21: wordAddress },
});

function wordAddress(_: FaultOf<'C21'>, { plan }: WordingContext): Wording {
  const common = {
    message: 'HTTP and HTTPS have no address to share, so the sync of this internal Ingress fails.',
    note: `The annotation that names it is ${REGIONAL_STATIC_IP}.`,
    // The path follows the annotations, but it stays the same problem.
    identity: 'shared-address',
  };
  if (plan === undefined) return common;
  const { ingress, frontEnd } = plan;
  const name = advise('name one made with --purpose=SHARED_LOADBALANCER_VIP');
  // TLS that is asked for without any certificate: there is nothing beside HTTP that could take its place.
  const alone = frontEnd.https
    ? setAnnotation(ingress, ALLOW_HTTP, 'false')
    : removeAnnotation(ingress, PRE_SHARED_CERT, 'it names no certificate');
  return { ...common, fix: [alone, name] };
}
