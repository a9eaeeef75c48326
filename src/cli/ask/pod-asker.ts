// Asks the Pods behind a plan, with the rights of whoever runs the command; and what judging gets to know of it.
import type { AskedReport, AskedTarget, UnaskedBackend } from '../../asked/asked.ts';
import type { FixOf } from '../../asked/asked-apps.ts';
import { type RunningPod, type Target, targetOf } from '../../asked/targets.ts';
import { AppError } from '../../errors.ts';
import { isEmpty } from '../../kubernetes/read.ts';
import type { BackendPlan } from '../../plan/backend-plan.ts';
import type { IngressPlan } from '../../plan/plan.ts';
import { healthCheckNotOk } from '../../rules/health-check-not-ok.ts';
import { probeRedirectsToHttps } from '../../rules/probe-redirects-to-https.ts';
import { shellCommand } from '../../shell-quote.ts';
import type { LiveOptions } from '../cluster/cluster-reader.ts';
import { type Io, today } from '../io.ts';

/** Of an app that nobody knows, in the words of the rule that speaks of it. */
export const FIX_OF_RULE: FixOf = ({ redirectsToHttps }) =>
  redirectsToHttps ? probeRedirectsToHttps.fix : healthCheckNotOk.fix;

/** What of a plan is asked. */
export interface Wanted {
  isBackend(backend: BackendPlan): boolean;
  isPod(pod: RunningPod): boolean;
}

const ALL: Wanted = { isBackend: () => true, isPod: () => true };

export interface PodAsker {
  askPlan(plan: IngressPlan, wanted?: Wanted): Promise<AskedReport>;
  /** @param pods left out: those with the labels of the target */
  askTargets(targets: readonly Target[], pods?: readonly RunningPod[]): Promise<AskedReport>;
  /** @throws AppError option-invalid where there is no such Pod, cluster-unreachable where it may not be read */
  pod(namespace: string, name: string): Promise<RunningPod>;
  close(): void;
}

/** @throws AppError cluster-unreachable where the kubeconfig cannot be used */
export async function createPodAsker(options: LiveOptions, io: Io): Promise<PodAsker> {
  const [{ connect, ApiError }, { Reader }, { askTarget }, { getPod, listPods }] = await Promise.all([
    import('../../cluster/api/connection.ts'),
    import('../../cluster/api/reader.ts'),
    import('../../cluster/asking/ask-targets.ts'),
    import('../../cluster/asking/pods.ts'),
  ]);
  const connection = connect(options);
  const reader = new Reader(connection);
  const allowed = async <T>(verb: string, namespace: string, read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const question = shellCommand(['kubectl', 'auth', 'can-i', verb, 'pods', '-n', namespace]);
      throw new AppError(
        'cluster-unreachable',
        `You may not ${verb} Pods in namespace ${JSON.stringify(namespace)}. Ask for the right: ${question}`,
      );
    }
  };
  const podsOf = async ({ service, workload }: Target): Promise<readonly RunningPod[]> => {
    const labels = service?.selector ?? workload?.podLabels ?? {};
    const namespace = (service ?? workload)?.metadata.namespace ?? '';
    // Without labels it would be every Pod of the namespace; such a Service has its endpoints from somebody else.
    return isEmpty(labels) ? [] : allowed('list', namespace, () => listPods(reader, namespace, labels));
  };
  const ask = async (
    target: Target,
    backend: BackendPlan | undefined,
    pods: readonly RunningPod[],
  ): Promise<AskedTarget> => {
    let begun = 0;
    const asked = await askTarget(connection, { backend, target, pods }, (name) => {
      begun += 1;
      io.progress?.(`asking Pod ${name} (${begun})`);
    });
    io.progress?.('');
    return asked;
  };
  return {
    askPlan: async (plan, wanted = ALL) => {
      const targets: AskedTarget[] = [];
      const unasked: UnaskedBackend[] = [];
      for (const backend of plan.backends.filter(wanted.isBackend)) {
        const target = targetOf(backend);
        if ('why' in target) unasked.push({ backend, why: target.why });
        else targets.push(await ask(target, backend, (await podsOf(target)).filter(wanted.isPod)));
      }
      return { day: today(), targets, unasked };
    },
    askTargets: async (all, pods) => {
      const targets: AskedTarget[] = [];
      for (const target of all) targets.push(await ask(target, undefined, pods ?? (await podsOf(target))));
      return { day: today(), targets, unasked: [] };
    },
    pod: async (namespace, name) => {
      const found = await allowed('get', namespace, () => getPod(reader, namespace, name));
      if (found !== undefined) return found;
      const list = shellCommand(['kubectl', 'get', 'pods', '-n', namespace]);
      throw new AppError(
        'option-invalid',
        `There is no Pod ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)}. See ${list}`,
      );
    },
    close: () => connection.close(),
  };
}
