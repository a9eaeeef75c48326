// What an operator sees: health, the metrics by name, and one log line a review that never shows what is in it.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADD_ON_OFF } from '../support/facts.ts';
import { argocdServer, ingress, service } from '../support/objects.ts';
import { createReviewClient, type ReviewClient, reviewOf } from '../support/reviews.ts';
import { errorAnswer, type HttpsGuard, samplesOf, startHttpsGuard } from './support.ts';

let guard: HttpsGuard;
let client: ReviewClient;
beforeAll(async () => {
  guard = await startHttpsGuard({ facts: ADD_ON_OFF });
  client = createReviewClient(guard);
});
afterAll(async () => {
  client.close();
  await guard.server.stop(0);
});

interface HealthAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

async function get(path: string, method = 'GET'): Promise<HealthAnswer> {
  const answer = await fetch(`http://127.0.0.1:${guard.healthPort}${path}`, { method });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}

it('is alive and ready', async () => {
  const ok = { status: 200, type: 'text/plain; charset=utf-8', text: 'ok\n' };
  expect(await get('/livez')).toEqual(ok);
  expect(await get('/readyz')).toEqual(ok);
  expect(await get('/readyz?verbose')).toEqual(ok);
  expect(await get('/livez', 'HEAD')).toEqual({ ...ok, text: '' });
});

it('has nothing else on the health port, and says so in JSON', async () => {
  for (const path of ['/', '/mutate', '/%', '/metrics/x']) {
    const { status, type, text } = await get(path);
    expect([status, type]).toEqual([404, 'application/json; charset=utf-8']);
    expect(JSON.parse(text)).toEqual(errorAnswer('not-found', 'Here are /livez, /readyz and /metrics.'));
  }
  expect(await get('/metrics', 'POST')).toMatchObject({ status: 405, type: 'application/json; charset=utf-8' });
});

it('measures reviews by webhook, kind and answer; kinds that it does not read are "other"', async () => {
  const own = await startHttpsGuard({ facts: ADD_ON_OFF });
  const reviews = createReviewClient(own);
  await reviews.review('validate', reviewOf(ingress({ class: 'gce' })));
  await reviews.review('validate', reviewOf(argocdServer()));
  await reviews.review(
    'validate',
    reviewOf(service({ annotations: { 'gke-ingress-guard.dev/ignore': 'no-such-rule; reason=x' } })),
  );
  await reviews.review('mutate', reviewOf(service()));
  for (const kind of ['Secret', 'Role', '__proto__', 'x'.repeat(1000)]) {
    await reviews.review('validate', reviewOf({ apiVersion: 'v1', kind, metadata: { name: 'x' } }));
  }
  const counts = (await samplesOf(own.metrics, 'guard_admission_duration_seconds')).filter((line) =>
    line.includes('_count'),
  );
  expect(counts).toEqual([
    'guard_admission_duration_seconds_count{webhook="validate",kind="Ingress",allowed="false"} 1',
    'guard_admission_duration_seconds_count{webhook="validate",kind="Deployment",allowed="true"} 1',
    'guard_admission_duration_seconds_count{webhook="validate",kind="Service",allowed="true"} 1',
    'guard_admission_duration_seconds_count{webhook="mutate",kind="Service",allowed="true"} 1',
    'guard_admission_duration_seconds_count{webhook="validate",kind="other",allowed="true"} 4',
  ]);
  expect(await samplesOf(own.metrics, 'guard_findings_total')).toEqual([
    'guard_findings_total{rule="http-load-balancing-disabled",mode="enforce",kind="Ingress",dry_run="false",outcome="refused"} 1',
    'guard_findings_total{rule="probe-redirects-to-https",mode="warn",kind="Deployment",dry_run="false",outcome="warned"} 1',
    'guard_findings_total{rule="exemption-invalid",mode="warn",kind="Service",dry_run="false",outcome="warned"} 1',
  ]);
  expect(await samplesOf(own.metrics, 'guard_would_refuse_total')).toEqual([
    'guard_would_refuse_total{rule="exemption-invalid",mode="warn",kind="Service",dry_run="false"} 1',
  ]);
  expect(await samplesOf(own.metrics, 'guard_neg_injections_total')).toEqual([
    'guard_neg_injections_total{dry_run="false"} 1',
  ]);
  reviews.close();
  await own.server.stop(0);
});

it('shows the age of each fact, the end of the certificate, and how many objects it knows', async () => {
  expect(await samplesOf(guard.metrics, 'guard_facts_age_seconds')).toEqual([
    'guard_facts_age_seconds{fact="httpLoadBalancing",source="file"} 60',
    'guard_facts_age_seconds{fact="vpcNative",source="file"} 60',
  ]);
  expect(await samplesOf(guard.metrics, 'guard_certificate_expiry_timestamp_seconds')).toEqual([
    `guard_certificate_expiry_timestamp_seconds ${guard.keyPair.expiresAtMs / 1000}`,
  ]);
  expect(await samplesOf(guard.metrics, 'guard_snapshot_objects')).toEqual(
    [
      ...['Ingress', 'Service', 'Deployment', 'StatefulSet', 'DaemonSet'],
      ...['BackendConfig', 'FrontendConfig', 'ManagedCertificate'],
    ].map((kind) => `guard_snapshot_objects{kind="${kind}"} 0`),
  );
});

