// `serve --audit` beside the controllers, with the rights that deploy/components/audit gives it: what it finds, and its Events.
import { mustSucceed } from '../cluster/api-client.ts';
import { factsText, NAME } from '../cluster/deployed-guard.ts';
import { serviceAccountKubeconfig } from '../cluster/service-account.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { renderTogether } from '../support/kustomize.ts';
import type { Flags, RawObject } from './case.ts';
import type { ControllerCluster } from './cluster.ts';
import { storeAll } from './store.ts';

const ACCOUNT_KINDS = ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];
const DEADLINE = { timeoutMs: 180_000, intervalMs: 500 };

/** What it finds in one namespace now. */
export interface Found {
  /** Rules with a certain error. */
  readonly errors: readonly string[];
  readonly events: readonly AuditEvent[];
}

export interface AuditEvent {
  readonly rule: string;
  readonly regarding: ObjectName;
  readonly related: ObjectName | undefined;
}

interface ObjectName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Auditor {
  /** Of each namespace of these, once it has judged all that is stored by now, and has written all of its Events. */
  found(namespaces: readonly string[]): Promise<ReadonlyMap<string, Found>>;
  stop(): Promise<unknown>;
}

export async function startAuditor(cluster: ControllerCluster, flags: Flags): Promise<Auditor> {
  const { client } = cluster.plain;
  for (const one of renderTogether(['base'], ['components/audit']).filter(({ kind }) => ACCOUNT_KINDS.includes(kind))) {
    await mustSucceed(client.create(one));
  }
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== ''));
  const guard = await startGuard({
    facts: factsText(`httpLoadBalancing: enabled\nvpcNative: true\ncontroller: ${JSON.stringify(given)}`),
    kubeconfig: await serviceAccountKubeconfig(cluster.plain, NAME),
    args: ['--drain-seconds=0', '--audit'],
  });
  return { found: (namespaces) => found(cluster, guard, namespaces), stop: () => guard.stop() };
}

/** Namespaces are judged in the order in which they change: once it has judged this one, it has all that changed before. */
const LAST = 'audited-last';

async function found(
  cluster: ControllerCluster,
  guard: GuardProcess,
  namespaces: readonly string[],
): Promise<ReadonlyMap<string, Found>> {
  await storeAll(cluster.store, [brokenIn(LAST)]);
  await waitFor(
    'the audit to come to the last namespace',
    async () => ({ findings: await findingsOf(guard), log: guard.log.slice(-5) }),
    (now) => now.findings.some(({ namespace }) => namespace === LAST),
    DEADLINE,
  );
  const { findings, events } = await waitFor(
    'the Events of the audit',
    async () => withoutEvents(await findingsOf(guard), await eventsOf(cluster)),
    ({ untold }) => untold.length === 0,
    DEADLINE,
  );
  const errors = findings.filter(({ severity }) => severity === 'error');
  return new Map(
    namespaces.map((namespace) => [
      namespace,
      {
        errors: errors.filter((one) => one.namespace === namespace).map(({ rule }) => rule),
        events: events.filter(({ regarding }) => regarding.namespace === namespace),
      },
    ]),
  );
}

interface Told {
  readonly findings: readonly Counted[];
  readonly events: readonly AuditEvent[];
  readonly untold: readonly string[];
}

function withoutEvents(findings: readonly Counted[], events: readonly AuditEvent[]): Told {
  const told = new Set(events.map(({ rule, regarding }) => `${regarding.namespace} ${rule}`));
  const untold = findings.map(({ rule, namespace }) => `${namespace} ${rule}`).filter((one) => !told.has(one));
  return { untold, findings, events };
}

function brokenIn(namespace: string): RawObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'last', namespace, annotations: { 'kubernetes.io/ingress.class': 'gce' } },
    spec: { defaultBackend: { service: { name: 'absent', port: { number: 80 } } } },
  };
}

interface Counted {
  readonly rule: string;
  readonly severity: string;
  readonly namespace: string;
}

async function findingsOf({ healthPort }: GuardProcess): Promise<readonly Counted[]> {
  const text = await (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text();
  const label = (labels: string, name: string): string => new RegExp(`${name}="(.*?)"`).exec(labels)?.[1] ?? '';
  return [...text.matchAll(/^guard_audit_findings\{(.*)\}/gm)].map(([, labels = '']) => ({
    rule: label(labels, 'rule'),
    severity: label(labels, 'severity'),
    namespace: label(labels, 'namespace'),
  }));
}

interface KubeEvent {
  readonly type: string;
  readonly note: string;
  readonly regarding: ObjectName;
  readonly related?: ObjectName;
}

/** Of what is wrong, not of what is over. */
async function eventsOf({ store }: ControllerCluster): Promise<readonly AuditEvent[]> {
  const path = '/apis/events.k8s.io/v1/events?fieldSelector=reportingController=gke-ingress-guard.dev/audit';
  const { items } = (await store.must('GET', path)) as { readonly items: readonly KubeEvent[] };
  return items
    .filter(({ type }) => type === 'Warning')
    .map(({ note, regarding, related }) => ({
      rule: /\[([a-z][a-z0-9]*-[a-z0-9-]+)\]/.exec(note)?.[1] ?? '',
      regarding,
      related,
    }));
}
