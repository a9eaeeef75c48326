// The world that `check` judges in: objects of files as they would be stored, and what is known around them.
import type { Facts } from '../../facts/facts.ts';
import { indexNamespaces, type OtherNamespaces } from '../../judge/elsewhere.ts';
import type { ObjectName } from '../../kubernetes/field-path.ts';
import type { AppCatalogue } from '../../plan/app.ts';
import type { PlanSettings } from '../../plan/plan-input.ts';
import type { Policy } from '../../policy/policy.ts';
import { RULES } from '../../rules/index.ts';
import type { KnownKinds, Snapshot } from '../../snapshot/snapshot.ts';
import type { Corridor } from '../../verdict/corridor.ts';
import { exceptSystemBackend, type FinalInput, isSaid, knownOfFinal } from '../files/final.ts';
import type { Manifests } from '../files/manifests.ts';
import { isRefused, namespaceOf, plansOfFiles, type StoredObject, storeObjects } from '../files/stored-objects.ts';
import { today } from '../io.ts';
import { appsWithLearned } from '../learned-apps.ts';
import type { CheckedCluster } from './check-live.ts';

export interface World {
  readonly stored: readonly StoredObject[];
  readonly corridor: Omit<Corridor, 'snapshot'>;
  readonly plans: PlanSettings;
  readonly known: KnownKinds;
  /** undefined where no cluster is asked. */
  readonly cluster: Snapshot | undefined;
  readonly otherNamespaces: OtherNamespaces;
  readonly final: FinalInput;
  /** Of what is in the input and cannot be looked at. */
  readonly isSaid: (name: ObjectName) => boolean;
}

/** What does not change with the files. */
export interface Surroundings {
  readonly facts: Facts;
  readonly policy: Policy;
  readonly apps: AppCatalogue;
  readonly live: CheckedCluster | undefined;
  readonly mutate: boolean;
  readonly complete: boolean;
  readonly namespace: string | undefined;
}

export function createWorld(
  { failures }: Pick<Manifests, 'failures'>,
  final: FinalInput,
  { facts, policy, apps, live, mutate, complete, namespace }: Surroundings,
): World {
  const storing = { facts, policy, mutates: mutate, ...namespaceOf({ namespace }), ...live };
  const stored = storeObjects(final.manifests, storing);
  const refused = stored.map(({ object }) => object).filter(isRefused);
  const known = knownOfFinal(complete, failures, final, refused, namespace);
  return {
    stored,
    corridor: { rules: RULES, facts, policy, apps: appsWithLearned(apps), today: today() },
    plans: plansOfFiles(stored, storing),
    known: exceptSystemBackend(known, facts),
    final,
    isSaid: isSaid(final, refused, namespace),
    cluster: live?.cluster.snapshot,
    otherNamespaces: indexNamespaces([...stored.map(({ object }) => object), ...(live?.cluster.objects ?? [])]),
  };
}