it('gives Prometheus all of it, with the numbers of Node', async () => {
  await client.post('/nothing', '');
  const { status, type, text } = await get('/metrics');
  expect(status).toBe(200);
  expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
  const names = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name);
  expect(names.filter((name) => name?.startsWith('guard_'))).toEqual([
    'guard_admission_duration_seconds',
    'guard_findings_total',
    'guard_would_refuse_total',
    'guard_neg_injections_total',
    'guard_rule_failures_total',
    'guard_rejected_requests_total',
    'guard_left_out_total',
    'guard_certificate_expiry_timestamp_seconds',
    'guard_facts_age_seconds',
    'guard_snapshot_objects',
    'guard_snapshot_synced',
    'guard_snapshot_age_seconds',
    'guard_watch_restarts_total',
    'guard_file_usable',
    'guard_facts_refresh_total',
    'guard_facts_conflicts',
    'guard_review_wait_seconds',
  ]);
  expect(names).toEqual(
    expect.arrayContaining([
      'process_cpu_seconds_total',
      'nodejs_eventloop_lag_seconds',
      'nodejs_heap_size_used_bytes',
    ]),
  );
  expect(text).toContain('guard_rejected_requests_total{reason="not-found"} 1\n');
});

it('writes one JSON line a review, which names the object and what was found', async () => {
  const before = guard.entries().length;
  await client.review('validate', reviewOf(ingress({ class: 'gce' }), { uid: 'u1' }));
  await client.review('mutate', reviewOf(service(), { uid: 'u2', dryRun: true }));
  const generated = { ...service(), metadata: { generateName: 'web-' } };
  await client.review('validate', reviewOf(generated, { uid: 'u3', old: service() }));
  const shared = {
    level: 30,
    msg: 'review',
    time: expect.any(Number),
    pid: process.pid,
    hostname: expect.any(String),
    durationMs: expect.any(Number),
  };
  expect(guard.entries().slice(before)).toEqual([
    {
      ...shared,
      webhook: 'validate',
      operation: 'CREATE',
      uid: 'u1',
      kind: 'Ingress',
      namespace: 'shop',
      name: 'web',
      allowed: false,
      findings: ['http-load-balancing-disabled:refused'],
    },
    {
      ...shared,
      webhook: 'mutate',
      operation: 'CREATE',
      uid: 'u2',
      kind: 'Service',
      namespace: 'shop',
      name: 'web',
      dryRun: true,
      allowed: true,
      patched: true,
    },
    {
      ...shared,
      webhook: 'validate',
      operation: 'UPDATE',
      uid: 'u3',
      kind: 'Service',
      namespace: '',
      name: 'web-',
      allowed: true,
    },
  ]);
});

it('never writes what stands in an object, readable or not', async () => {
  const secret = 'hunter2-s3cr3t';
  const env = [{ name: 'PASSWORD', value: secret }];
  const args = ['argocd-server', `--token=${secret}`];
  const objects = [
    argocdServer({ env, args }),
    ingress({ class: 'gce', annotations: { 'example.com/token': secret }, labels: { a: secret } }),
    service({ annotations: { 'cloud.google.com/neg': `{"${secret}` } }),
  ];
  for (const object of objects) {
    for (const webhook of ['mutate', 'validate'] as const) {
      await client.review(webhook, reviewOf(object));
      await client.review(webhook, reviewOf(object, { old: object }));
      await client.post(`/${webhook}`, `${JSON.stringify(reviewOf(object))}}`);
      await client.post(`/${webhook}`, JSON.stringify({ request: { uid: 'u', object, secret } }));
      await client.post(`/${webhook}`, JSON.stringify([secret]));
    }
  }
  expect(guard.lines.length).toBeGreaterThan(30);
  expect(guard.lines.join('')).not.toContain(secret);
});

it('writes no line longer than a screen, whatever is sent', async () => {
  const long = 'x'.repeat(1_000_000);
  const { request } = reviewOf(service()) as { request: object };
  await client.review('validate', {
    ...reviewOf(service()),
    request: { ...request, name: long, namespace: long },
  });
  await client.post('/validate', JSON.stringify(reviewOf(service(), { uid: long })));
  await client.post('/validate', JSON.stringify({ apiVersion: `admission.k8s.io/${long}`, request: { uid: long } }));
  await client.post('/validate', '{}', { 'content-type': 'x'.repeat(10_000) });
  await client.send('GET', `/${'x'.repeat(10_000)}`);
  expect(Math.max(...guard.lines.map((line) => line.length))).toBeLessThan(2000);
});
