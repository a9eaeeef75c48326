// The policies: ValidatingAdmissionPolicies of deploy/components/admission-policy on a real API server, compared with the
// guard in process. It must refuse nothing that the guard admits, say the guard's own words, and its page must name
// what it misses.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Facts, NO_FACTS } from '../../src/facts/facts.ts';
import { IGNORE } from '../../src/judge/exemption.ts';
import { RULES } from '../../src/rules/index.ts';
import { arbitraryIngresses, arbitraryUpdates, type UpdatePair } from '../support/arbitrary-ingress.ts';
import { policyOf } from '../support/corridor.ts';
import { factsOf } from '../support/facts.ts';
import { hasGo } from '../support/has-go.ts';
import { ingress, ingressClass, ingressOf, pathTo, type RawObject } from '../support/objects.ts';
import { documentsOf, handPairs, metaOf, object, ROOT, written } from './admission-policy-cases.ts';
import { ADMITTED, type Decision, decisionOf, guardOn } from './admission-policy-decisions.ts';
import { type ApiClient, type KubeObject, mustSucceed } from './api-client.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const COMPONENT = 'deploy/components/admission-policy';
const PAGE = 'docs/admission-policy.md';

/** What the admission policy decides, of all that the guard enforces. */
const DECIDED = ['backend-not-a-service', 'ingress-class-name-ignored', 'path-invalid', 'static-ip-conflict'];
const GCE_NAMES = ['gce', 'gce-internal', 'gce-regional-external'];

let cluster: TestCluster;
let client: ApiClient;
/** Stored before the policies came, for they would refuse some of them. */
const stored = new Map<string, KubeObject>();
const namespaces = new Set<string>();

function component(): readonly RawObject[] {
  const [kustomization] = documentsOf(`${COMPONENT}/kustomization.yaml`);
  const files = (kustomization as { readonly resources: readonly string[] }).resources;
  return files.flatMap((file) => documentsOf(`${COMPONENT}/${file}`));
}

async function policyOn(raw: RawObject, old: KubeObject | undefined): Promise<Decision | undefined> {
  if (old === undefined) return decisionOf(await client.create(object(raw), { dryRun: true }));
  const version = old.metadata['resourceVersion'];
  const next = { ...object(raw), metadata: { ...object(raw).metadata, resourceVersion: version } };
  return decisionOf(await client.update(next, { dryRun: true }));
}

const made = arbitraryIngresses(350, 7, 'made');
const pairs: readonly UpdatePair[] = [...handPairs(), ...arbitraryUpdates(250, 11, 'pairs')];

async function ensureNamespace(name: string): Promise<void> {
  if (namespaces.has(name) || name === 'default') return;
  namespaces.add(name);
  const { status } = await client.get({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  if (status === 404) await client.createNamespace(name);
}

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
  for (const raw of [...made, ...pairs.map(({ old }) => old), ...written.map((one) => one.object)]) {
    await ensureNamespace(metaOf(raw).namespace ?? 'default');
  }
  for (const { old } of pairs) {
    const { status, body } = await client.create(object(old));
    if (status === 201) stored.set(metaOf(old).name, body as KubeObject);
  }
  for (const raw of component()) await mustSucceed(client.create(object(raw), { fieldValidation: 'Strict' }));
  await untilBothRefuse();
});
afterAll(async () => {
  await cluster?.stop();
});

/** A policy counts from a moment after it was stored. */
async function untilBothRefuse(): Promise<void> {
  const probes = [ingressOf([pathTo('/*', 'Prefix')]), ...GCE_NAMES.map((name) => ingress({ ingressClassName: name }))];
  await ensureNamespace('shop');
  for (const probe of probes) await untilAnswered(probe, 403);
}

async function untilAnswered(probe: RawObject, wanted: number): Promise<void> {
  const ask = () => client.create(object(probe), { dryRun: true });
  await waitFor(`${JSON.stringify(probe)} to be answered ${wanted}`, ask, ({ status }) => status === wanted);
}

const POLICIES = ['gke-ingress-guard-ingress', 'gke-ingress-guard-class'];
const STRICT_PROBES = POLICIES.map((name) => `is-there-${name}`);

