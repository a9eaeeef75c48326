// Asks the Pods of each target, a few at a time, through port-forward.
import type { AskedPod, AskedTarget, PassedPod } from '../../asked/asked.ts';
import type { Heard } from '../../asked/heard.ts';
import { type PodQuestions, questionsOf, type RunningPod, type Target } from '../../asked/targets.ts';
import type { ClusterConnection } from '../api/connection.ts';
import { inParallel } from '../api/reader.ts';
import { askAsGoogle, askAsKubelet } from './ask-pod.ts';
import type { Dial } from './dial.ts';

/** Pods of one Deployment answer alike: ten show the one that does not, in most. */
const MAX_ASKED_PODS = 10;

export interface TargetWithPods {
  readonly backend: AskedTarget['backend'];
  readonly target: Target;
  readonly pods: readonly RunningPod[];
}

/** @param onProgress called before each Pod with its name */
export async function askTarget(
  connection: Pick<ClusterConnection, 'forward'>,
  { backend, target, pods }: TargetWithPods,
  onProgress: (pod: string) => void,
): Promise<AskedTarget> {
  const passed: PassedPod[] = [];
  const able: { readonly pod: RunningPod; readonly questions: PodQuestions }[] = [];
  for (const pod of pods) {
    const questions = questionsOf(target, pod);
    if (pod.isLeaving) passed.push({ pod, why: 'leaving' });
    else if (pod.phase !== 'Running') passed.push({ pod, why: 'not-running' });
    else if (pod.address === '') passed.push({ pod, why: 'no-address' });
    else if (questions === undefined) passed.push({ pod, why: 'port-undeclared' });
    else able.push({ pod, questions });
  }
  const asked: (AskedPod & { readonly at: number })[] = [];
  const chosen = able.slice(0, MAX_ASKED_PODS);
  await inParallel([...chosen.entries()], async ([at, { pod, questions }]) => {
    const { name, namespace } = pod.object.metadata;
    onProgress(name);
    const dial: Dial = (port) => connection.forward({ namespace, pod: name, port });
    asked.push({ ...(await askPod(dial, pod, questions)), at });
  });
  const inOrder = asked.toSorted((a, b) => a.at - b.at).map(({ at: _, ...one }) => one);
  return { backend, target, asked: inOrder, passed, leftOut: able.length - chosen.length };
}

/** The way is not tried again once it is seen to be closed. */
async function askPod(dial: Dial, pod: RunningPod, questions: PodQuestions): Promise<AskedPod> {
  const first = await askAsGoogle(dial, questions.google);
  if (isClosed(first)) return { pod, questions, google: [first], kubelet: undefined, instead: undefined };
  const second = await askAsGoogle(dial, questions.google);
  const kubelet = questions.kubelet.asks
    ? await askAsKubelet(dial, pod.address, questions.kubelet.question)
    : undefined;
  const instead = questions.instead === undefined ? undefined : await askAsGoogle(dial, questions.instead);
  return { pod, questions, google: [first, second], kubelet, instead };
}

function isClosed(heard: Heard): boolean {
  return heard.kind === 'silence' && (heard.why === 'forbidden' || heard.why === 'forward');
}
