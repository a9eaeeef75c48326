// `explain` over all Ingresses of a cluster in which cases were run. Where the controllers have built an Ingress, nothing that
// the plan does not name may be said; where they fail, the plan has to name why, as far as a manifest can tell.
import type { Batch } from './case.ts';
import type { ControllerCluster, Written } from './cluster.ts';
import { type Difference, explainAll } from './live-cli.ts';

/** What only a Secret shows, which is never read; and what Google itself refuses, in words of the fake. */
const UNTELLABLE = /Secrets are never read|googleapi: Error 400/;

/** Rightly said, though no problem of the plan names the cause. */
const RIGHT: readonly (readonly [inCase: string, why: string])[] = [
  [
    'special gce-multi-cluster, IPv6 only',
    'nothing is planned of what another controller makes, and its Events are there',
  ],
  [
    'special --ingress-class=gce-regional-external, the class itself off',
    'the controller asks for regional backends and has made global ones: their health stays unknown',
  ],
];

/** @returns each thing that was said in vain, with the Ingress it was said of */
export async function saidInVain(
  cluster: ControllerCluster,
  batch: Batch,
  written: Written,
): Promise<readonly string[]> {
  const plans = await explainAll(cluster.kubeconfig, batch.flags);
  return plans.flatMap(({ ingress: { namespace, name }, seen, problems }) => {
    const error = written.syncs.ingresses[`${namespace}/${name}`]?.error ?? '';
    const hasCause = problems.some(({ severity }) => severity === 'error');
    const one = batch.cases.find(({ objects }) => objects.some(({ metadata }) => metadata.namespace === namespace));
    if (RIGHT.some(([name]) => one?.name.startsWith(name))) return [];
    return seen.differences
      .filter((difference) => !isRight(difference, error, hasCause))
      .map(({ id, message }) => `${one?.name}, Ingress ${name} (${error || 'no error'}): ${id} ${message}`);
  });
}

function isRight({ id, message, predicted }: Difference, error: string, hasCause: boolean): boolean {
  if (predicted) return true;
  if (id === 'event-not-predicted') return UNTELLABLE.test(message);
  // What the failed sync has not made.
  return error !== '' && hasCause;
}
