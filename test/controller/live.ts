// The cases of live-cases.ts in one cluster where the controllers run, and what `explain` says of them at each moment.
import { CONTROLLER_DEFAULTS } from '../../src/facts/facts.ts';
import { logToStderr } from '../cluster/go-programs.ts';
import { batchesOf, type ControllerCase, type RawObject } from './case.ts';
import { type ControllerCluster, NODE_PATH, startControllerCluster } from './cluster.ts';
import type { LiveCase, Look, Moment } from './live-cases.ts';
import { runGuardAt } from './live-cli.ts';

/** The part of `explain --format json` that is compared. */
export interface Answer {
  readonly differences: readonly { readonly id: string; readonly message: string; readonly predicted: boolean }[];
  /** As a person reads it. */
  readonly text: string;
}

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

/** @returns what is said of each look of that moment */
export async function lookAt({ cluster, cases }: LiveCluster, moment: Moment): Promise<ReadonlyMap<Look, Answer>> {
  const answers = new Map<Look, Answer>();
  for (const { namespace, looks } of cases) {
    for (const look of looks.filter(({ at }) => at === moment)) {
      const words = ['explain', 'ingress/web', '-n', namespace, `--kubeconfig=${cluster.kubeconfig}`];
      answers.set(look, await runGuardAt(words, look));
    }
  }
  return answers;
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

async function setHealth({ cluster, cases }: LiveCluster): Promise<void> {
  const { backendServices } = await cluster.controller.google();
  for (const { namespace, health } of cases) {
    if (health === undefined) continue;
    const own = backendServices.find(({ name }) => name.includes(`-${namespace}-`));
    if (own === undefined) throw new Error(`Google has no backend service of ${namespace}.`);
    await cluster.controller.setHealth(own.name, health);
  }
}
