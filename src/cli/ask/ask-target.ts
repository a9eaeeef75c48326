// Who is meant on the command line of `ask`: an Ingress, what makes Pods, or a Pod.
import { AppError } from '../../errors.ts';
import type { Workload, WorkloadKind } from '../../kubernetes/objects.ts';
import { nearest } from '../../nearest.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

const KINDS: Readonly<Record<string, 'Ingress' | WorkloadKind>> = {
  ingress: 'Ingress',
  ingresses: 'Ingress',
  ing: 'Ingress',
  deployment: 'Deployment',
  deployments: 'Deployment',
  deploy: 'Deployment',
  statefulset: 'StatefulSet',
  statefulsets: 'StatefulSet',
  sts: 'StatefulSet',
  daemonset: 'DaemonSet',
  daemonsets: 'DaemonSet',
  ds: 'DaemonSet',
  pod: 'Pod',
  pods: 'Pod',
  po: 'Pod',
};

export interface AskTarget {
  readonly kind: 'Ingress' | WorkloadKind;
  readonly name: string;
}

/** As kubectl has it: KIND/NAME, its group too; a name alone is a Pod's. @throws AppError option-invalid */
export function parseAskTarget(text: string): AskTarget {
  const slash = text.indexOf('/');
  if (slash < 0) return { kind: 'Pod', name: text };
  const kind = KINDS[text.slice(0, slash).toLowerCase().split('.', 1)[0] ?? ''];
  const name = text.slice(slash + 1);
  if (kind !== undefined && name !== '') return { kind, name };
  const detail = `${JSON.stringify(text)} names nothing that has Pods: give POD, deployment/NAME, statefulset/NAME, daemonset/NAME or ingress/NAME.`;
  throw new AppError('option-invalid', detail);
}

/** @throws AppError option-invalid where it is not there */
export function workloadNamed(
  snapshot: Snapshot,
  { kind, name }: AskTarget,
  namespace: string,
  known: readonly string[],
): Workload {
  const found = kind === 'Ingress' ? undefined : snapshot.get(kind, namespace, name);
  if (found !== undefined) return found;
  throw notThere({ kind, name }, namespace, known);
}

export function notThere({ kind, name }: AskTarget, namespace: string, known: readonly string[]): AppError {
  const guess = nearest(name, known);
  const list = known.length === 0 ? 'There is none' : `There are: ${known.slice(0, 10).join(', ')}`;
  const hint = guess === undefined ? `${list}.` : `Did you mean "${guess}"?`;
  const where = `in namespace ${JSON.stringify(namespace)} (-n names another)`;
  return new AppError('option-invalid', `There is no ${kind} ${JSON.stringify(name)} ${where}. ${hint}`);
}