/** The policies and their bindings once more, failing closed, each with one more refusal by which it is seen to work. */
function strictClones(): readonly RawObject[] {
  return component().flatMap((raw): readonly RawObject[] => {
    const { name } = metaOf(raw);
    const clone = { ...raw, metadata: { name: `${name}-strict` } };
    const spec = raw['spec'] as { readonly validations: readonly unknown[] };
    if (object(raw).kind === 'ValidatingAdmissionPolicy') {
      const probe = {
        expression: `object.metadata.name != 'is-there-${name}'`,
        message: 'it is there',
        reason: 'Forbidden',
      };
      return [{ ...clone, spec: { ...spec, failurePolicy: 'Fail', validations: [...spec.validations, probe] } }];
    }
    if (object(raw).kind !== 'ValidatingAdmissionPolicyBinding') return [];
    return [{ ...clone, spec: { ...spec, policyName: `${name}-strict` } }];
  });
}

const classesOfGke = GCE_NAMES.map((name) => ingressClass(name, 'k8s.io/ingress-gce'));

interface Compared {
  readonly raw: RawObject;
  readonly old: RawObject | undefined;
  readonly guard: Decision;
  readonly policy: Decision;
}

/** Without those that the API server takes for invalid. */
async function compare(
  raw: RawObject,
  old?: KubeObject,
  facts: Facts = NO_FACTS,
  neighbours: readonly RawObject[] = [],
): Promise<readonly Compared[]> {
  const policy = await policyOn(raw, old);
  if (policy === undefined) return [];
  return [{ raw, old, guard: guardOn(raw, old, facts, [...classesOfGke, ...neighbours]), policy }];
}

const ruleIn = (line: string): string | undefined => /\[([a-z0-9-]+)\]/.exec(line)?.[1];
const hasLineBreak = (text: string): boolean => text.includes('\\n');

/** Says what is wrong with the admission policy's answer; undefined where nothing is. */
function wrongOf({ raw, guard, policy }: Compared): string | undefined {
  const [said] = policy.blocks;
  if (said === undefined || guard.blocks.includes(said)) return undefined;
  const [rule = ''] = policy.rules;
  // A message with a line break would be none: the plain one is used, which names the rule too.
  if (guard.rules.includes(rule) && hasLineBreak(JSON.stringify(raw))) return undefined;
  // The guard cuts a long line, and makes odd characters safe to print.
  if (guard.blocks.some((line) => ruleIn(line) === rule && line.includes('...'))) return undefined;
  return `${JSON.stringify(raw)}\n  policy: ${said}\n  guard: ${guard.blocks.join('\n         ') || 'admits'}`;
}

/** Of the rules that the admission policy decides: what the guard refuses for, and the admission policy admits all the same. */
function missedOf({ guard, policy }: Compared): readonly string[] {
  return policy.rules.length > 0 ? [] : guard.rules.filter((rule) => DECIDED.includes(rule));
}

const hasExemption = ({ raw }: Compared): boolean => metaOf(raw).annotations?.[IGNORE] !== undefined;

