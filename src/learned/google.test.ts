import { describe, expect, it } from 'vitest';
import { EXEMPTIONS, parsed } from '../../test/support/corridor.ts';
import { fakeApps } from '../../test/support/fake-apps.ts';
import { deployment, ingress, networkPolicy, type RawObject, service } from '../../test/support/objects.ts';
import { NO_FACTS } from '../facts/facts.ts';
import { explainFindings } from '../judge/explained.ts';
import { createJudge } from '../judge/judge.ts';
import { prepareRules } from '../judge/prepared-rules.ts';
import { settingsAsStored } from '../plan/plan-input.ts';
import { RULES } from '../rules/index.ts';
import { createSnapshot } from '../snapshot/snapshot.ts';
import { parseClusterPod } from './cluster-pod.ts';
import { assumingPolicies, healthOf, isAppUnhealthy, SYNC_MS, seenBackendsOf } from './google.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const NEG = 'k8s1-0123abcd-shop-web-80-89ab0123';
const PROBE = { readinessProbe: { httpGet: { path: '/healthz', port: 8080 } } };

interface Given {
  readonly backends?: string;
  readonly more?: readonly RawObject[];
  readonly sinceMs?: number;
  readonly startedAt?: string;
  readonly isReady?: boolean;
  readonly negReason?: string;
  readonly isReached?: boolean;
  readonly pods?: number;
}

function judged({ backends = `{"${NEG}":"UNHEALTHY"}`, more = [] }: Given) {
  const raw = ingress({ class: 'gce', annotations: { 'ingress.kubernetes.io/backends': backends } });
  const neighbours = [service({ neg: '{"ingress": true}' }), deployment({ container: PROBE }), ...more];
  const snapshot = createSnapshot([raw, ...neighbours].map(parsed), 'listed');
  const settings = {
    rules: prepareRules(RULES),
    facts: assumingPolicies(NO_FACTS),
    apps: fakeApps({}),
    trustsObserved: false,
    exemptions: EXEMPTIONS,
    plans: settingsAsStored(NO_FACTS),
    isExcluded: () => false,
  };
  const judge = createJudge(settings, snapshot);
  const stored = snapshot.get('Ingress', 'shop', 'web');
  if (stored === undefined) throw new TypeError('it is there');
  const plan = judge.planner.planOf(stored);
  const [backend] = plan.backends;
  if (backend === undefined) throw new TypeError('it has a backend');
  return { backend, findings: explainFindings(plan, judge), seen: seenBackendsOf(plan) };
}

function isOfTheApp(given: Given = {}): boolean {
  const { backend, findings, seen } = judged(given);
  const { sinceMs = NOW - SYNC_MS, startedAt = '2026-11-28T08:00:00Z', isReady = true, negReason } = given;
  const gate = negReason === undefined ? [] : [{ type: 'cloud.google.com/load-balancer-neg-ready', reason: negReason }];
  const pod = parseClusterPod({
    metadata: { name: 'web-0', namespace: 'shop', labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', image: 'web:1' }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }, ...gate],
      containerStatuses: [{ name: 'web', state: { running: { startedAt } } }],
    },
  });
  if (pod === undefined) throw new TypeError('it is a Pod');
  const pods = Array(given.pods ?? 1).fill(pod);
  if (healthOf(backend, seen) !== 'UNHEALTHY') return false;
  return isAppUnhealthy({ backend, pods, findings, sinceMs, isReached: given.isReached ?? true, nowMs: NOW });
}

describe('UNHEALTHY by the annotation of the controller', () => {
  it('is the app, where nothing else explains it', () => {
    expect(isOfTheApp()).toBe(true);
    expect(isOfTheApp({ negReason: 'LoadBalancerNegTimeout' })).toBe(true);
  });

  it('is not what the annotation says of another backend, or does not know', () => {
    expect(isOfTheApp({ backends: `{"${NEG}":"HEALTHY"}` })).toBe(false);
    expect(isOfTheApp({ backends: `{"${NEG}":"Unknown"}` })).toBe(false);
    expect(isOfTheApp({ backends: '{"k8s1-0123abcd-shop-other-80-89ab0123":"UNHEALTHY"}' })).toBe(false);
    expect(isOfTheApp({ backends: 'Unknown' })).toBe(false);
  });

  it('is not where no backend of the cluster is HEALTHY: a firewall may keep Google out', () => {
    expect(isOfTheApp({ isReached: false })).toBe(false);
  });

  it('is not before the annotation was written anew, nor of Pods that are younger, not Ready, or none', () => {
    expect(isOfTheApp({ sinceMs: NOW - SYNC_MS + 1 })).toBe(false);
    expect(isOfTheApp({ startedAt: '2026-11-28T11:55:00Z' })).toBe(false);
    expect(isOfTheApp({ isReady: false })).toBe(false);
    expect(isOfTheApp({ pods: 0 })).toBe(false);
  });

  it('is not where the NEG controller saw a Pod healthy', () => {
    expect(isOfTheApp({ negReason: 'LoadBalancerNegReady' })).toBe(false);
  });

  it('is not where the plan has another cause', () => {
    const blocked = networkPolicy({ spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] } });
    expect(isOfTheApp({ more: [blocked] })).toBe(false);
    const elsewhere = service({ neg: '{"ingress": true}', ports: [{ name: 'http', port: 80, targetPort: 9999 }] });
    expect(isOfTheApp({ more: [elsewhere] })).toBe(false);
    const second = deployment({ name: 'web-canary', container: PROBE });
    expect(isOfTheApp({ more: [second] })).toBe(false);
  });
});
