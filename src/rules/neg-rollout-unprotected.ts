import type { RuleFinding } from '../judge/finding.ts';
import { set, together } from '../judge/fix.ts';
import { type BackendContext, defineRule } from '../judge/rule.ts';
import type { FieldPath } from '../kubernetes/field-path.ts';
import type { PreStop, Workload, WorkloadKind } from '../kubernetes/objects.ts';
import { containerPath, pickedBy, servingContainer } from '../plan/serving-containers.ts';

/** What Google's page on container-native load balancing gives Pods to end their connections. */
const LONG_GRACE_SEC = 60;
/** For Google to take a Pod out of the NEG. */
const SLEEP_SEC = 20;

export const negRolloutUnprotected = defineRule({
  id: 'neg-rollout-unprotected',
  judges: ['Workload'],
  severity: 'info',
  summary: 'Pods behind a NEG stop before Google has stopped sending them requests.',
  why: 'A Pod that ends and its endpoint leave at the same time, and taking it out of the NEG takes Google some seconds more: until then requests meet a closed port, and users see 502 at every rollout. The readiness gate does not help with that, and it opens after 10 minutes whatever the health check says.',
  fix: 'Add lifecycle.preStop with a sleep (such as 30 s), and a terminationGracePeriodSeconds above it.',
  covers: ['R12', 'R15'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing',
    'https://github.com/kubernetes/ingress-gce/issues/769',
  ],
  check: { Backend: findUnprotected },
});

const NEVER_ROLLED_OUT: readonly WorkloadKind[] = ['Pod', 'Job', 'CronJob'];

function findUnprotected({ backend, service, plan }: BackendContext): readonly RuleFinding[] {
  const { group, isNegForced, servicePort, workloads } = backend;
  if (plan === undefined || group !== 'neg' || isNegForced) return [];
  return pickedBy(service, workloads).flatMap((workload) => {
    const container = NEVER_ROLLED_OUT.includes(workload.kind)
      ? undefined
      : servingContainer(workload, servicePort?.targetPort);
    if (container === undefined) return [];
    const { preStop, name } = container;
    const path = containerPath(workload, container);
    const found =
      preStop === undefined
        ? findNoSleep(workload, path, name, plan.ingress.metadata.name)
        : findLongSleep(workload, path, preStop);
    return found === undefined ? [] : [{ ...found, owner: workload, isCertain: false, identity: name }];
  });
}

function findNoSleep(workload: Workload, path: FieldPath, container: string, ingress: string): RuleFinding | undefined {
  const graceSec = workload.terminationGracePeriodSeconds;
  if (graceSec >= LONG_GRACE_SEC) return undefined;
  const sleep = set(workload, [...path, 'lifecycle', 'preStop'], { sleep: { seconds: SLEEP_SEC } });
  return {
    path,
    message: `without lifecycle.preStop "${container}" may stop while Ingress "${ingress}" still sends it requests: 502 at each rollout.`,
    note: '(Unless the app goes on serving for a while after SIGTERM.)',
    fix: [graceSec > SLEEP_SEC ? sleep : together(sleep, set(workload, graceField(workload), LONG_GRACE_SEC))],
  };
}

function findLongSleep(workload: Workload, path: FieldPath, preStop: PreStop): RuleFinding | undefined {
  const graceSec = workload.terminationGracePeriodSeconds;
  const sleepSec = secondsOf(preStop);
  if (sleepSec === undefined || sleepSec < graceSec) return undefined;
  return {
    path: [...path, 'lifecycle', 'preStop'],
    message: `preStop sleeps ${sleepSec} s, and the Pod is killed ${graceSec} s after its end began: requests that are under way are cut.`,
    fix: [set(workload, graceField(workload), sleepSec + 30)],
  };
}

function graceField({ podSpecPath }: Workload): FieldPath {
  return [...podSpecPath, 'terminationGracePeriodSeconds'];
}

/** `sleep 30`, bare or in a shell; undefined where it is something else that takes who knows how long. */
function secondsOf({ sleepSeconds, command }: PreStop): number | undefined {
  if (sleepSeconds !== undefined) return sleepSeconds;
  const found = /(?:^|[\s;/&])sleep (\d{1,9})s?(?:$|[\s;&])/.exec(command.join(' '));
  return found === null ? undefined : Number(found[1]);
}