describe('the admission policy and the guard', () => {
  // As shipped, an expression that fails lets the object pass, unseen. Here it refuses, and so it is found.
  beforeAll(async () => {
    for (const raw of strictClones()) await mustSucceed(client.create(object(raw), { fieldValidation: 'Strict' }));
    for (const name of STRICT_PROBES) await untilAnswered(ingress({ name }), 403);
  });
  afterAll(async () => {
    for (const raw of strictClones()) await mustSucceed(client.remove(object(raw)));
    for (const name of STRICT_PROBES) await untilAnswered(ingress({ name }), 201);
  });

  test('agree on hundreds of generated Ingresses, word for word', async () => {
    const compared = (await Promise.all(made.map((raw) => compare(raw)))).flat();
    expect(compared.map(wrongOf).filter((wrong) => wrong !== undefined)).toEqual([]);
    expect(compared.length).toBeGreaterThan(made.length * 0.8);
    expect(new Set(compared.flatMap(({ policy }) => policy.rules))).toEqual(new Set(DECIDED));
    // Neither is idle, and neither refuses all.
    expect(compared.filter(({ policy }) => policy.rules.length > 0).length).toBeGreaterThan(50);
    expect(compared.filter(({ policy }) => policy.rules.length === 0).length).toBeGreaterThan(50);
    const missed = compared.filter((one) => missedOf(one).length > 0 && !hasExemption(one));
    expect(missed).toEqual([]);
  });

  test('agree on updates of what was stored before', async () => {
    const answers = await Promise.all(pairs.map(({ next }) => compareStored(next)));
    const compared = answers.flat();
    expect(compared.map(wrongOf).filter((wrong) => wrong !== undefined)).toEqual([]);
    expect(compared.length).toBeGreaterThan(pairs.length * 0.8);
    expect(new Set(compared.flatMap(({ policy }) => policy.rules))).toEqual(new Set(DECIDED));
    expect(compared.filter((one) => missedOf(one).length > 0 && !hasExemption(one))).toEqual([]);
    // The point of the comparison: what both refuse on creation and admit here.
    const kept = compared.filter(
      ({ raw, guard, policy }) =>
        guard.rules.length + policy.rules.length === 0 && guardOn(raw, undefined, NO_FACTS, []).rules.length > 0,
    );
    expect(kept.length).toBeGreaterThan(10);
  });

  test('agree on the corpus, the samples and the examples', async () => {
    const alone = (await Promise.all(written.map((one) => compare(one.object)))).flat();
    expect(alone.map(wrongOf).filter((wrong) => wrong !== undefined)).toEqual([]);
    expect(alone.length).toBeGreaterThan(written.length * 0.8);
    expect(alone.filter((one) => missedOf(one).length > 0)).toEqual([]);
  });

  test('differ by what the page says that the admission policy misses', async () => {
    const misses = new Map<string, Set<string>>();
    for (const { file, object: raw, facts, neighbours } of written) {
      const policy = await policyOn(raw, undefined);
      if (policy === undefined || policy.rules.length > 0) continue;
      for (const known of [facts, ...KNOWN_FACTS]) {
        for (const rule of guardOn(raw, undefined, known, [...classesOfGke, ...neighbours]).rules) {
          misses.set(rule, (misses.get(rule) ?? new Set()).add(`${object(raw).kind}\0${file}`));
        }
      }
    }
    const { modes } = policyOf();
    const enforced = RULES.map(({ id }) => id).filter((id) => modes.get(id) === 'enforce');
    // What nothing in the corpus shows would be missing from the page without a word.
    expect(enforced.filter((id) => !misses.has(id) && !DECIDED.includes(id))).toEqual([]);
    expectMissesOnPage(renderMisses(misses));
  });
});

/** What a guard may know that judges more than one object shows. */
const KNOWN_FACTS = [
  factsOf({ httpLoadBalancing: 'enabled', vpcNative: true }),
  factsOf({ httpLoadBalancing: 'enabled', vpcNative: false }),
  factsOf({ httpLoadBalancing: 'disabled' }),
];

async function compareStored(next: RawObject): Promise<readonly Compared[]> {
  const old = stored.get(metaOf(next).name);
  return old === undefined ? [] : compare(next, old);
}

function renderMisses(misses: ReadonlyMap<string, ReadonlySet<string>>): string {
  const rows = [...misses]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([rule, places]) => {
      const sorted = [...places].toSorted().map((place) => place.split('\0'));
      const kinds = [...new Set(sorted.map(([kind]) => kind))].join(', ');
      const [[, file = ''] = []] = sorted;
      return `| [\`${rule}\`](rules/${rule}.md) | ${kinds} | [${file}](${relative('docs', file)}) |`;
    });
  return ['| rule that the guard enforces | object | seen in |', '|---|---|---|', ...rows].join('\n');
}

const MISSES = /(<!-- misses:[^>]*-->\n)([\s\S]*?)(<!-- end -->)/;

function expectMissesOnPage(table: string): void {
  const text = readFileSync(`${ROOT}${PAGE}`, 'utf8');
  if (process.env['UPDATE_PAGES'] === '1') writeFileSync(`${ROOT}${PAGE}`, text.replace(MISSES, `$1${table}\n$3`));
  expect(MISSES.exec(readFileSync(`${ROOT}${PAGE}`, 'utf8'))?.[2]).toBe(`${table}\n`);
}

