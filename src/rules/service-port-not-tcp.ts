import type { Wording } from '../judge/finding.ts';
import { advise, inWords, type Remedy, set, together } from '../judge/fix.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { Service, ServicePort } from '../kubernetes/objects.ts';
import type { FaultOf } from '../plan/fault.ts';
import { readOnce } from '../plan/lazy.ts';
import type { Planner } from '../plan/plan.ts';

export const servicePortNotTcp = defineRule({
  id: 'service-port-not-tcp',
  judges: ['Service'],
  severity: 'warning',
  summary: 'A GKE Ingress names a Service port whose protocol is not TCP.',
  why: 'The controller does not look at the protocol, and a number takes the first port that has it, UDP or not. Google speaks HTTP over TCP to it in any case, and gets no answer.',
  fix: 'Name the TCP port of the Service in the Ingress, by its name.',
  covers: ['C49'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  words: { C49: wordNotTcp },
});

function wordNotTcp(fault: FaultOf<'C49'>, context: WordingContext): Wording | undefined {
  const { backend, service } = fault;
  const { servicePort } = backend;
  if (servicePort === undefined) return undefined;
  const tcp = tcpPorts(service).get(servicePort.port);
  return {
    message: `port ${servicePort.port} of the Service is ${servicePort.protocol}, and an HTTP load balancer speaks TCP to it.`,
    identity: `${servicePort.port}/${servicePort.protocol}`,
    fix: remedies(fault, tcp, context),
    ...(tcp !== undefined && isSameForTcp(fault, tcp) ? SAME_FOR_TCP : {}),
  };
}

const SAME_FOR_TCP = {
  note: 'Behind NEGs it works as long as the TCP port of that number has the same targetPort.',
  isCertain: false,
  severity: 'info',
} as const satisfies Partial<Wording>;

/** By number, the first of each. */
const tcpPorts: (service: Service) => ReadonlyMap<number, ServicePort> = readOnce(
  ({ ports }) =>
    new Map(
      ports
        .filter(({ protocol }) => protocol === 'TCP')
        .toReversed()
        .map((port) => [port.port, port]),
    ),
);

/** A NEG holds addresses and target ports, whatever the protocol of the port that they come from. */
function isSameForTcp({ backend: { group, servicePort } }: FaultOf<'C49'>, tcp: ServicePort): boolean {
  return group === 'neg' && tcp.targetPort === servicePort?.targetPort;
}

function remedies(
  { backend, service, path }: FaultOf<'C49'>,
  tcp: ServicePort | undefined,
  { plan, planner }: WordingContext,
): readonly Remedy[] {
  if (tcp === undefined) return [set(service, path, 'TCP', 'if the app serves HTTP there')];
  const { name } = tcp;
  const isNameable = name !== '' && name !== backend.port.name;
  // Of several Ingresses the edits of one alone would not end it.
  if (plan === undefined || !isNameable || usesOf(planner)(service) > 1) {
    return [advise('name the TCP port of the Service in the Ingress, by its name')];
  }
  const { ingress } = plan;
  const edits = backend.namedAt.map((at) => set(ingress, [...at, 'service', 'port'], { name }));
  return [inWords(`name port "${name}" in Ingress "${ingress.metadata.name}"`, together(...edits))];
}

/** How many judged Ingresses name the Service. */
const usesOf = readOnce((planner: Planner) =>
  readOnce(({ metadata }: Service) => {
    const ingresses = planner.snapshot.ingressesOf(metadata);
    return ingresses.filter((ingress) => planner.planOf(ingress).served.concern !== 'none').length;
  }),
);
