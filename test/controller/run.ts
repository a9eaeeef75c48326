// Runs cases: each batch in a cluster of its own, each Ingress compared.

import type { ConditionNumber } from '../../src/plan/conditions.ts';
import type { Log } from '../cluster/go-programs.ts';
import { type Batch, batchesOf, type ControllerCase, type RawObject } from './case.ts';
import { startControllerCluster, type Written } from './cluster.ts';
import { compareForms, type Disagreement } from './compare.ts';
import { saidInVain } from './live-agreement.ts';
import { predict } from './predicted.ts';
import { openPortsIn, seenForm } from './seen.ts';
import { storable } from './storable.ts';
import { idOf, type Refused } from './store.ts';

export interface Outcome {
  readonly ingresses: number;
  readonly leaves: number;
  readonly disagreements: readonly Disagreement[];
  /** Of the firewall rule that each cluster has one of. */
  readonly firewalls: readonly string[];
  /** Objects that the API server did not take: their cases are not compared. */
  readonly refused: readonly Refused[];
  /** What `explain` said of the clusters, though the controllers had built what was planned, or failed for what was planned. */
  readonly saidInVain: readonly string[];
  /** What the plans of those rest on in which nothing differs. */
  readonly shown: ReadonlySet<ConditionNumber>;
}

/** Each sync of the controller looks at all Ingresses, so that twice as many take four times as long. */
const PER_CLUSTER = 250;

/** While some wait for a round to be over, another works. */
const AT_ONCE = 3;

export async function runCases(program: string, cases: readonly ControllerCase[], log: Log): Promise<Outcome> {
  const batches = batchesOf(cases.map(storable), PER_CLUSTER).toSorted((a, b) => b.cases.length - a.cases.length);
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      outcomes.push(await runBatch(program, batch, log));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return {
    ingresses: sum(outcomes.map(({ ingresses }) => ingresses)),
    leaves: sum(outcomes.map(({ leaves }) => leaves)),
    disagreements: outcomes.flatMap(({ disagreements }) => disagreements),
    firewalls: outcomes.flatMap(({ firewalls }) => firewalls),
    saidInVain: outcomes.flatMap(({ saidInVain: said }) => said),
    refused: outcomes.flatMap(({ refused }) => refused),
    shown: new Set(outcomes.flatMap(({ shown }) => [...shown])),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

async function runBatch(program: string, batch: Batch, log: Log): Promise<Outcome> {
  const started = performance.now();
  const cluster = await startControllerCluster(program, batch, log);
  try {
    const written = await cluster.settle();
    const said = await saidInVain(cluster, batch, written);
    const outcome = { ...compareBatch(batch, written, cluster.refused), saidInVain: said };
    const seconds = Math.round((performance.now() - started) / 1000);
    log(
      `${outcome.ingresses} Ingresses, ${outcome.leaves} fields, ${outcome.disagreements.length} differences, ${seconds} s.`,
    );
    return outcome;
  } finally {
    await cluster.stop();
  }
}

function compareBatch(batch: Batch, written: Written, refused: readonly Refused[]): Omit<Outcome, 'saidInVain'> {
  const bad = new Set(refused.map(({ object }) => object));
  const isStored = (object: RawObject): boolean => !bad.has(idOf(object));
  const all = batch.cases.map((one) => ({ one, ...predict([...one.objects, batch.system], batch.flags) }));
  const stored = all.filter(({ one }) => [...one.objects, batch.system].every(isStored));
  const comparisons = stored.flatMap(({ one, forms, conditions }) =>
    [...forms].map(([key, form]) => {
      const ingress = written.ingresses.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === key);
      if (ingress === undefined) throw new Error(`${one.name}: Ingress ${key} is not stored, and was not refused.`);
      const comparison = compareForms(one, key, form, seenForm(ingress, written));
      return { ...comparison, shown: comparison.disagreements.length === 0 ? (conditions.get(key) ?? []) : [] };
    }),
  );
  const inPart = all.filter((one) => !stored.includes(one));
  const firewall = compareFirewalls(
    stored.flatMap(({ openPorts }) => openPorts),
    [...all.flatMap(({ otherPorts }) => otherPorts), ...inPart.flatMap(({ openPorts }) => openPorts)],
    written,
    batch.flags,
  );
  // With one case in the cluster it is the one to look at.
  const [first] = batch.cases;
  const where = batch.cases.length === 1 && first !== undefined ? `${first.name}: ` : '';
  return {
    ingresses: comparisons.length,
    leaves: sum(comparisons.map(({ leaves }) => leaves)) + 1,
    disagreements: comparisons.flatMap(({ disagreements }) => disagreements),
    firewalls: firewall.map((text) => `${where}${text}`),
    refused,
    shown: new Set(comparisons.flatMap(({ shown }) => shown)),
  };
}

/** Transparent health checks are asked on a port of the node (--transparent-health-checks-port). */
const TRANSPARENT_PORT = '7877';

/** @returns what the plans open and the controller does not, and the other way round; "" where they agree */
function compareFirewalls(
  predicted: readonly string[],
  others: readonly string[],
  { google }: Written,
  flags: Batch['flags'],
): readonly string[] {
  const seen = new Set(openPortsIn(google));
  const isAny = google.firewalls.length > 0;
  const wanted = new Set([...predicted, ...(isAny && flags.enableTransparentHealthChecks ? [TRANSPARENT_PORT] : [])]);
  return [
    ...[...wanted.difference(seen)].map((port) => `the plan opens port ${port}, the controller does not`),
    ...[...seen.difference(wanted).difference(new Set(others))].map(
      (port) => `the controller opens port ${port}, the plan does not`,
    ),
  ];
}
