// The cases of live-cases.ts in one cluster where the controllers run, and what `explain` says of them at each moment.
import { CONTROLLER_DEFAULTS } from '../../src/facts/facts.ts';
import { logToStderr } from '../cluster/go-programs.ts';
import { batchesOf, type ControllerCase, type RawObject } from './case.ts';
import { type ControllerCluster, NODE_PATH, startControllerCluster } from './cluster.ts';
import { type Google, lastOf } from './google.ts';
import type { LiveCase, Look, Moment } from './live-cases.ts';
import { type Answer, explainOne } from './live-cli.ts';

export interface Placed extends LiveCase {
  readonly namespace: string;
  readonly find: (kind: string, name: string) => RawObject;
}

export interface LiveCluster {
  readonly cluster: ControllerCluster;
  readonly cases: readonly Placed[];
}

export async function startLive(program: string, cases: readonly LiveCase[]): Promise<LiveCluster> {
  const [batch] = batchesOf(
    cases.map(({ name, objects }): ControllerCase => ({ name, objects, flags: CONTROLLER_DEFAULTS })),
    cases.length,
  );
  if (batch === undefined) throw new Error('There are no cases.');
  const placed = cases.map((one, index): Placed => {
    const objects = batch.cases[index]?.objects ?? [];
    const find = (kind: string, name: string): RawObject => {
      const object = objects.find(({ kind: its, metadata }) => its === kind && metadata.name === name);
      if (object === undefined) throw new Error(`${one.name} has no ${kind} ${name}.`);
      return object;
    };
    return { ...one, namespace: objects[0]?.metadata.namespace ?? '', find };
  });
  return { cluster: await startControllerCluster(program, batch, logToStderr), cases: placed };
}

/**
 * The controllers stand still meanwhile: of an Ingress they may write 25 Events in five minutes, and each resynchronization takes one.
 * Without any left they would not say that a sync has succeeded after all.
 *
 * @returns what is said of each look of that moment
 */
export function lookAt({ cluster, cases }: LiveCluster, moment: Moment): Promise<ReadonlyMap<Look, Answer>> {
  return cluster.controller.whilePaused(async () => {
    const answers = new Map<Look, Answer>();
    for (const { namespace, looks } of cases) {
      for (const look of looks.filter(({ at }) => at === moment)) {
        answers.set(look, await explainOne(cluster.kubeconfig, namespace, look));
      }
    }
    return answers;
  });
}

/** What leads from one moment to the next. */
export const STEPS: Readonly<Record<Moment, (live: LiveCluster) => Promise<unknown>>> = {
  built: ({ cluster }) => cluster.settle(),
  changed: async (live) => {
    await Promise.all(live.cases.map((one) => one.change?.(live.cluster.store, one.find)));
    await setHealth(live);
    await live.cluster.settle();
  },
  'without Nodes': async ({ cluster }) => {
    await cluster.store.must('DELETE', NODE_PATH);
    await cluster.settle();
  },
  stopped: async ({ cluster, cases }) => {
    await cluster.controller.stop();
    await Promise.all(cases.map((one) => one.changeAfter?.(cluster.store, one.find)));
  },
};

/** The Service behind the default of its URL map; null without a URL map. */
export function defaultIn({ urlMaps }: Google, { namespace }: Placed): string | null {
  const own = urlMaps.find(({ name }) => name.includes(`-${namespace}-`));
  if (own === undefined) return null;
  const backend = lastOf(own.defaultService ?? '');
  return new RegExp(`-${namespace}-(.+)-80-`).exec(backend)?.[1] ?? backend;
}

async function setHealth({ cluster, cases }: LiveCluster): Promise<void> {
  const { backendServices } = await cluster.controller.google();
  for (const { namespace, health } of cases) {
    if (health === undefined) continue;
    const own = backendServices.find(({ name }) => name.includes(`-${namespace}-`));
    if (own === undefined) throw new Error(`Google has no backend service of ${namespace}.`);
    await cluster.controller.setHealth(own.name, health);
  }
}
