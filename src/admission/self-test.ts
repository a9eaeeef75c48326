// Whether the engine that has been loaded works at all, tried once before it says that it is ready: a build that
// lacks a part then stops a roll-out at its first Pod. It also loads and compiles what the first review would wait for.

import type { Known } from '../facts/facts.ts';
import type { Policy } from '../policy/policy.ts';
import { emptySnapshot } from '../snapshot/snapshot.ts';
import type { Corridor } from '../verdict/corridor.ts';
import { type Admission, admit, type Webhook } from './admit.ts';
import { parseReview } from './review.ts';

const UID = 'self-test';
const NAMESPACE = 'self-test';

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: NAMESPACE },
  spec: { type: 'ClusterIP', selector: { app: 'web' }, ports: [{ port: 80 }] },
};

const INGRESS = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', namespace: NAMESPACE, annotations: { 'kubernetes.io/ingress.class': 'gce' } },
  spec: {
    rules: [
      {
        // A "*" in a path of this type fails the whole Ingress (rule path-invalid).
        http: {
          paths: [{ path: '/*', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
        },
      },
    ],
  },
};

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: NAMESPACE },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] }] },
    },
  },
};

/** Each with what must come of it. */
const CASES: readonly {
  readonly webhook: Webhook;
  readonly object: object;
  readonly allowed: boolean;
  readonly patched?: boolean;
}[] = [
  { webhook: 'mutate', object: SERVICE, allowed: true, patched: true },
  { webhook: 'validate', object: SERVICE, allowed: true },
  { webhook: 'validate', object: INGRESS, allowed: false },
  { webhook: 'validate', object: DEPLOYMENT, allowed: true },
];

/** @returns why the engine must not serve, or undefined where it may */
export function selfTest(corridor: Corridor): string | undefined {
  const strict: Corridor = {
    ...corridor,
    policy: strictly(corridor),
    facts: { ...corridor.facts, httpLoadBalancing: known('enabled'), vpcNative: known(true) },
    snapshot: emptySnapshot(),
  };
  for (const { webhook, object, allowed, patched } of CASES) {
    const of = `a ${webhook} review of its self-test`;
    try {
      const { answer, patch, failures } = judge(webhook, object, strict);
      const [failure] = failures;
      if (failure !== undefined) return `rule ${failure.rule} failed in ${of}`;
      if (answer.response.uid !== UID) return `${of} was answered with another uid`;
      if (answer.response.allowed !== allowed) return `${of} was ${allowed ? 'refused' : 'allowed'}`;
      if (patched === true && patch === undefined) return `${of} was not patched`;
    } catch (error) {
      return `${of} failed: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return undefined;
}

function known<T>(value: T): Known<T> {
  return { known: true, value, source: 'file', learntAtMs: 0 };
}

function judge(webhook: Webhook, object: object, corridor: Corridor): Admission {
  const group = 'self-test';
  const request = { uid: UID, operation: 'CREATE', kind: { group, version: 'v1', kind: 'Any' }, object };
  const read = parseReview({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
  if (!read.ok) throw new TypeError(read.detail);
  return admit(webhook, read.review, corridor);
}

/** Every rule refuses and everything is injected, whatever the user's policy: what is tried is the engine. */
function strictly({ policy, rules }: Corridor): Policy {
  return {
    ...policy,
    modes: new Map(rules.map(({ id }) => [id, 'enforce'])),
    namespaces: [],
    neg: { inject: 'always', types: ['ClusterIP'], scope: 'all', onUpdate: 'restore' },
    isExcluded: () => false,
  };
}
