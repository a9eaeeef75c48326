// deploy/base says again what the code says: which kinds, which namespaces, which ports, paths and options. Each is
// compared with where it comes from.
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { admit } from '../../src/admission/admit.ts';
import { parseReview } from '../../src/admission/review.ts';
import { NO_FACTS } from '../../src/facts/facts.ts';
import { parseFactsFile } from '../../src/facts/facts-file.ts';
import { isJudged } from '../../src/judge/chain.ts';
import type { Kind } from '../../src/kubernetes/objects.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import { at } from '../../src/kubernetes/read.ts';
import { RULES } from '../../src/rules/index.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { directoryOf, run } from '../cli/support.ts';
import { corridorOf, policyOf } from '../support/corridor.ts';
import { ADD_ON_ON } from '../support/facts.ts';
import { startGuard } from '../support/guard-process.ts';
import { hasGo } from '../support/has-go.ts';
import { type Manifest, render } from '../support/kustomize.ts';
import type { RawObject } from '../support/objects.ts';
import { reviewOf } from '../support/reviews.ts';
import { firstAt, listAt, only, readManifest } from './support.ts';

if (!hasGo) console.warn('base.test.ts: skipped, because there is no "go" on PATH to build the renderer with');

/** The API's name of each kind that the guard reads. */
const RESOURCES: Readonly<Record<Kind, readonly [group: string, version: string, resource: string]>> = {
  Ingress: ['networking.k8s.io', 'v1', 'ingresses'],
  IngressClass: ['networking.k8s.io', 'v1', 'ingressclasses'],
  Service: ['', 'v1', 'services'],
  Deployment: ['apps', 'v1', 'deployments'],
  StatefulSet: ['apps', 'v1', 'statefulsets'],
  DaemonSet: ['apps', 'v1', 'daemonsets'],
  Pod: ['', 'v1', 'pods'],
  ReplicationController: ['', 'v1', 'replicationcontrollers'],
  Rollout: ['argoproj.io', 'v1alpha1', 'rollouts'],
  ReplicaSet: ['apps', 'v1', 'replicasets'],
  Job: ['batch', 'v1', 'jobs'],
  CronJob: ['batch', 'v1', 'cronjobs'],
  ConfigMap: ['', 'v1', 'configmaps'],
  Secret: ['', 'v1', 'secrets'],
  BackendConfig: ['cloud.google.com', 'v1', 'backendconfigs'],
  FrontendConfig: ['networking.gke.io', 'v1beta1', 'frontendconfigs'],
  ManagedCertificate: ['networking.gke.io', 'v1', 'managedcertificates'],
  Issuer: ['cert-manager.io', 'v1', 'issuers'],
  ClusterIssuer: ['cert-manager.io', 'v1', 'clusterissuers'],
  Certificate: ['cert-manager.io', 'v1', 'certificates'],
  Namespace: ['', 'v1', 'namespaces'],
  NetworkPolicy: ['networking.k8s.io', 'v1', 'networkpolicies'],
};

/**
 * Judged in files and in the audit, but never asked about: Pods start while a cluster comes up, and nothing may hold them
 * up; a ReplicationController is made by nobody any more; a Rollout is of another project, and few clusters have it; most
 * ReplicaSets and Jobs are made by Deployments and CronJobs, at every rollout and every run.
 */
const NOT_INTERCEPTED: readonly Kind[] = ['Pod', 'ReplicationController', 'Rollout', 'ReplicaSet', 'Job', 'CronJob'];

const KINDS = Object.keys(RESOURCES) as Kind[]; // the keys of a Record<Kind, …>

function minimal(kind: Kind): RawObject {
  const [group, version] = RESOURCES[kind];
  const spec = { selector: { app: 'web' }, ports: [{ port: 80 }] };
  return {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    metadata: { name: 'web', namespace: 'shop' },
    spec,
  };
}

function isJudgedKind(kind: Kind): boolean {
  const object = parseObject(minimal(kind));
  if (object === undefined) throw new Error(`${kind} is not read`);
  return isJudged(object);
}

function isAskedAbout(kind: Kind): boolean {
  return isJudgedKind(kind) && !NOT_INTERCEPTED.includes(kind);
}

function isPatched(kind: Kind): boolean {
  const review = parseReview(reviewOf(minimal(kind)));
  if (!review.ok) throw new Error(review.detail);
  return admit('mutate', review.review, corridorOf([], { facts: ADD_ON_ON })).patch !== undefined;
}

