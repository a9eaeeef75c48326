// `explain` over all Ingresses of a cluster in which cases were run. Where the controllers have built an Ingress, nothing that
// the plan does not name may be said; where they fail, the plan has to name why, as far as a manifest can tell.
import { stageIn } from '../../src/seen/controller-words.ts';
import type { Batch } from './case.ts';
import type { ControllerCluster, StoredEvent, Written } from './cluster.ts';
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
    const isSilent = isSilenced(
      written.events.filter(
        ({ involvedObject: of }) => of.kind === 'Ingress' && of.namespace === namespace && of.name === name,
      ),
    );
    return seen.differences
      .filter((difference) => !isRight(difference, error, hasCause) && !(isSilent && isComplaint(difference)))
      .map(({ id, message }) => `${one?.name}, Ingress ${name} (${error || 'no error'}): ${id} ${message}`);
  });
}

function isRight({ id, message, predicted }: Difference, error: string, hasCause: boolean): boolean {
  if (predicted) return true;
  if (id === 'event-not-predicted') return UNTELLABLE.test(message);
  // What the failed sync has not made.
  return error !== '' && hasCause;
}

function isComplaint({ id }: Difference): boolean {
  return id === 'event-not-predicted';
}

/** Of one source about one object, before it may write one in five minutes (client-go tools/record/events_cache.go). */
const EVENTS_AT_ONCE = 25;

/**
 * Whether the controller has had no Event left when its sync succeeded, so that its first complaints are the last that
 * anybody reads. Here each resynchronization, every few seconds, takes one ("Scheduled for sync"), which on a busy machine are all
 * before an Ingress is built; on GKE there is one in ten minutes.
 */
function isSilenced(events: readonly Pick<StoredEvent, 'type' | 'message' | 'count'>[]): boolean {
  const written = events.reduce((total, { count }) => total + count, 0);
  return (
    written >= EVENTS_AT_ONCE &&
    !events.some(({ type, message }) => type === 'Normal' && stageIn(message) !== undefined)
  );
}
