// A fake clock and the real findings of a real world: when which report is looked at.
import { describe, expect, it } from 'vitest';
import { corridorOf, parsed } from '../../test/support/corridor.ts';
import { ingress } from '../../test/support/objects.ts';
import { REPORT_KINDS, type ReportKind } from '../kubernetes/report-kinds.ts';
import { createSnapshot, emptySnapshot } from '../snapshot/snapshot.ts';
import { type AuditedFinding, auditObjects } from './audit.ts';
import { reportOf } from './namespace-report.ts';
import { REPORT_TIMES, type ReportJob, type ReportOutcome, ReportSchedule } from './report-schedule.ts';
import { digestOf } from './stored-report.ts';

const [OPEN, POLICY] = REPORT_KINDS as readonly [ReportKind, ReportKind]; // as the table has them
const { restMs, retryMs } = REPORT_TIMES;

/** An Ingress that names a Service which is not there. */
function found(...services: readonly string[]): readonly AuditedFinding[] {
  const objects = services.map((name) => parsed(ingress({ name: `for-${name}`, class: 'gce', service: name })));
  const corridor = { ...corridorOf(), snapshot: createSnapshot(objects, 'everything') };
  return [...auditObjects(objects, { corridor })].flatMap(({ findings }) => findings);
}

const WRONG = found('a');

function digest(findings = WRONG): string {
  const content = reportOf('shop', findings, emptySnapshot());
  if (content === undefined) throw new Error('there is nothing to report');
  return digestOf(content);
}

function schedule(used: ReportKind = OPEN): ReportSchedule {
  const made = new ReportSchedule(emptySnapshot(), 0);
  made.use(used, 0);
  return made;
}

function inWords({ kind, namespace, content }: ReportJob): string {
  return `${content === undefined ? 'none' : content.results.length} in ${namespace} of ${kind.plural}`;
}

/** Answers all that may be written now with an outcome. @returns it, in words */
function run(reports: ReportSchedule, nowMs: number, outcome: ReportOutcome = { kind: 'done' }): readonly string[] {
  const told: string[] = [];
  for (let job = reports.next(nowMs); job !== undefined && told.length < 100; job = reports.next(nowMs)) {
    told.push(inWords(job));
    reports.done(job, outcome, nowMs);
  }
  return told;
}

describe('a report', () => {
  it('is written when findings change, and not when they are found again', () => {
    const reports = schedule();
    reports.replace('shop', WRONG, 0);
    expect(run(reports, 0)).toEqual(['1 in shop of reports']);
    reports.replace('shop', found('a'), restMs);
    expect(run(reports, 2 * restMs)).toEqual([]);
    reports.replace('shop', found('a', 'b'), 2 * restMs);
    expect(run(reports, 2 * restMs)).toEqual(['2 in shop of reports']);
    reports.replace('shop', [], 4 * restMs);
    expect(run(reports, 4 * restMs)).toEqual(['none in shop of reports']);
    expect(reports.size).toBe(0);
  });

  it('is not asked for where nothing was ever found', () => {
    const reports = schedule();
    reports.replace('shop', [], 0);
    expect(run(reports, 0)).toEqual([]);
  });

  it('rests after a write, with whatever changes meanwhile', () => {
    const reports = schedule();
    reports.replace('shop', WRONG, 0);
    run(reports, 0);
    reports.replace('shop', found('b'), 1);
    reports.replace('shop', found('a', 'b'), 2);
    expect(run(reports, restMs - 1)).toEqual([]);
    expect(run(reports, restMs)).toEqual(['2 in shop of reports']);
  });

  it('is due again after a write during which findings changed', () => {
    const reports = schedule();
    reports.replace('shop', WRONG, 0);
    const job = reports.next(0);
    reports.replace('shop', found('a', 'b'), 0);
    if (job !== undefined) reports.done(job, { kind: 'done' }, 0);
    expect(run(reports, 0)).toEqual([]);
    expect(run(reports, restMs)).toEqual(['2 in shop of reports']);
  });

  it('is read again at once after a conflict, later after a failure, and not where it is left', () => {
    const reports = schedule();
    reports.replace('shop', WRONG, 0);
    const job = reports.next(0);
    if (job !== undefined) reports.done(job, { kind: 'conflict' }, 0);
    expect(run(reports, 0, { kind: 'failed', retryAfterMs: 2 * retryMs })).toEqual(['1 in shop of reports']);
    expect(run(reports, 2 * retryMs - 1)).toEqual([]);
    expect(run(reports, 2 * retryMs, { kind: 'left' })).toEqual(['1 in shop of reports']);
    expect(run(reports, 10 * retryMs)).toEqual([]);
  });

  it('is done later where it is not time yet', () => {
    const reports = schedule();
    reports.stored(OPEN, [{ namespace: 'shop', digest: digest() }], 0);
    expect(run(reports, 0, { kind: 'later', afterMs: 100 })).toEqual(['none in shop of reports']);
    expect(run(reports, 99)).toEqual([]);
    expect(run(reports, 100)).toEqual(['none in shop of reports']);
  });

  it('comes within the rate, those with findings first', () => {
    const reports = schedule();
    const namespaces = Array.from({ length: 30 }, (_, index) => `shop-${index}`);
    for (const namespace of namespaces) reports.replace(namespace, WRONG, 0);
    expect(run(reports, 0)).toHaveLength(25);
    expect(run(reports, 1000)).toHaveLength(5);
    const stored = ['left', ...namespaces].map((namespace) => ({ namespace, digest: digest() }));
    reports.stored(OPEN, stored, 20_000);
    reports.replace('shop-late', WRONG, 21_000);
    expect(run(reports, 22_000)).toEqual(['1 in shop-late of reports', 'none in left of reports']);
  });
});

describe('what is stored', () => {
  it('is looked at where it says something else, is too many, or is missing; and else left alone', () => {
    const reports = schedule();
    for (const namespace of ['right', 'edited', 'gone']) reports.replace(namespace, WRONG, 0);
    run(reports, 0);
    const stored = [
      { namespace: 'right', digest: digest() },
      { namespace: 'edited', digest: 'x' },
      { namespace: 'left', digest: digest() },
    ];
    reports.stored(OPEN, stored, 2 * restMs);
    expect(run(reports, 2 * restMs).toSorted()).toEqual([
      '1 in edited of reports',
      '1 in gone of reports',
      'none in left of reports',
    ]);
  });

  it('of an API that is not used any more goes', () => {
    const reports = schedule(POLICY);
    reports.replace('shop', WRONG, 0);
    expect(run(reports, 0)).toEqual(['1 in shop of policyreports']);
    reports.use(OPEN, restMs);
    reports.stored(OPEN, [], restMs);
    reports.stored(POLICY, [{ namespace: 'shop', digest: digest() }], restMs);
    expect(run(reports, restMs)).toEqual(['1 in shop of reports', 'none in shop of policyreports']);
  });

  it('is not touched while there is no API, and all of it is due when one comes', () => {
    const reports = new ReportSchedule(emptySnapshot(), 0);
    reports.replace('shop', WRONG, 0);
    expect(run(reports, 0)).toEqual([]);
    reports.use(OPEN, 1);
    expect(run(reports, 1)).toEqual(['1 in shop of reports']);
    reports.use(undefined, 2);
    reports.replace('shop', found('b'), 3);
    expect(run(reports, 3 * restMs)).toEqual([]);
  });
});