/** The webhook's rules, one line a resource. */
function interceptedBy(configuration: Manifest): readonly string[] {
  return listAt(firstAt(configuration, 'webhooks'), 'rules').flatMap((rule) => {
    expect(at(rule, 'operations')).toEqual(['CREATE', 'UPDATE']);
    expect(at(rule, 'scope')).toBe('Namespaced');
    const of = (field: string) => listAt(rule, field).map(String);
    return of('apiGroups').flatMap((group) =>
      of('apiVersions').flatMap((version) => of('resources').map((resource) => `${group}/${version}/${resource}`)),
    );
  });
}

function namesOf(kinds: readonly Kind[]): readonly string[] {
  return kinds.map((kind) => RESOURCES[kind].join('/')).toSorted();
}

function excludedBy(configuration: Manifest): readonly string[] {
  const expressions = listAt(firstAt(configuration, 'webhooks'), 'namespaceSelector', 'matchExpressions');
  expect(expressions).toHaveLength(1);
  expect(expressions[0]).toMatchObject({ key: 'kubernetes.io/metadata.name', operator: 'NotIn' });
  return listAt(expressions[0], 'values').map(String);
}

/** The default of an option of `serve`, as its help prints it. */
async function defaultOf(option: string): Promise<string | undefined> {
  const { out } = await run(['serve', '--help']);
  // A description may go on in the next line.
  const text = out.replaceAll(/\n {10,}/g, ' ');
  return new RegExp(`${option} .*?\\(default: "?([^")]+)"?\\)`).exec(text)?.[1];
}

