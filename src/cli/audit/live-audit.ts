// The audit of a cluster that is watched: all of it at first and every few minutes, a namespace soon after something in it has
// changed. It works in slices, so that admissions beside it do not wait, and rests while the view is not whole: what is not
// seen is not over.
import { setTimeout as delay } from 'node:timers/promises';
import { type Audited, type AuditedFinding, auditObjects } from '../../audit/audit.ts';
import { AuditSchedule, type AuditTimes } from '../../audit/schedule.ts';
import type { ViewChanges } from '../../audit/view-changes.ts';
import { RESOURCES } from '../../cluster/api/resources.ts';
import { createSlices } from '../../cluster/view/fair-scheduling.ts';
import type { LiveView } from '../../cluster/view/live-view.ts';
import { FACT_NAMES, type Facts } from '../../facts/facts.ts';
import { isJudged } from '../../judge/chain.ts';
import type { Failure } from '../../judge/rule.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import type { Corridor } from '../../verdict/corridor.ts';

export const AUDIT_TIMES: AuditTimes = { intervalMs: 10 * 60_000, settleMs: 2000 };

export interface NamespaceAudit {
  readonly namespace: string;
  readonly objects: number;
  readonly findings: readonly AuditedFinding[];
  readonly exempted: readonly AuditedFinding[];
  readonly failures: readonly Failure[];
  /** Objects that took more steps than one has, so that not all rules have looked at them. */
  readonly leftOut: readonly KubernetesObject[];
}

export interface LiveAuditOptions {
  readonly view: Pick<LiveView, 'snapshot' | 'whyNotSynced'>;
  readonly changes: ViewChanges;
  /** As it is now, over the snapshot of the view. */
  readonly corridor: () => Corridor;
  readonly times: AuditTimes;
  /** What one object may take; left out: without bound. */
  readonly steps?: number;
  readonly onNamespace: (found: NamespaceAudit) => void;
  /** All has been judged. */
  readonly onPass: (pass: { readonly objects: number; readonly seconds: number }) => void;
}

/** How often it looks whether something is due. */
const LOOK_MS = 250;

