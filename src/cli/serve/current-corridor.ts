// What each review of `serve` is judged by, made again where something of it has changed.
import type { Facts } from '../../facts/facts.ts';
import type { LoadedPolicy } from '../../policy/load.ts';
import { RULES } from '../../rules/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Corridor } from '../../verdict/corridor.ts';
import { today } from '../io.ts';
import { appsWithLearned } from '../learned-apps.ts';

export interface CorridorSources {
  readonly loaded: () => LoadedPolicy;
  readonly facts: () => Facts;
  readonly snapshot: Snapshot;
  /** The namespace whose ConfigMap has what was learned; undefined where nothing of it counts. */
  readonly learnedIn: string | undefined;
}

export function createCorridor({ loaded, facts, snapshot, learnedIn }: CorridorSources): () => Corridor {
  let known: { readonly from: LoadedPolicy; readonly corridor: Corridor } | undefined;
  return () => {
    const now = { from: loaded(), facts: facts(), day: today() };
    if (known?.from !== now.from || known.corridor.facts !== now.facts || known.corridor.today !== now.day) {
      const apps = learnedIn === undefined ? now.from.apps : appsWithLearned(now.from.apps, learnedIn);
      known = {
        from: now.from,
        corridor: { rules: RULES, ...now.from, apps, facts: now.facts, snapshot, today: now.day },
      };
    }
    return known.corridor;
  };
}
