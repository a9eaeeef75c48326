import type { Container, PreStop, Workload } from '../kubernetes/objects.ts';
import type { BackendUse } from '../plan/plan.ts';
import { defineRule, type RuleFinding } from './rule.ts';
import { containerPath, servingContainer } from './serving-containers.ts';

/** What Google's page on container-native load balancing gives Pods to end their connections. */
const LONG_GRACE_SEC = 60;

export const negRolloutUnprotected = defineRule({
  id: 'neg-rollout-unprotected',
  judges: 'Workload',
  severity: 'info',
  summary: 'Pods behind a NEG stop before Google has stopped sending them requests.',
  why: 'A Pod that ends and its endpoint leave at the same time, and taking it out of the NEG takes Google some seconds more: until then requests meet a closed port, and users see 502 at every rollout. The readiness gate does not help with that, and it opens after 10 minutes whatever the health check says.',
  fix: 'Add lifecycle.preStop with a sleep (such as 30 s), and a terminationGracePeriodSeconds above it.',
  covers: ['R12', 'R15'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing',
    'https://github.com/kubernetes/ingress-gce/issues/769',
  ],
  check: ({ workload, uses }) => {
    // A bare Pod is never rolled out.
    if (workload.kind === 'Pod') return [];
    const use = uses.find(({ backend }) => backend.group === 'neg' && !backend.isNegForced);
    const container = servingContainer(workload, use?.backend.servicePort?.targetPort);
    if (use === undefined || container === undefined) return [];
    const found = findUnprotected(workload, container, use);
    return found === undefined ? [] : [found];
  },
});

function findUnprotected(workload: Workload, container: Container, { plan }: BackendUse): RuleFinding | undefined {
  const { preStop } = container;
  const graceSec = workload.terminationGracePeriodSeconds;
  const path = containerPath(workload, container);
  const common = { isCertain: false, subject: container.name } as const;
  if (preStop === undefined) {
    if (graceSec >= LONG_GRACE_SEC) return undefined;
    return {
      ...common,
      path,
      message: `without lifecycle.preStop "${container.name}" may stop while Ingress "${plan.ingress.metadata.name}" still sends it requests: 502 at each rollout.`,
      note: '(Unless the app goes on serving for a while after SIGTERM.)',
      fix: 'Add lifecycle.preStop: { sleep: { seconds: 20 } }',
    };
  }
  const sleepSec = secondsOf(preStop);
  if (sleepSec === undefined || sleepSec < graceSec) return undefined;
  return {
    ...common,
    path: [...path, 'lifecycle', 'preStop'],
    message: `preStop sleeps ${sleepSec} s, and the Pod is killed ${graceSec} s after its end began: requests that are under way are cut.`,
    fix: `Set terminationGracePeriodSeconds above ${sleepSec}.`,
  };
}

/** `sleep 30`, bare or in a shell; undefined where it is something else that takes who knows how long. */
function secondsOf({ sleepSeconds, command }: PreStop): number | undefined {
  if (sleepSeconds !== undefined) return sleepSeconds;
  const found = /(?:^|[\s;/&])sleep (\d+)s?(?:\s*$|[\s;&])/.exec(command.join(' '));
  return found === null ? undefined : Number(found[1]);
}
