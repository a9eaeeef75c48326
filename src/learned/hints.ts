// Of an image that was seen with other settings: no warning, for a flag may make all the difference (argocd-server --insecure), but
// worth a line to whoever looks at the plan.
import type { AppAnswer, AppCatalogue } from '../plan/app.ts';
import { dayOf, hasSettings, isOf, type LearnedInput, learnedOfImage } from './learned-apps.ts';

/** Answers of the same image that do not count, each with where it ran for a name: another namespace is not named. */
export function otherSettings(input: LearnedInput): AppCatalogue {
  return {
    healthyRequestsOf: () => [],
    answerOf: (workload, container, request, snapshot) => {
      const all = learnedOfImage(container, snapshot, input).filter((one) => isOf(one, request));
      if (all.length === 0) return undefined;
      if (all.some(hasSettings(workload, container, snapshot))) return undefined;
      const other = all.find((one) => one.namespace === workload.metadata.namespace) ?? all[0];
      if (other === undefined) return undefined;
      const { status, scheme, source, at, namespace, protocol } = other;
      const isHere = namespace === workload.metadata.namespace;
      return {
        app: '',
        name: isHere ? `in namespace "${namespace}"` : 'elsewhere in this cluster',
        status,
        redirectsToHttps: scheme === 'https' && protocol === 'HTTP',
        fix: '',
        source,
        seenOn: dayOf(at),
        unless: 'its settings make it another',
      } satisfies AppAnswer;
    },
  };
}