/** Until the signal aborts. */
export async function runLiveAudit(options: LiveAuditOptions, signal: AbortSignal): Promise<void> {
  const { view, changes, corridor, times } = options;
  const schedule = new AuditSchedule(times, performance.now());
  const end = changes.listen((namespace) => schedule.changed(namespace, performance.now()));
  const auditor = new Auditor(options, schedule, signal);
  let judgedWith: string | undefined;
  try {
    while (!signal.aborted) {
      if (view.whyNotSynced() === undefined) {
        const now = corridor();
        const settings = inWords(now);
        if (judgedWith !== undefined && settings !== judgedWith) schedule.changed('', performance.now());
        judgedWith = settings;
        const due = schedule.take(performance.now());
        if (due !== undefined) await auditor.judge(now, due.everything ? undefined : due.namespaces);
      }
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    end();
  }
}

class Auditor {
  readonly #options: LiveAuditOptions;
  readonly #schedule: AuditSchedule;
  readonly #signal: AbortSignal;
  readonly #slice = createSlices();
  /** Those that had something to judge. */
  readonly #known = new Set<string>();

  constructor(options: LiveAuditOptions, schedule: AuditSchedule, signal: AbortSignal) {
    this.#options = options;
    this.#schedule = schedule;
    this.#signal = signal;
  }

  /** @param namespaces undefined for all */
  async judge(corridor: Corridor, namespaces: readonly string[] | undefined): Promise<void> {
    const startedAtMs = performance.now();
    const objects = await this.#gather(corridor, namespaces);
    let count = 0;
    // Those that have nothing any more are judged too: what was found there is over.
    for (const namespace of new Set([...objects.keys(), ...(namespaces ?? this.#known)])) {
      const found = await this.#judgeOne(corridor, namespace, objects.get(namespace) ?? []);
      if (found === undefined) return;
      count += found.objects;
      this.#options.onNamespace(found);
    }
    if (namespaces !== undefined) return;
    const tookMs = performance.now() - startedAtMs;
    this.#schedule.judged(undefined, tookMs, performance.now());
    this.#options.onPass({ objects: count, seconds: tookMs / 1000 });
  }

  /** @returns undefined where it cannot be finished now */
  async #judgeOne(
    corridor: Corridor,
    namespace: string,
    objects: readonly KubernetesObject[],
  ): Promise<NamespaceAudit | undefined> {
    const { view, changes, steps = Number.POSITIVE_INFINITY } = this.#options;
    const startedAtMs = performance.now();
    const audited: Audited[] = [];
    const present = currentOf(objects, view.snapshot);
    for (const one of auditObjects(present, { corridor, version: changes.version, steps })) {
      if (one.findings.length > 0 || one.exempted.length > 0 || one.failures.length > 0 || !one.isWhole)
        audited.push(one);
      const turn = this.#slice();
      if (turn !== undefined) await turn;
      if (this.#signal.aborted) return undefined;
    }
    // What went out of sight meanwhile would be taken for solved.
    if (view.whyNotSynced() !== undefined) {
      this.#schedule.changed('', performance.now());
      return undefined;
    }
    if (objects.length === 0) this.#known.delete(namespace);
    else this.#known.add(namespace);
    this.#schedule.judged(namespace, performance.now() - startedAtMs, performance.now());
    return {
      namespace,
      objects: objects.length,
      findings: audited.flatMap(({ findings }) => findings),
      exempted: audited.flatMap(({ exempted }) => exempted),
      failures: audited.flatMap(({ failures }) => failures),
      leftOut: audited.flatMap(({ object, isWhole }) => (isWhole ? [] : [object])),
    };
  }

  async #gather(
    { policy }: Corridor,
    namespaces: readonly string[] | undefined,
  ): Promise<ReadonlyMap<string, readonly KubernetesObject[]>> {
    const wanted = namespaces === undefined ? undefined : new Set(namespaces);
    const gathered = new Map<string, KubernetesObject[]>();
    for (const { kind } of RESOURCES) {
      for (const object of this.#options.view.snapshot.objects(kind)) {
        const { namespace } = object.metadata;
        const isAsked = wanted === undefined || wanted.has(namespace);
        if (isAsked && isJudged(object) && !policy.isExcluded(namespace)) {
          const known = gathered.get(namespace);
          if (known === undefined) gathered.set(namespace, [object]);
          else known.push(object);
        }
        const turn = this.#slice();
        if (turn !== undefined) await turn;
      }
    }
    return gathered;
  }
}

/** Objects come and go between two slices. */
function* currentOf(objects: readonly KubernetesObject[], snapshot: LiveView['snapshot']): Iterable<KubernetesObject> {
  for (const { kind, metadata } of objects) {
    const object = snapshot.get(kind, metadata.namespace, metadata.name);
    if (object !== undefined) yield object;
  }
}

/** What every judgement rests on besides the objects; the age of a fact is none of it. */
function inWords({ facts, policy, today }: Corridor): string {
  return `${policyNumber(policy)} ${today} ${JSON.stringify([FACT_NAMES.map((name) => factInWords(facts[name])), facts.cluster, facts.controller])}`;
}

function factInWords(fact: Facts[keyof Pick<Facts, (typeof FACT_NAMES)[number]>]): unknown {
  return fact.known ? [fact.value, fact.source, fact.contradictedBy] : undefined;
}

const policyNumbers = new WeakMap<Corridor['policy'], number>();
let policies = 0;

/** Each policy is an object of its own. */
function policyNumber(policy: Corridor['policy']): number {
  let number = policyNumbers.get(policy);
  if (number === undefined) {
    policies += 1;
    number = policies;
    policyNumbers.set(policy, number);
  }
  return number;
}
