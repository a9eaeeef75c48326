// What an audit of 35,000 objects takes, and how late the event loop is meanwhile: `node bench/audit.ts`. In this process, over
// the live view's own snapshot, with all that the leader keeps of findings, with `--reports` of reports too; without the API server,
// and without writing anything.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { ADMISSION_STEPS } from '../src/admission/left-out.ts';
import { Announcements } from '../src/audit/announcements.ts';
import { CurrentFindings } from '../src/audit/current-findings.ts';
import { ReportSchedule } from '../src/audit/report-schedule.ts';
import { ViewChanges } from '../src/audit/view-changes.ts';
import { AUDIT_TIMES, runLiveAudit } from '../src/cli/audit/live-audit.ts';
import { RESOURCES } from '../src/cluster/api/resources.ts';
import { SharedValues } from '../src/cluster/view/interning.ts';
import { keepObject } from '../src/cluster/view/trim-object.ts';
import type { Facts } from '../src/facts/facts.ts';
import { parseFactsFile } from '../src/facts/facts-file.ts';
import { loadPolicy } from '../src/policy/load.ts';
import { RULES } from '../src/rules/index.ts';
import { LiveSnapshot } from '../src/snapshot/live-snapshot.ts';
import type { Corridor } from '../src/verdict/corridor.ts';
import { type Manifest, namespaces, objects, type Shape } from './scale/objects.ts';

const SPREAD: Shape = { namespaces: 1000, services: 10_000, ingresses: 5000, deployments: 20_000 };
const RESOLUTION_MS = 1;
const PASSES = 3;
const WITH_REPORTS = process.argv.includes('--reports');
const FACTS: Facts = parseFactsFile(
  'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\nhttpLoadBalancing: enabled\nvpcNative: true\n',
  'facts.yaml',
  Date.now(),
);
const print = (text: string): void => void process.stdout.write(`${text}\n`);

const late = (nanoseconds: number): string => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS).toFixed(1);

/** @param change of each object, by its number */
function snapshotOf(shape: Shape, change: (manifest: Manifest, index: number) => Manifest): LiveSnapshot {
  const snapshot = new LiveSnapshot();
  const values = new SharedValues();
  for (const [index, raw] of [...namespaces(shape), ...objects(shape)].entries()) {
    const object = keepObject(change(raw, index), values);
    if (object !== undefined) snapshot.put(object);
  }
  for (const { kind } of RESOURCES) snapshot.know('current', kind);
  return snapshot;
}

/** Every tenth Service without its annotation: its Ingress fails. */
function broken(manifest: Manifest, index: number): Manifest {
  if (manifest.kind !== 'Service' || index % 10 > 0) return manifest;
  return { ...manifest, metadata: { ...manifest.metadata, annotations: {} } };
}

async function measure(name: string, snapshot: LiveSnapshot): Promise<void> {
  const { policy, apps } = loadPolicy(
    undefined,
    RULES.map(({ id }) => id),
  );
  const corridor: Corridor = { rules: RULES, policy, apps, facts: FACTS, snapshot, today: '2026-11-28' };
  for (let pass = 1; pass <= PASSES; pass += 1) {
    const current = new CurrentFindings();
    const announcements = new Announcements(performance.now());
    const reports = WITH_REPORTS ? new ReportSchedule(snapshot, performance.now()) : undefined;
    const stop = new AbortController();
    let judged = 0;
    const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delays.enable();
    const turns = watchTurns(stop.signal);
    const before = process.cpuUsage();
    const startedAtMs = performance.now();
    let seconds = 0;
    await runLiveAudit(
      {
        view: { snapshot, whyNotSynced: () => undefined },
        changes: new ViewChanges(),
        corridor: () => corridor,
        times: AUDIT_TIMES,
        steps: ADMISSION_STEPS,
        onNamespace: ({ namespace, findings }) => {
          current.replace(namespace, findings);
          announcements.replace(namespace, findings, snapshot, performance.now());
          reports?.replace(namespace, findings, performance.now());
        },
        onPass: ({ objects: count }) => {
          judged = count;
          seconds = (performance.now() - startedAtMs) / 1000;
          stop.abort();
        },
      },
      stop.signal,
    );
    const { user, system } = process.cpuUsage(before);
    delays.disable();
    print(
      `${name}, pass ${pass}: ${judged} objects, ${current.all().length} findings, ${announcements.size} Events, ${reports?.size ?? 'no'} reports; ` +
        `${((user + system) / 1e6).toFixed(1)} s of CPU in ${seconds.toFixed(1)} s; ` +
        `loop late by p50 ${late(delays.percentile(50))} ms, p99 ${late(delays.percentile(99))} ms, at most ${late(delays.max)} ms; ` +
        `a turn takes p50 ${percentile(turns, 0.5)} ms, p99 ${percentile(turns, 0.99)} ms, at most ${percentile(turns, 1)} ms of CPU`,
    );
    await delay(500);
  }
}

/** The CPU that each turn of the loop takes, in milliseconds: how late it would be on a core of its own. */
function watchTurns(signal: AbortSignal): readonly number[] {
  const turns: number[] = [];
  let last = process.threadCpuUsage();
  const look = (): void => {
    const now = process.threadCpuUsage();
    turns.push((now.user + now.system - last.user - last.system) / 1000);
    last = now;
    if (!signal.aborted) setImmediate(look);
  };
  setImmediate(look);
  return turns;
}

function percentile(values: readonly number[], share: number): string {
  const sorted = values.filter((value) => value > 0.05).toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
}

/** What the machine itself does to a loop that has nothing to do. */
async function measureIdle(): Promise<void> {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  await delay(5000);
  delays.disable();
  print(`nothing to do: loop late by p50 ${late(delays.percentile(50))} ms, p99 ${late(delays.percentile(99))} ms`);
}

await measureIdle();
await measure(
  '1,000 namespaces',
  snapshotOf(SPREAD, (manifest) => manifest),
);
await measure('1,000 namespaces, a tenth of the Services broken', snapshotOf(SPREAD, broken));
await measure('one namespace', snapshotOf({ ...SPREAD, namespaces: 1 }, broken));
