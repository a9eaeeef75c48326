// Which backends of the plans are worth asking, and which of them were asked lately.
import { type Target, targetOf } from '../asked/targets.ts';
import type { Ingress, KubernetesObject, Workload } from '../kubernetes/objects.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { IngressPlan } from '../plan/plan.ts';
import { containersDeclaring, numberOf } from '../plan/serving-containers.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Learned } from './learned.ts';
import { isOptedOut } from './may-ask.ts';
import { settingsOf } from './settings.ts';

export interface WorthAsking {
  readonly backend: BackendPlan;
  readonly target: Target;
}

/** Those whose check for a page goes to Pods, and whose owners have not said no. Only what GKE serves for certain is asked. */
export function worthAsking(
  plan: IngressPlan,
  snapshot: Snapshot,
  isExcluded: (namespace: string) => boolean,
): readonly WorthAsking[] {
  const { ingress, served } = plan;
  const { namespace } = ingress.metadata;
  if (!served.served || served.concern !== 'certain' || ingress.metadata.isBeingDeleted || isExcluded(namespace))
    return [];
  if (isOptedOut([ingress, snapshot.get('Namespace', '', namespace)])) return [];
  return plan.backends.flatMap((backend) => {
    const target = targetOf(backend);
    if ('why' in target || target.workloads.length === 0) return [];
    const named: readonly (KubernetesObject | undefined)[] = [target.service, ...target.workloads];
    return isOptedOut(named) ? [] : [{ backend, target }];
  });
}

/** The same for every Ingress that leads there. */
export function subjectOf({ target: { service, protocol, port, path, host } }: WorthAsking): string {
  const { namespace = '', name = '' } = service?.metadata ?? {};
  return JSON.stringify([namespace, name, protocol, port, path, host]);
}

/** Whether each of its workloads was learned of, as it is now, since then. */
export function isAskedSince(
  { target }: WorthAsking,
  learned: readonly Learned[],
  snapshot: Snapshot,
  since: string,
): boolean {
  return target.workloads.every((workload) => {
    const asked = askedOf(workload, target, snapshot);
    return learned.some(
      (one) =>
        one.at > since &&
        one.namespace === asked?.namespace &&
        one.image === asked.image &&
        one.settings === asked.settings &&
        one.protocol === target.protocol &&
        one.port === asked.port &&
        one.path === target.path &&
        one.host === target.host,
    );
  });
}

function askedOf(
  workload: Workload,
  { port }: Target,
  snapshot: Snapshot,
): Pick<Learned, 'image' | 'settings' | 'port' | 'namespace'> | undefined {
  const container = containersDeclaring(workload, port)[0] ?? workload.containers[0];
  const number = container === undefined ? undefined : numberOf(container, port);
  if (container === undefined || number === undefined) return undefined;
  const { namespace } = workload.metadata;
  const { hash } = settingsOf(container, namespace, snapshot);
  return { image: container.image, settings: hash, port: number, namespace };
}

/** As the view has it now. */
export function ingressNow({ metadata }: Ingress, snapshot: Snapshot): Ingress | undefined {
  return snapshot.get('Ingress', metadata.namespace, metadata.name);
}

/** One of each namespace, and again: whoever has many keeps nobody waiting. */
export function inTurns(ingresses: readonly Ingress[]): readonly Ingress[] {
  const groups = [...Map.groupBy(ingresses, ({ metadata }) => metadata.namespace).values()];
  const turns = Math.max(0, ...groups.map(({ length }) => length));
  return Array.from({ length: turns }, (_, turn) => groups.flatMap((group) => group[turn] ?? [])).flat();
}
