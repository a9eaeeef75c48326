import { expect, it, onTestFinished, vi } from 'vitest';
import { corridorOf, parsed } from '../../../test/support/corridor.ts';
import { ingress, service } from '../../../test/support/objects.ts';
import { ViewChanges } from '../../audit/view-changes.ts';
import { RESOURCES } from '../../cluster/api/resources.ts';
import type { Facts } from '../../facts/facts.ts';
import { NO_FACTS } from '../../facts/facts.ts';
import { referenceTo } from '../../kubernetes/field-path.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { LiveSnapshot } from '../../snapshot/live-snapshot.ts';
import { runLiveAudit } from './live-audit.ts';

const CORRIDOR = corridorOf();
const RULE = 'backend-service-missing';
const WAIT = { timeout: 20_000, interval: 20 };
const TIMES = { intervalMs: 3_600_000, settleMs: 0 };

interface Run {
  readonly snapshot: LiveSnapshot;
  /** As `namespace: number of findings of the rule`. */
  readonly told: readonly string[];
  put(object: KubernetesObject): void;
  remove(object: KubernetesObject): void;
  lose(isLost: boolean): void;
  learn(facts: Facts): void;
  /** Until it has looked so often whether something is due. */
  looks(count: number): Promise<void>;
}

function start(...objects: readonly KubernetesObject[]): Run {
  const snapshot = new LiveSnapshot();
  for (const { kind } of RESOURCES) snapshot.know('current', kind);
  for (const object of objects) snapshot.put(object);
  const changes = new ViewChanges();
  const told: string[] = [];
  let looked = 0;
  let isLost = false;
  let facts = NO_FACTS;
  const stop = new AbortController();
  const running = runLiveAudit(
    {
      view: {
        snapshot,
        whyNotSynced: () => {
          looked += 1;
          return isLost ? 'it is lost' : undefined;
        },
      },
      changes,
      corridor: () => ({ ...CORRIDOR, snapshot, facts }),
      times: TIMES,
      onNamespace: ({ namespace, findings }) =>
        told.push(`${namespace}: ${findings.filter(({ finding }) => finding.rule === RULE).length}`),
      onPass: () => told.push('all'),
    },
    stop.signal,
  );
  onTestFinished(() => {
    stop.abort();
    return running;
  });
  return {
    snapshot,
    told,
    put: (object) => {
      snapshot.put(object);
      changes.note(referenceTo(object));
    },
    remove: (object) => {
      const { kind, metadata } = object;
      snapshot.remove(kind, metadata.namespace, metadata.name);
      changes.note(referenceTo(object));
    },
    lose: (lost) => {
      isLost = lost;
    },
    learn: (fresh) => {
      facts = fresh;
    },
    looks: async (count) => {
      const end = looked + count;
      await vi.waitFor(() => expect(looked).toBeGreaterThanOrEqual(end), WAIT);
    },
  };
}

const LOST = parsed(ingress({ class: 'gce', service: 'absent' }));
const ELSEWHERE = parsed(ingress({ namespace: 'other', class: 'gce', service: 'absent' }));
const MISSING = parsed(service({ name: 'absent', neg: '{"ingress": true}' }));

const saying = (run: Run, lines: readonly string[]): Promise<void> =>
  vi.waitFor(() => expect(run.told).toEqual(lines), WAIT);

it('judges everything once, and then the namespace in which something has changed', async () => {
  const run = start(LOST, ELSEWHERE);
  const first = ['shop: 1', 'other: 1', 'all'];
  await saying(run, first);
  run.put(MISSING);
  await saying(run, [...first, 'shop: 0']);
  run.remove(ELSEWHERE);
  await saying(run, [...first, 'shop: 0', 'other: 0']);
  await run.looks(3);
  expect(run.told).toHaveLength(5);
});

it('takes nothing for solved while the view is not whole', async () => {
  const run = start(LOST);
  await saying(run, ['shop: 1', 'all']);
  run.lose(true);
  run.remove(LOST);
  await run.looks(4);
  expect(run.told).toEqual(['shop: 1', 'all']);
  run.put(LOST);
  run.lose(false);
  await saying(run, ['shop: 1', 'all', 'shop: 1']);
});

it('judges everything again when a fact has become known, and not when it has only been confirmed', async () => {
  const run = start(LOST);
  await saying(run, ['shop: 1', 'all']);
  const known = (learntAtMs: number): Facts => ({
    ...NO_FACTS,
    vpcNative: { known: true, value: true, source: 'file', learntAtMs },
  });
  run.learn(known(1));
  await saying(run, ['shop: 1', 'all', 'shop: 1', 'all']);
  run.learn(known(2));
  await run.looks(4);
  expect(run.told).toHaveLength(4);
});
