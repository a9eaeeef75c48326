import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import type { Heard } from '../asked/heard.ts';
import { type Target, targetOf } from '../asked/targets.ts';
import { NO_FACTS } from '../facts/facts.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { createPlanner } from '../plan/plan.ts';
import { settingsAsStored } from '../plan/plan-input.ts';
import { createSnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import { candidatesOf, learnedFrom } from './candidates.ts';
import { type ClusterPod, parseClusterPod } from './cluster-pod.ts';
import { inTurns, isAskedSince, worthAsking } from './worth-asking.ts';

const DIGEST = `sha256:${'b'.repeat(64)}`;
const CONTAINER = {
  name: 'web',
  image: 'registry.example/web:1.0',
  ports: [{ containerPort: 8080 }],
  env: [{ name: 'MODE', value: 'prod' }],
  readinessProbe: { httpGet: { path: 'healthz', port: 8080 } },
};

function podOf(container: RawObject = {}, status: RawObject = {}): ClusterPod {
  const pod = parseClusterPod({
    metadata: { name: 'web-0', namespace: 'shop', uid: 'u', labels: { app: 'web', 'pod-template-hash': 'x' } },
    spec: { nodeName: 'n', containers: [{ ...CONTAINER, ...container }] },
    status: {
      phase: 'Running',
      podIP: '10.8.1.17',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [
        {
          name: 'web',
          imageID: `docker-pullable://r/web@${DIGEST}`,
          state: { running: { startedAt: '2026-11-28T08:00:00Z' } },
        },
      ],
      ...status,
    },
  });
  if (pod === undefined) throw new TypeError('it is a Pod');
  return pod;
}

function world(more: readonly RawObject[] = [], ingressOf: RawObject = ingress({ class: 'gce' })) {
  const raw = [ingressOf, service({ neg: '{"ingress": true}' }), deployment({ container: CONTAINER }), ...more];
  const snapshot: Snapshot = createSnapshot(raw.map(parsed), 'listed');
  const plan = createPlanner(snapshot, settingsAsStored(NO_FACTS)).planOf(parsed(ingressOf) as Ingress);
  return { snapshot, plan };
}

function target(): Target {
  const [backend] = world().plan.backends;
  const found = backend && targetOf(backend);
  if (found === undefined || 'why' in found) throw new TypeError('it has a check');
  return found;
}

const ask = (pod: ClusterPod) => candidatesOf(target(), [pod], world().snapshot);

describe('a Pod stands for its workload', () => {
  it('with the image, settings, port and path that the next one will have', () => {
    expect(ask(podOf())).toMatchObject([
      {
        known: {
          image: 'registry.example/web:1.0',
          digest: DIGEST,
          port: 8080,
          path: '/healthz',
          host: '',
          namespace: 'shop',
        },
        question: { protocol: 'HTTP', host: '10.8.1.17', port: 8080, path: '/healthz' },
      },
    ]);
  });

  it('also where a webhook has added to it', () => {
    const env = [{ name: 'INJECTED', value: '1' }, ...CONTAINER.env];
    expect(ask(podOf({ env }))[0]?.known).toEqual(ask(podOf())[0]?.known);
  });

  it.each([
    ['image', { image: 'registry.example/web:0.9' }],
    ['command', { command: ['web'] }],
    ['arguments', { args: ['--old'] }],
    ['variables', { env: [{ name: 'MODE', value: 'test' }] }],
    ['ConfigMaps', { envFrom: [{ configMapRef: { name: 'old' } }] }],
  ])('not with other %s, as in the middle of a roll-out', (_, container) => {
    expect(ask(podOf(container))).toEqual([]);
  });

  it('not where nobody knows the digest', () => {
    expect(ask(podOf({}, { containerStatuses: [] }))).toEqual([]);
  });
});

describe('a check over TLS', () => {
  const over = (protocol: string) =>
    service({
      neg: '{"ingress": true}',
      ports: [{ name: 'tls', port: 80, targetPort: 8080 }],
      annotations: { 'cloud.google.com/app-protocols': JSON.stringify({ tls: protocol }) },
    });

  it.each(['HTTPS', 'HTTP2'])('is asked over %s, and what is heard belongs to that alone', (protocol) => {
    const raw = [ingress({ class: 'gce' }), over(protocol), deployment({ container: CONTAINER })];
    const snapshot = createSnapshot(raw.map(parsed), 'listed');
    const plan = createPlanner(snapshot, settingsAsStored(NO_FACTS)).planOf(parsed(raw[0] ?? {}) as Ingress);
    const [one] = worthAsking(plan, snapshot, () => false);
    if (one === undefined) throw new TypeError('it is worth asking');
    const [candidate] = candidatesOf(one.target, [podOf()], snapshot);
    expect(candidate).toMatchObject({ question: { protocol }, known: { protocol, port: 8080 } });
    if (candidate === undefined) throw new TypeError('it may be asked');
    const heard = { kind: 'answer', status: 404, location: undefined, says: '' } as const;
    const learned = learnedFrom(candidate, heard, '2026-11-28T10:00:00Z');
    if (learned === undefined) throw new TypeError('it is learned');
    expect(isAskedSince(one, [learned], snapshot, '2026-11-27T10:00:00Z')).toBe(true);
    expect(isAskedSince(one, [{ ...learned, protocol: 'HTTP' }], snapshot, '2026-11-27T10:00:00Z')).toBe(false);
  });
});

describe('what is heard of it', () => {
  const [candidate] = ask(podOf());
  if (candidate === undefined) throw new TypeError('it may be asked');
  const learn = (heard: Heard) => learnedFrom(candidate, heard, '2026-11-28T10:00:00Z');
  const answer = (status: number, location?: string): Heard => ({ kind: 'answer', status, location, says: 'a secret' });

  it('is a status, and of a Location the scheme and whether it is the same host, and no more', () => {
    const learned = learn(answer(307, 'https://10.8.1.17/healthz?token=x'));
    expect(learned).toMatchObject({ status: 307, scheme: 'https', redirectsTo: 'sameHost', source: 'asked' });
    expect(JSON.stringify(learned)).not.toMatch(/token|secret/);
    expect(learn(answer(302, 'http://169.254.169.254/'))).toMatchObject({ scheme: 'http', redirectsTo: 'otherHost' });
    // To the kubelet it is the same host, whatever the port.
    expect(learn(answer(307, 'https://10.8.1.17:8443/'))).toMatchObject({ redirectsTo: 'sameHost' });
    expect(learn(answer(301, '/login'))).toMatchObject({ scheme: 'http', redirectsTo: 'sameHost' });
    expect(learn(answer(302, 'javascript:alert(1)'))).toMatchObject({ scheme: '' });
  });

  it('is nothing where it may be for the asker, or for the moment', () => {
    expect([403, 408, 425, 429, 500, 502, 503, 504].map((status) => learn(answer(status)))).toEqual(
      Array(8).fill(undefined),
    );
    for (const why of ['timeout', 'closed', 'refused', 'forward', 'not-http'] as const)
      expect(learn({ kind: 'silence', why, detail: '' })).toBeUndefined();
    expect([200, 204, 400, 401, 404].map((status) => learn(answer(status))?.status)).toEqual([200, 204, 400, 401, 404]);
  });

  it('is asked again only when it is old, or the workload another', () => {
    const { plan, snapshot } = world();
    const [one] = worthAsking(plan, snapshot, () => false);
    const learned = learn(answer(404));
    if (one === undefined || learned === undefined) throw new TypeError('it is worth asking');
    expect(isAskedSince(one, [learned], snapshot, '2026-11-27T10:00:00Z')).toBe(true);
    expect(isAskedSince(one, [learned], snapshot, '2026-11-28T11:00:00Z')).toBe(false);
    expect(isAskedSince(one, [{ ...learned, settings: 'other' }], snapshot, '2026-11-27T10:00:00Z')).toBe(false);
  });
});

it('takes turns between namespaces', () => {
  const named = (namespace: string, name: string) => parsed(ingress({ namespace, name })) as Ingress;
  const all = [named('a', '1'), named('a', '2'), named('a', '3'), named('b', '4'), named('c', '5'), named('c', '6')];
  expect(inTurns(all).map(({ metadata }) => metadata.name)).toEqual(['1', '4', '5', '2', '6', '3']);
  expect(inTurns([])).toEqual([]);
});

describe('a backend is worth asking', () => {
  const NO = { 'gke-ingress-guard.dev/ask': 'false' };
  const count = (more: readonly RawObject[] = [], of?: RawObject, isExcluded = false): number => {
    const { plan, snapshot } = world(more, of);
    return worthAsking(plan, snapshot, () => isExcluded).length;
  };

  it('where GKE serves it, and nobody forbids it', () => {
    expect(count()).toBe(1);
    expect(count([], ingress({ class: 'nginx' }))).toBe(0);
    expect(count([], undefined, true)).toBe(0);
    expect(count([], ingress({ class: 'gce', annotations: NO }))).toBe(0);
    expect(count([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', annotations: NO } }])).toBe(0);
    expect(count([service({ neg: '{"ingress": true}', annotations: NO })])).toBe(0);
    expect(count([deployment({ container: CONTAINER, annotations: NO })])).toBe(0);
    expect(count([deployment({ container: CONTAINER, annotations: { 'gke-ingress-guard.dev/ask': 'true' } })])).toBe(1);
  });
});
