// A cluster with the rights of deploy/components/audit-reports, guards that write reports into it, and what is read of them.
import { expect } from 'vitest';
import { REPORT_KINDS, REPORT_NAME, type ReportKind } from '../../src/kubernetes/report-kinds.ts';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { type Manifest, renderTogether } from '../support/kustomize.ts';
import type { RawObject } from '../support/objects.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { factsText, NAME } from './deployed-guard.ts';
import { serviceAccountKubeconfig } from './service-account.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const ACCOUNT_KINDS = ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];
const WAIT = { timeoutMs: 90_000 };

/** As the table has them. */
export const [OPEN, POLICY] = REPORT_KINDS as readonly [ReportKind, ReportKind];

export const MISSING = 'backend-service-missing fail';

export interface Report extends KubeObject {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion: string };
  readonly results: readonly {
    readonly source: string;
    readonly policy: string;
    readonly result: string;
    readonly message: string;
    readonly timestamp: { readonly seconds: number };
  }[];
  readonly summary: Readonly<Record<string, number>>;
}

export class ReportingCluster {
  readonly cluster: TestCluster;
  /** The test's own. */
  namespace = '';
  #worlds = 0;
  readonly #namespaces: string[] = [];
  readonly #guards: GuardProcess[] = [];

  private constructor(cluster: TestCluster) {
    this.cluster = cluster;
  }

  static async start(): Promise<ReportingCluster> {
    const cluster = await startTestCluster();
    for (const one of reportingManifests().filter(({ kind }) => ACCOUNT_KINDS.includes(kind))) {
      await mustSucceed(cluster.client.create(one, { fieldValidation: 'Strict' }));
    }
    return new ReportingCluster(cluster);
  }

  async begin(): Promise<void> {
    this.#worlds += 1;
    this.namespace = await this.another('reported');
  }

  /** Leaves nothing that the next test would find. */
  async end(): Promise<void> {
    for (const guard of this.#guards.splice(0)) await guard.stop();
    for (const one of this.#namespaces.splice(0)) {
      await this.removeIngresses(one);
      for (const kind of REPORT_KINDS) await this.#delete(pathOf(kind, one));
    }
  }

  async another(name: string, full = `${name}-${this.#worlds}`): Promise<string> {
    await this.cluster.client.createNamespace(full);
    this.#namespaces.push(full);
    return full;
  }

  async store(object: RawObject, namespace = this.namespace): Promise<KubeObject> {
    const raw = object as KubeObject; // the builders make whole objects
    const placed = { ...raw, metadata: { ...raw.metadata, namespace } };
    return (await mustSucceed(this.cluster.client.create(placed))).body as KubeObject;
  }

  removeIngresses(namespace = this.namespace): Promise<void> {
    return this.#delete(`/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`);
  }

  async startReporter(
    name = NAME.name,
    facts = factsText('httpLoadBalancing: enabled\nvpcNative: true'),
  ): Promise<GuardProcess> {
    const kubeconfig = await this.kubeconfig(name);
    const guard = await startGuard({ facts, kubeconfig, args: ['--drain-seconds=0', '--audit', '--audit-reports'] });
    this.#guards.push(guard);
    return guard;
  }

  /** Of a ServiceAccount of the guard's namespace. */
  kubeconfig(name: string = NAME.name): Promise<string> {
    return serviceAccountKubeconfig(this.cluster, { namespace: NAME.namespace, name });
  }

  async read(kind: ReportKind = OPEN, namespace = this.namespace): Promise<Report | undefined> {
    const path = `${pathOf(kind, namespace)}/${REPORT_NAME}`;
    const { status, body } = await this.cluster.client.request({ method: 'GET', path });
    if (status === 404) return undefined;
    expect(status).toBe(200);
    return body as Report; // as its CustomResourceDefinition has it
  }

  until(
    what: string,
    isIt: (report: Report | undefined) => boolean,
    { kind = OPEN, namespace = this.namespace }: { readonly kind?: ReportKind; readonly namespace?: string } = {},
  ): Promise<Report | undefined> {
    return waitFor(what, () => this.read(kind, namespace), isIt, WAIT);
  }

  async #delete(path: string): Promise<void> {
    await this.cluster.client.request({ method: 'DELETE', path });
  }
}

export function reportingManifests(): readonly Manifest[] {
  return renderTogether(['base'], ['components/audit', 'components/audit-reports']);
}

function pathOf({ group, version, plural }: ReportKind, namespace: string): string {
  return `/apis/${group}/${version}/namespaces/${namespace}/${plural}`;
}

export const isThere = (report: Report | undefined): boolean => report !== undefined;
export const isGone = (report: Report | undefined): boolean => report === undefined;

export function policies(report: Report | undefined): readonly string[] {
  return (report?.results ?? []).map(({ policy, result }) => `${policy} ${result}`);
}

export function lines(guard: GuardProcess, text: string): readonly Readonly<Record<string, unknown>>[] {
  return guard.log.filter(({ msg }) => String(msg).startsWith(text));
}

export function said(guard: GuardProcess, text: string): Promise<unknown> {
  return waitFor(
    `"${text}"`,
    async () => lines(guard, text).length,
    (count) => count > 0,
    WAIT,
  );
}

export async function metric(guard: GuardProcess, name: string): Promise<readonly string[]> {
  const text = await (await fetch(`http://${guard.address}:${guard.healthPort}/metrics`)).text();
  return text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}
