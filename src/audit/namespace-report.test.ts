// The real findings of a real world, as a report.
import { describe, expect, it } from 'vitest';
import { corridorOf, parsed } from '../../test/support/corridor.ts';
import { argocdServer, deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import type { JsonObject } from '../kubernetes/read.ts';
import { REPORT_KINDS } from '../kubernetes/report-kinds.ts';
import { createSnapshot } from '../snapshot/snapshot.ts';
import { auditObjects } from './audit.ts';
import { REPORT_LIMITS, type ReportContent, type ReportLimits, reportOf } from './namespace-report.ts';
import { digestOf, digestOfStored, isOwnReport, reportBody, takesAway } from './stored-report.ts';

const [OPEN, POLICY] = REPORT_KINDS;
const NOW_MS = 1_764_362_400_000;

function report(objects: readonly RawObject[], limits: Partial<ReportLimits> = {}): ReportContent | undefined {
  const all = objects.map(parsed);
  const snapshot = createSnapshot(all, 'everything');
  const found = [...auditObjects(all, { corridor: { ...corridorOf(), snapshot } })].flatMap(({ findings }) => findings);
  return reportOf('shop', found, snapshot, { ...REPORT_LIMITS, ...limits });
}

function mustReport(objects: readonly RawObject[], limits: Partial<ReportLimits> = {}): ReportContent {
  const content = report(objects, limits);
  if (content === undefined) throw new Error('there is nothing to report');
  return content;
}

/** Ingresses that each name a Service that is not there. */
function broken(...names: readonly string[]): readonly RawObject[] {
  return names.map((name) => ingress({ name, class: 'gce', service: `absent-${name}` }));
}

const GOOD = [ingress({ class: 'gce' }), service({ neg: '{"ingress": true}' }), deployment()];

describe('a report', () => {
  it('is not there where nothing is found', () => {
    expect(report(GOOD)).toBeUndefined();
  });

  it('has a result for each error, which fails, and each warning, which warns; and counts them', () => {
    // A probe that Google ignores is a warning.
    const probed = deployment({ container: { readinessProbe: { httpGet: { path: '/', port: 9090 } } } });
    const { results, summary, beyond } = mustReport([...broken('a', 'b'), ...GOOD.slice(0, 2), probed]);
    const worth = new Set(results.map(({ result, severity, scored }) => `${result} ${severity} ${scored}`));
    expect([...worth]).toEqual(['fail high true', 'warn medium false']);
    const count = (wanted: string): number => results.filter(({ result }) => result === wanted).length;
    expect(summary).toEqual({ pass: 0, fail: count('fail'), warn: count('warn'), error: 0, skip: 0 });
    expect(count('fail')).toBe(2);
    expect(beyond).toBe(0);
  });

  it('is about the object to change, and says at which other one it is found and behind which Ingress', () => {
    const { results } = mustReport([ingress({ class: 'gce' }), service(), deployment()]);
    const neg = results.find(({ policy }) => policy === 'cluster-ip-without-neg');
    expect(neg?.resources).toEqual([{ apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'web' }]);
    expect(neg?.properties).toEqual({
      certainty: 'certain',
      docs: 'docs/rules/cluster-ip-without-neg.md',
      fix: expect.stringContaining('cloud.google.com/neg'),
      ingress: 'web',
      path: expect.stringContaining('metadata.annotations'),
    });
  });

  it('says who says what an app answers, where a result rests on that', () => {
    const front = [ingress({ class: 'gce' }), service({ neg: '{"ingress": true}' })];
    const argocd = { ...argocdServer(), metadata: { namespace: 'shop', name: 'argocd-server' } };
    const { results } = mustReport([...front, argocd]);
    const [redirect] = results.filter(({ policy }) => policy === 'probe-redirects-to-https');
    expect(redirect?.properties).toMatchObject({ answer: 'says the catalogue', ingress: 'web' });
    const httpHeaders = [{ name: 'X-Forwarded-Proto', value: 'https' }];
    const probed = { readinessProbe: { httpGet: { path: '/', port: 8080, httpHeaders } } };
    // What a sign in the Pod says is never certain.
    const signed = mustReport([...front, deployment({ container: probed }), ...broken('a')]);
    expect(signed.results.map(({ policy }) => policy)).not.toContain('probe-redirects-to-https');
  });

  it('has no line breaks and nothing that acts or hides in its texts', () => {
    const { results } = mustReport([ingress({ class: 'gce', service: 'absent\u202e\n\u001b[31m' })]);
    expect(results.length).toBeGreaterThan(0);
    for (const { message, properties = {} } of results) {
      for (const text of [message, ...Object.values(properties)]) expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });

  it('has no room for all: the rest is one line, and the summary counts all the same', () => {
    const { results, summary, beyond } = mustReport(broken('a', 'b', 'c', 'd'), { results: 3 });
    expect(results.map(({ result }) => result)).toEqual(['fail', 'fail', 'fail', 'skip']);
    expect(results.at(-1)?.message).toBe(
      'and 1 more, for which a report has no room: gke-ingress-guard audit --namespace=shop prints all',
    );
    expect(summary).toEqual({ pass: 0, fail: 4, warn: 0, error: 0, skip: 1 });
    expect(beyond).toBe(1);
  });

  it('leaves out what is too large whole, and takes what is smaller after it', () => {
    const { results } = mustReport(broken('a', 'b', 'c'));
    const size = Math.max(...results.map((one) => Buffer.byteLength(JSON.stringify(one))));
    const long = ingress({ name: `a${'b'.repeat(200)}`, class: 'gce', service: 'absent' });
    const some = mustReport([long, ...broken('z')], { bytes: size + 60 });
    expect(some.results.map(({ resources }) => resources?.[0]?.name)).toEqual(['z', undefined]);
    expect(some.beyond).toBe(1);
  });

  it('is not filled by one object: more than ten of a rule about it come after everything else', () => {
    const paths = Array.from({ length: 12 }, (_, index) => `/p${index}/*/x`);
    const rules = [
      {
        http: {
          paths: paths.map((path) => ({
            path,
            pathType: 'ImplementationSpecific',
            backend: { service: { name: 'web', port: { number: 80 } } },
          })),
        },
      },
    ];
    const many = { ...ingress({ name: 'aa', class: 'gce' }), spec: { rules } };
    const { results } = mustReport([many, service({ neg: '{"ingress": true}' }), deployment(), ...broken('zz')], {
      perRuleAndObject: 2,
    });
    const names = results.map(({ resources }) => resources?.[0]?.name);
    expect(names.indexOf('zz')).toBeLessThan(names.lastIndexOf('aa'));
    expect(names.filter((name) => name === 'aa').length).toBeGreaterThan(2);
  });
});

describe('what is stored', () => {
  const one = mustReport(broken('a'));
  const two = mustReport(broken('a', 'b'));

  it('says the same whatever the order of its fields, and whenever it was found', () => {
    const { results, summary } = reportBody(OPEN ?? fail(), 'shop', two, undefined, NOW_MS);
    const turned = (value: object): object => Object.fromEntries(Object.entries(value).toReversed());
    const stored = { summary: turned(summary as object), results: (results as readonly object[]).map(turned) };
    expect(digestOfStored(stored)).toBe(digestOf(two));
    expect(digestOfStored({ ...stored, results: stored.results.slice(1) })).not.toBe(digestOf(two));
    expect(digestOf(one)).not.toBe(digestOf(two));
  });

  it('keeps the time of what it said before, and all that others have added', () => {
    const before = reportBody(OPEN ?? fail(), 'shop', one, undefined, NOW_MS);
    const labels = { ...Object(Object(before['metadata'])['labels']), team: 'shop' };
    const stored = { ...before, metadata: { ...Object(before['metadata']), labels, resourceVersion: '7' } };
    const after = reportBody(OPEN ?? fail(), 'shop', two, stored, NOW_MS + 60_000);
    expect((after['results'] as readonly JsonObject[]).map(({ timestamp }) => timestamp)).toEqual([
      { seconds: NOW_MS / 1000, nanos: 0 },
      { seconds: NOW_MS / 1000 + 60, nanos: 0 },
    ]);
    expect(after['metadata']).toEqual({
      namespace: 'shop',
      name: 'gke-ingress-guard',
      labels: { 'app.kubernetes.io/managed-by': 'gke-ingress-guard', team: 'shop' },
      resourceVersion: '7',
    });
  });

  it('is taken away where less is said of it, and not where more is', () => {
    const stored = reportBody(OPEN ?? fail(), 'shop', two, undefined, NOW_MS);
    expect(takesAway(stored, two)).toBe(false);
    expect(takesAway(stored, one)).toBe(true);
    expect(takesAway(stored, undefined)).toBe(true);
    expect(takesAway(reportBody(OPEN ?? fail(), 'shop', one, undefined, NOW_MS), two)).toBe(false);
    expect(takesAway(undefined, one)).toBe(false);
  });

  it('names its source where the API has a field for it', () => {
    expect(reportBody(OPEN ?? fail(), 'shop', one, undefined, NOW_MS)).toMatchObject({
      apiVersion: 'openreports.io/v1alpha1',
      kind: 'Report',
      source: 'gke-ingress-guard',
    });
    const old = reportBody(POLICY ?? fail(), 'shop', one, undefined, NOW_MS);
    expect(old).toMatchObject({ apiVersion: 'wgpolicyk8s.io/v1alpha2', kind: 'PolicyReport' });
    expect(Object.keys(old)).not.toContain('source');
  });

  it("is the guard's by its name and its label", () => {
    const own = reportBody(OPEN ?? fail(), 'shop', one, undefined, NOW_MS);
    expect(isOwnReport(own)).toBe(true);
    expect(isOwnReport({ metadata: { name: 'gke-ingress-guard' } })).toBe(false);
    expect(isOwnReport({ ...own, metadata: { ...Object(own['metadata']), name: 'other' } })).toBe(false);
  });
});

function fail(): never {
  throw new Error('there are two kinds of reports');
}
