// What the rules make of a cluster that is watched: of which kinds absence says something; and that the webhook never says it,
// since what is missing may come with the next object, or be on its way through the watch.
import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { parseReview } from '../../src/admission/review.ts';
import { createJudge } from '../../src/judge/judge.ts';
import type { Kind } from '../../src/kubernetes/objects.ts';
import { RULES } from '../../src/rules/index.ts';
import { LiveSnapshot } from '../../src/snapshot/live-snapshot.ts';
import { judgeSettings } from '../../src/verdict/corridor.ts';
import { corridorOf, parsed, policyOf } from '../support/corridor.ts';
import { argocdServer, configMap, deployment, ingress, type RawObject, service } from '../support/objects.ts';
import { reviewOf } from '../support/reviews.ts';

const ENFORCING = policyOf({ modes: Object.fromEntries(RULES.map(({ id }) => [id, 'enforce'] as const)) });
const WATCHED: readonly Kind[] = ['Service', 'Ingress', 'Deployment', 'StatefulSet', 'DaemonSet'];

function liveOf(kinds: readonly Kind[], ...objects: readonly RawObject[]): LiveSnapshot {
  const live = new LiveSnapshot();
  for (const kind of kinds) live.know('current', kind);
  for (const object of objects) live.put(parsed(object));
  return live;
}

/** The rules that speak, those that refuse in capitals. */
function rulesOf(raw: RawObject, snapshot: LiveSnapshot): readonly string[] {
  const review = parseReview(reviewOf(raw));
  if (!review.ok) throw new TypeError('the review of a test is one');
  const { findings } = admit('validate', review.review, corridorOf([], { snapshot, policy: ENFORCING }));
  return findings.map(({ finding, outcome }) => (outcome === 'refused' ? finding.rule.toUpperCase() : finding.rule));
}

/** What the audit would find: the late findings too. */
function auditOf(raw: RawObject, snapshot: LiveSnapshot): readonly string[] {
  expect(rulesOf(raw, snapshot).filter((rule) => LATE.includes(rule.toLowerCase()))).toEqual([]);
  const object = parsed(raw);
  const over = snapshot.overlay(object);
  const settings = judgeSettings(corridorOf([], { snapshot }), over, object.metadata.namespace);
  return createJudge(settings, over)
    .judge(object)
    .findings.map(({ rule }) => rule);
}

const LATE = [
  'backend-service-missing',
  'backend-without-endpoints',
  'backend-config-missing',
  'frontend-config-missing',
  'managed-certificate-problem',
];

describe('absence in a cluster that is watched', () => {
  const front = ingress({ class: 'gce' });
  const behind = service({ neg: '{"ingress": true}' });

  it('of a Service is told once Services are known', () => {
    expect(auditOf(front, liveOf([]))).not.toContain('backend-service-missing');
    expect(auditOf(front, liveOf(['Service']))).toContain('backend-service-missing');
  });

  it('of Pods is told once every kind that is watched and makes Pods is known', () => {
    const partly = WATCHED.filter((kind) => kind !== 'DaemonSet');
    expect(auditOf(behind, liveOf(partly, front))).not.toContain('backend-without-endpoints');
    expect(auditOf(behind, liveOf(WATCHED, front))).toContain('backend-without-endpoints');
    expect(auditOf(behind, liveOf(WATCHED, front, deployment()))).not.toContain('backend-without-endpoints');
  });

  it('of a BackendConfig, FrontendConfig or ManagedCertificate is told where its definition is installed', () => {
    const annotations = {
      'networking.gke.io/v1beta1.FrontendConfig': 'gone',
      'networking.gke.io/managed-certificates': 'gone',
    };
    const named = service({
      neg: '{"ingress": true}',
      annotations: { 'cloud.google.com/backend-config': '{"default": "gone"}' },
    });
    const dressed = ingress({ class: 'gce', annotations });
    const bare = liveOf(WATCHED, named, deployment());
    for (const rule of ['backend-config-missing', 'frontend-config-missing', 'managed-certificate-problem']) {
      expect(auditOf(dressed, bare)).not.toContain(rule);
    }
    const custom: readonly Kind[] = ['BackendConfig', 'FrontendConfig', 'ManagedCertificate'];
    const full = liveOf([...WATCHED, ...custom], named, deployment());
    expect(auditOf(dressed, full)).toEqual(
      expect.arrayContaining(['frontend-config-missing', 'managed-certificate-problem']),
    );
    full.put(parsed(dressed));
    expect(auditOf(named, full)).toContain('backend-config-missing');
  });

  it('of a Secret is never told, for no Secret is ever looked at', () => {
    const tls = ingress({ class: 'gce', tls: [{ secretName: 'gone' }] });
    expect(auditOf(tls, liveOf(WATCHED, behind, deployment()))).not.toContain('tls-secret-missing');
  });
});

describe('the setting that argocd-server reads from a ConfigMap', () => {
  const name = 'argocd-cmd-params-cm';
  const key = { name, key: 'server.insecure', optional: true };
  const server = argocdServer({ env: [{ name: 'ARGOCD_SERVER_INSECURE', valueFrom: { configMapKeyRef: key } }] });

  it('is off, for certain, where that ConfigMap is known not to be there, and unknown where nobody looked', () => {
    const front = ingress({ class: 'gce', namespace: 'argocd', service: 'argocd-server' });
    const behind = service({ name: 'argocd-server', namespace: 'argocd', neg: '{"ingress": true}' });
    const live = liveOf(WATCHED, front, behind);
    expect(rulesOf(server, live)).toContain('probe-redirects-to-https');
    live.know('current', 'ConfigMap', name);
    expect(rulesOf(server, live)).toContain('PROBE-REDIRECTS-TO-HTTPS');
    live.put(parsed(configMap({ name, namespace: 'argocd', data: { 'server.insecure': 'true' } })));
    expect(rulesOf(server, live)).toEqual(['neg-rollout-unprotected']);
  });
});