describe('the admission policy', () => {
  const badPath = (namespace: string, annotations: Readonly<Record<string, string>> = {}): RawObject => {
    const raw = ingressOf([pathTo('/api/*', 'Prefix')]);
    return {
      ...raw,
      metadata: { ...metaOf(raw), namespace, annotations: { ...metaOf(raw).annotations, ...annotations } },
    };
  };

  test('refuses as the guard does, with 403, the reason Forbidden and what to type', async () => {
    const answer = await client.create(object(badPath('shop')));
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({
      reason: 'Forbidden',
      code: 403,
      message:
        `ingresses.networking.k8s.io "web" is forbidden: ValidatingAdmissionPolicy 'gke-ingress-guard-ingress' with ` +
        `binding 'gke-ingress-guard-ingress' denied request: Ingress/shop/web: path "/api/*" of host ` +
        '"shop.example.com" is of type Prefix and has a "*", so the whole Ingress fails to translate [path-invalid]. ' +
        'Fix: Write path: "/api" (Prefix takes everything below it)',
    });
  });

  test('admits whatever carries the annotation that asks for an exemption, also one that the guard cannot read', async () => {
    expect(await policyOn(badPath('shop', { [IGNORE]: '' }), undefined)).toEqual(ADMITTED);
  });

  test.each(['kube-system', 'gke-managed-anything'])('looks away in namespace %s', async (namespace) => {
    await ensureNamespace(namespace);
    expect(await policyOn(badPath(namespace), undefined)).toEqual(ADMITTED);
  });

  test('lets go of an Ingress that is being deleted', async () => {
    const bad = pairs.find(({ old }) => metaOf(old).name === 'hand-0');
    const old = object(bad?.old ?? {});
    const finalizers = ['networking.gke.io/ingress-finalizer-V2'];
    await mustSucceed(client.patch(old, { metadata: { finalizers } }, { type: 'merge' }));
    await mustSucceed(client.remove(old));
    const host = 'new.example.com';
    const spec = { rules: [{ host, http: { paths: [pathTo('/new/*', 'Prefix')] } }] };
    await mustSucceed(client.patch(old, { metadata: { finalizers: null }, spec }, { type: 'merge' }));
    expect((await client.get(old)).status).toBe(404);
  });

  test("is silent for a class whose IngressClass is another controller's, as the guard is, or is not there", async () => {
    const inField = ingress({ ingressClassName: 'gce-regional-external' });
    const ofGke = object(ingressClass('gce-regional-external', 'k8s.io/ingress-gce'));
    const anothers = ingressClass('gce-regional-external', 'example.com/gateway');
    await mustSucceed(client.remove(ofGke));
    await untilAnswered(inField, 201);
    await mustSucceed(client.create(object(anothers)));
    await untilAnswered(inField, 201);
    expect(guardOn(inField, undefined, NO_FACTS, [anothers])).toEqual(ADMITTED);
    expect((await policyOn(ingress({ ingressClassName: 'gce' }), undefined))?.rules).toEqual([
      'ingress-class-name-ignored',
    ]);
  });
});

// Where only KUBEBUILDER_ASSETS gives the control plane, Go may not be there.
describe.skipIf(!hasGo)("Kubernetes' type checker", () => {
  /** It takes seconds beside a control plane that was built here, and minutes on a machine that has compiled nothing. */
  async function typeCheck(files: readonly string[]): Promise<readonly string[]> {
    const cwd = `${ROOT}test/cluster/control-plane`;
    const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' };
    const words = ['run', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', './type-check', ...files];
    const { stdout } = await promisify(execFile)('go', words, { cwd, env });
    return stdout.trimEnd().split('\n');
  }

  test('has nothing to say of the policies, and would', { timeout: 20 * 60_000 }, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'guard-policies-'));
    try {
      const misspelt = join(dir, 'misspelt.yaml');
      const text = readFileSync(`${ROOT}${COMPONENT}/class-policy.yaml`, 'utf8');
      writeFileSync(misspelt, text.replace('params.metadata.name', 'params.metadata.nme'));
      const files = ['policy.yaml', 'class-policy.yaml'].map((file) => `${ROOT}${COMPONENT}/${file}`);
      const said = await typeCheck([...files, misspelt]);
      expect(said.slice(0, 2)).toEqual(POLICIES.map((name) => `${name} checked`));
      expect(said[2]).toContain("undefined field 'nme'");
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
