import type { BackendUse } from '../plan/plan.ts';
import { findingsOf, problemsOf } from './plan-findings.ts';
import { defineRule } from './rule.ts';

export const servicePortNotTcp = defineRule({
  id: 'service-port-not-tcp',
  judges: 'Service',
  severity: 'warning',
  summary: 'A GKE Ingress names a Service port whose protocol is not TCP.',
  why: 'The controller does not look at the protocol, and a number takes the first port that has it, UDP or not. Google speaks HTTP over TCP to it in any case, and gets no answer.',
  fix: 'Name the TCP port of the Service in the Ingress, by its name.',
  covers: ['C49'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  check: ({ service, uses }) => {
    const problems = problemsOf(uses);
    const isHarmless = uses.every(isSameForTcp);
    return findingsOf(problems, service, ['C49']).map((found) =>
      isHarmless ? { ...found, note: SAME_FOR_TCP, isCertain: false, severity: 'info' } : found,
    );
  },
});

const SAME_FOR_TCP = 'Behind NEGs it works as long as the TCP port of that number has the same targetPort.';

/** A NEG holds addresses and target ports, whatever the protocol of the port that they come from. */
function isSameForTcp({ backend: { group, service, servicePort } }: BackendUse): boolean {
  if (service === undefined || servicePort === undefined || group !== 'neg') return false;
  const { port, targetPort } = servicePort;
  return service.ports.some(
    (other) => other.protocol === 'TCP' && other.port === port && other.targetPort === targetPort,
  );
}