describe.skipIf(!hasGo)('deploy/base', () => {
  const manifests = hasGo ? render(new URL('../../deploy/base', import.meta.url).pathname) : [];
  const mutating = () => only(manifests, 'MutatingWebhookConfiguration');
  const validating = () => only(manifests, 'ValidatingWebhookConfiguration');
  const webhooks = () => [firstAt(mutating(), 'webhooks'), firstAt(validating(), 'webhooks')];
  const deployment = () => only(manifests, 'Deployment');
  const container = () => firstAt(deployment(), 'spec', 'template', 'spec', 'containers');
  const args = () => listAt(container(), 'args').map(String);

  it('asks about the kinds that the engine judges, and for a patch about those that it patches', () => {
    expect(NOT_INTERCEPTED.filter((kind) => !isJudgedKind(kind))).toEqual([]);
    expect(interceptedBy(validating()).toSorted()).toEqual(namesOf(KINDS.filter(isAskedAbout)));
    expect(interceptedBy(mutating())).toEqual(namesOf(KINDS.filter(isPatched)));
  });

  it('asks about the kinds that metrics have a label for', async () => {
    const metrics = createMetrics({ facts: () => NO_FACTS, snapshot: () => [], clock: () => 0 });
    for (const kind of KINDS) metrics.admission('validate', kind, true, 0);
    const durations = await metrics.registry.getSingleMetric('guard_admission_duration_seconds')?.get();
    const labels = new Set(durations?.values.map(({ labels: { kind } }) => String(kind)));
    expect([...labels].toSorted()).toEqual([...KINDS.filter(isAskedAbout), 'other'].toSorted());
  });

  it('leaves out the namespaces that the policy excludes, in both webhooks alike', () => {
    const excluded = excludedBy(validating());
    expect(excludedBy(mutating())).toEqual(excluded);
    expect(excluded.filter((namespace) => !policyOf().isExcluded(namespace))).toEqual([]);
    const patterns: unknown[] = parse(
      readFileSync(new URL('../../policies/guard.yaml', import.meta.url), 'utf8'),
    ).excludedNamespaces;
    const unmatched = patterns.map(String).filter((pattern) => {
      const start = pattern.endsWith('*') ? pattern.slice(0, -1) : undefined;
      return !excluded.some((namespace) => (start === undefined ? namespace === pattern : namespace.startsWith(start)));
    });
    expect(unmatched).toEqual([]);
    expect(excluded).toContain(only(manifests, 'Namespace').metadata.name);
  });

  it('answers to dry runs, in every version of a kind, and after other webhooks', () => {
    expect(webhooks()).toMatchObject([
      { sideEffects: 'None', matchPolicy: 'Equivalent', reinvocationPolicy: 'IfNeeded', failurePolicy: 'Ignore' },
      { sideEffects: 'None', matchPolicy: 'Equivalent', failurePolicy: 'Ignore' },
    ]);
    for (const webhook of webhooks()) expect(at(webhook, 'timeoutSeconds')).toBeLessThanOrEqual(5);
  });

  it('serves on one port, which is the default of the program and open to private control planes', async () => {
    const port = Number(await defaultOf('--port <port>'));
    expect(port).toBe(10250);
    expect(args().filter((arg) => /^--(health-)?port/.test(arg))).toEqual([]);
    expect(at(container(), 'ports')).toEqual([
      { name: 'webhook', containerPort: port },
      { name: 'health', containerPort: Number(await defaultOf('--health-port <port>')) },
    ]);
    const service = only(manifests, 'Service');
    expect(at(service, 'spec', 'ports')).toEqual([{ name: 'webhook', port, targetPort: 'webhook' }]);
    const { name, namespace } = service.metadata;
    expect(webhooks().map((webhook) => at(webhook, 'clientConfig', 'service'))).toEqual([
      { name, namespace, port, path: '/mutate' },
      { name, namespace, port, path: '/validate' },
    ]);
  });

  it('gives options that the program knows', async () => {
    // The word too many is complained about last, and keeps it from starting.
    const { err } = await run([...args(), 'no-such-word']);
    expect(err).toMatch(/^error: too many arguments for 'serve'\. Expected 0 arguments but got 1: no-such-word\./);
  });

  it('mounts what its options name', () => {
    const mounted = listAt(container(), 'volumeMounts').map((mount) => String(at(mount, 'mountPath')));
    const named = args().flatMap((arg) => /^--[a-z-]+=(\/\S+)$/.exec(arg)?.[1] ?? []);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((path) => !mounted.some((at) => path === at || path.startsWith(`${at}/`)))).toEqual([]);
    const volumes = listAt(deployment(), 'spec', 'template', 'spec', 'volumes');
    const configMaps = volumes.flatMap((volume) => at(volume, 'configMap', 'name') ?? []);
    expect(configMaps.map((name) => only(manifests, 'ConfigMap', String(name)).kind)).toHaveLength(2);
  });

  it('starts the real guard with what it mounts, and probes paths that answer', async () => {
    const root = directoryOf(
      Object.fromEntries(
        ['facts', 'policy'].flatMap((volume) => {
          const map = manifests.find(({ metadata }) => metadata.name.startsWith(`gke-ingress-guard-${volume}-`));
          return Object.entries(at(map, 'data') ?? {}).map(([file, text]) => [`${volume}/${file}`, String(text)]);
        }),
      ),
    );
    const mounted = args()
      .filter((arg) => /^--(?:facts|policy)=/.test(arg))
      .map((arg) => arg.replace('/etc/gke-ingress-guard', root));
    expect(mounted).toHaveLength(2);
    const guard = await startGuard({ args: [...mounted, '--drain-seconds=0'] });
    onTestFinished(async () => void (await guard.stop()));
    for (const probe of ['livenessProbe', 'readinessProbe']) {
      expect(at(container(), probe, 'httpGet', 'port')).toBe('health');
      const path = String(at(container(), probe, 'httpGet', 'path'));
      expect([path, (await fetch(`http://127.0.0.1:${guard.healthPort}${path}`)).status]).toEqual([path, 200]);
    }
  });

  it('has room to drain in', async () => {
    const drain = Number(await defaultOf('--drain-seconds <seconds>'));
    expect(at(deployment(), 'spec', 'template', 'spec', 'terminationGracePeriodSeconds')).toBeGreaterThanOrEqual(
      drain + 20,
    );
  });

  it('runs the image of this version, and names it once', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(at(container(), 'image')).toBe(`gke-ingress-guard:${version}`);
    expect(readManifest('base/kustomization.yaml')).toContain(`newTag: ${version}\n`);
  });

  it('runs as the account that it makes', () => {
    expect(at(deployment(), 'spec', 'template', 'spec', 'serviceAccountName')).toBe(
      only(manifests, 'ServiceAccount').metadata.name,
    );
  });

  it('selects its own Pods, in the Deployment and the Service', () => {
    const labels = at(deployment(), 'spec', 'template', 'metadata', 'labels');
    expect(at(deployment(), 'spec', 'selector', 'matchLabels')).toEqual(labels);
    expect(at(only(manifests, 'Service'), 'spec', 'selector')).toEqual(labels);
  });

  it('ships facts and a policy that can be read, and that say nothing yet', async () => {
    expect(parseFactsFile(readManifest('base/facts.yaml'), 'facts.yaml', 0)).toEqual(NO_FACTS);
    const shipped = await run(['rules', '--format', 'json']);
    const laidOver = await run([
      'rules',
      '--format',
      'json',
      '--policy',
      new URL('../../deploy/base', import.meta.url).pathname,
    ]);
    expect(laidOver).toEqual(shipped);
    expect(JSON.parse(shipped.out).rules).toHaveLength(RULES.length);
  });
});
