// An installation that nothing is wrong with: deploy/base, and what a healthy cluster adds to it. Cases of the doctor
// break it one field at a time.

import { neededRights } from '../../src/cluster/api/needed-rights.ts';
import type { Expectations } from '../../src/doctor/check.ts';
import { fromManifests } from '../../src/doctor/from-manifests.ts';
import type { Installation } from '../../src/doctor/installation.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { RULES } from '../../src/rules/index.ts';
import { baseObjects } from './base-objects.ts';
import { type Authority, createAuthority } from './certificates.ts';

export const GUARD = { namespace: 'gke-ingress-guard', name: 'gke-ingress-guard' };
export const DNS_NAME = 'gke-ingress-guard.gke-ingress-guard.svc';

const FACTS = `apiVersion: gke-ingress-guard.dev/v1
kind: ClusterFacts
cluster: { project: my-project, location: asia-northeast1, name: prod }
httpLoadBalancing: enabled
vpcNative: true
`;

let expected: Expectations | undefined;

/** Read once: the policy and its catalogue of apps take a third of a second. */
export function expectations(): Expectations {
  expected ??= readExpectations();
  return expected;
}

function readExpectations(): Expectations {
  const ruleIds = RULES.map(({ id }) => id);
  const { policy, configMaps } = loadPolicy(undefined, ruleIds);
  return { ruleIds, rights: neededRights(configMaps), isExcluded: policy.isExcluded };
}

type Path = readonly (string | number)[];

/** What a case breaks. */
export class World {
  readonly authority: Authority;
  objects: Record<string, unknown>[];
  nowMs = Date.now() + 1000;
  skewMs = 0;
  origin: Installation['origin'] = 'cluster';

  constructor(authority: Authority, objects: readonly object[]) {
    this.authority = authority;
    this.objects = structuredClone(objects) as Record<string, unknown>[];
  }

  /** @param name left out: the only one, or the first, of its kind */
  find(kind: string, name?: string): Record<string, unknown> {
    const found = this.objects.find(
      (object) => object['kind'] === kind && (name === undefined || nameOf(object) === name),
    );
    if (found === undefined) throw new Error(`There is no ${kind} to break.`);
    return found;
  }

  /** @param value undefined takes the field away */
  set(kind: string, path: Path, value: unknown): void {
    setAt(this.find(kind), path, value);
  }

  add(...objects: readonly object[]): void {
    this.objects.push(...(objects as Record<string, unknown>[]));
  }

  remove(kind: string): void {
    this.objects = this.objects.filter((object) => object['kind'] !== kind);
  }

  /** Of the Deployment. */
  setPod(path: Path, value: unknown): void {
    this.set('Deployment', ['spec', 'template', 'spec', ...path], value);
  }

  setContainer(path: Path, value: unknown): void {
    this.setPod(['containers', 0, ...path], value);
  }

  args(change: (args: readonly string[]) => readonly string[]): void {
    const { spec } = this.find('Deployment') as { spec: { template: { spec: { containers: { args: string[] }[] } } } };
    this.setContainer(['args'], change(spec.template.spec.containers[0]?.args ?? []));
  }

  async serve(names: readonly string[], authority = this.authority): Promise<void> {
    const { certPem } = await authority.issue({ commonName: names[0] ?? '', dnsNames: names });
    this.set('Secret', ['data', 'tls.crt'], base64(certPem));
  }

  installation(): Installation {
    const read = fromManifests(this.objects, GUARD, expectations(), this.nowMs);
    const ofKind = (kind: string): readonly Record<string, unknown>[] =>
      this.objects.filter((object) => object['kind'] === kind);
    const seen = <T>(value: T): { readonly seen: true; readonly value: T } => ({ seen: true, value });
    if (this.origin === 'files') return read;
    return {
      ...read,
      origin: 'cluster',
      secret: seen(ofKind('Secret')[0]),
      endpointSlices: seen(ofKind('EndpointSlice').filter(isOfGuard)),
      pods: seen(ofKind('Pod').filter(isOfGuard)),
      controlPlane: seen([...ofKind('EndpointSlice'), ...ofKind('Pod')].filter((object) => !isOfGuard(object))),
      foreignWebhooks: seen(this.objects.filter((object) => String(object['kind']).endsWith('WebhookConfiguration'))),
      classConstraints: seen(ofKind('K8sRequiredAnnotations')),
      clocks: seen({ serverMs: this.nowMs + this.skewMs, localMs: this.nowMs }),
    };
  }
}

/** Where the API server answers, as it says itself. */
export const API_SERVER_SLICE = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['172.16.0.2'], conditions: { ready: true } }],
};

interface Ground {
  readonly authority: Authority;
  readonly certPem: string;
  readonly keyPem: string;
  readonly objects: readonly object[];
}

let ground: Promise<Ground> | undefined;

async function layGround(): Promise<Ground> {
  const authority = await createAuthority('good CA');
  const serving = await authority.issue({ commonName: DNS_NAME, dnsNames: [DNS_NAME] });
  return { authority, ...serving, objects: baseObjects({ 'facts.yaml': FACTS }) };
}

/** Its own to break. What no case changes in place, the certificates and the parsed files, is made once. */
export async function goodWorld(): Promise<World> {
  ground ??= layGround();
  const { authority, certPem, keyPem, objects } = await ground;
  const world = new World(authority, objects);
  const { namespace, name } = GUARD;
  world.setContainer(['image'], 'registry.example/gke-ingress-guard:1.2.3');
  for (const kind of ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']) {
    world.set(kind, ['webhooks', 0, 'clientConfig', 'caBundle'], base64(authority.certPem));
  }
  world.add(
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'gke-ingress-guard-tls', namespace },
      data: { 'tls.crt': base64(certPem), 'tls.key': base64(keyPem) },
    },
    endpointSlice(name, true),
    API_SERVER_SLICE,
    pod(world, 'guard-1'),
    pod(world, 'guard-2'),
  );
  return world;
}

export function endpointSlice(service: string, ready: boolean): object {
  const { namespace } = GUARD;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${service}-1`, namespace, labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.8.0.5'], conditions: { ready } }],
    ports: [{ name: 'webhook', port: 10250, protocol: 'TCP' }],
  };
}

/** A Pod of the Deployment's template. */
function pod(world: World, name: string): object {
  const { spec } = world.find('Deployment') as { spec: { template: { metadata: object; spec: object } } };
  const { metadata, spec: podSpec } = structuredClone(spec.template);
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name, namespace: GUARD.namespace }, spec: podSpec };
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function isOfGuard({ metadata }: Record<string, unknown>): boolean {
  return (metadata as { readonly namespace?: unknown } | undefined)?.namespace === GUARD.namespace;
}

function nameOf(object: Record<string, unknown>): unknown {
  return (object['metadata'] as { readonly name?: unknown } | undefined)?.name;
}

function setAt(target: unknown, path: Path, value: unknown): void {
  // The path says what is an object and what a list.
  let current = target as Record<string | number, unknown>;
  for (const [index, key] of path.slice(0, -1).entries()) {
    current[key] ??= typeof path[index + 1] === 'number' ? [] : {};
    current = current[key] as Record<string | number, unknown>;
  }
  const last = path.at(-1) ?? '';
  if (value === undefined) delete current[last];
  else current[last] = value;
}
