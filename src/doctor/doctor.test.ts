// The doctor over good installations, over each with one thing broken, and over whatever else manifests may hold.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAuthority } from '../../test/support/certificates.ts';
import { DOCTOR_CASES } from '../../test/support/doctor-cases.ts';
import { diagnoseWorld, renderDoctorPage } from '../../test/support/doctor-page.ts';
import { base64, DNS_NAME, expectations, GUARD, goodWorld, type World } from '../../test/support/good-installation.ts';
import { expectPage } from '../../test/support/page.ts';
import { type Diagnosis, diagnose } from './check.ts';
import { fromManifests } from './from-manifests.ts';
import { CHECKS } from './index.ts';
import type { Installation } from './installation.ts';

function notOk(world: World): readonly Diagnosis[] {
  return diagnoseWorld(world).filter(({ status }) => status !== 'ok');
}

/** The problems of one check, and none of any other. */
async function soundAfter(change: (world: World) => void | Promise<void>): Promise<readonly Diagnosis[]> {
  const world = await goodWorld();
  await change(world);
  return notOk(world);
}

it('says only ok of a good installation, once a check', async () => {
  const diagnoses = diagnoseWorld(await goodWorld());
  expect(diagnoses.map(({ id, status }) => [id, status])).toEqual(CHECKS.map(({ id }) => [id, 'ok']));
});

it('skips in manifests what only a cluster can tell, and says how to look', async () => {
  const diagnoses = await soundAfter((world) => {
    world.origin = 'files';
    world.remove('Secret');
  });
  expect(diagnoses.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'endpoints-ready skipped',
    'serving-certificate skipped',
    'certificate-chain skipped',
    'clock skipped',
    'replicas-alike skipped',
    'foreign-webhooks skipped',
    'class-constraint skipped',
  ]);
  for (const { message, fix } of diagnoses) expect([message, fix]).not.toContain('');
});

describe('every check', () => {
  it('is listed once, and has a case that it finds', () => {
    const ids = CHECKS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(DOCTOR_CASES.map(({ check }) => check))).toEqual(new Set(ids));
  });

  it.each(DOCTOR_CASES)('$check finds: $name', async ({ check, breakIt }) => {
    const world = await goodWorld();
    await breakIt(world);
    const found = diagnoseWorld(world).filter(({ id }) => id === check);
    expect(found.length).toBeGreaterThan(0);
    for (const { status, subject, message, fix } of found) {
      expect(['warning', 'error']).toContain(status);
      expect(`${subject} ${message} ${fix}`).not.toMatch(/undefined|null\b(?!,)|\[object|NaN/);
      expect(message).toMatch(/[.)?]$/);
      expect(fix).not.toBe('');
    }
  });

  it.each(CHECKS.flatMap(({ id, needs }) => needs.map((source) => ({ id, source }))))(
    '$id is skipped where $source could not be looked at',
    async ({ id, source }) => {
      const unseen = { seen: false, reason: 'services is forbidden', command: 'kubectl get it' };
      const installation = { ...(await goodWorld()).installation(), [source]: unseen } as Installation;
      expect(diagnose(CHECKS, installation, expectations()).filter((one) => one.id === id)).toMatchObject([
        { status: 'skipped', message: 'services is forbidden', fix: 'kubectl get it' },
      ]);
    },
  );

  it('says what docs/doctor.md says (npm run fix writes it)', async () => {
    expectPage('docs/doctor.md', await renderDoctorPage());
  }, 120_000);
});

describe('there is nothing to say of', () => {
  const VALIDATING = 'ValidatingWebhookConfiguration';

  it('matchConditions', async () => {
    const conditions = [{ name: 'not-status', expression: "request.subResource == ''" }];
    expect(await soundAfter((world) => world.set(VALIDATING, ['webhooks', 0, 'matchConditions'], conditions))).toEqual(
      [],
    );
  });

  it('a webhook that fails closed where replicas and a budget back it', async () => {
    expect(await soundAfter((world) => world.set(VALIDATING, ['webhooks', 0, 'failurePolicy'], 'Fail'))).toEqual([]);
  });

  it('a caBundle with an old CA beside the one that counts', async () => {
    const other = await createAuthority('old CA');
    const both = await soundAfter((world) => {
      const bundle = base64(`${other.certPem}\n${world.authority.certPem}`);
      world.set(VALIDATING, ['webhooks', 0, 'clientConfig', 'caBundle'], bundle);
    });
    expect(both).toEqual([]);
  });

  it('an empty caBundle in manifests that cainjector fills', async () => {
    const found = await soundAfter((world) => {
      world.origin = 'files';
      for (const kind of ['MutatingWebhookConfiguration', VALIDATING]) {
        const from = { 'cert-manager.io/inject-ca-from': `${GUARD.namespace}/serving` };
        world.set(kind, ['metadata', 'annotations'], from);
        world.set(kind, ['webhooks', 0, 'clientConfig', 'caBundle'], undefined);
      }
      const spec = { secretName: 'gke-ingress-guard-tls', dnsNames: [DNS_NAME] };
      world.add({
        apiVersion: 'cert-manager.io/v1',
        kind: 'Certificate',
        metadata: { name: 'serving', namespace: GUARD.namespace },
        spec,
      });
    });
    expect(found.filter(({ status }) => status !== 'skipped')).toEqual([]);
  });

  it.each([{ spec: { minAvailable: '50%' } }, { spec: { minAvailable: 1 } }, { spec: { maxUnavailable: '10%' } }])(
    'a budget of $spec',
    async ({ spec }) => {
      const selector = { matchLabels: { 'app.kubernetes.io/name': GUARD.name } };
      const found = await soundAfter((world) => world.set('PodDisruptionBudget', ['spec'], { ...spec, selector }));
      expect(found).toEqual([]);
    },
  );

  it('a NetworkPolicy that admits an address, while it is not known where the control plane is', async () => {
    const world = await goodWorld();
    world.add({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'case', namespace: GUARD.namespace },
      spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/28' } }] }] },
    });
    const unseen = { seen: false, reason: 'no right to list Pods', command: 'kubectl get pods' } as const;
    const said = diagnose(CHECKS, { ...world.installation(), controlPlane: unseen }, expectations());
    expect(said.filter(({ id }) => id === 'control-plane-addresses').map(({ status }) => status)).toEqual(['skipped']);
  });

  it('a NetworkPolicy that admits an address, or that is for other Pods', async () => {
    const policy = (spec: object): object => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'case', namespace: GUARD.namespace },
      spec,
    });
    const from = [{ ipBlock: { cidr: '172.16.0.0/28' } }];
    const found = await soundAfter((world) =>
      world.add(
        policy({ podSelector: {}, ingress: [{ from, ports: [{ port: 'webhook' }] }] }),
        policy({ podSelector: { matchLabels: { app: 'other' } } }),
      ),
    );
    expect(found).toEqual([]);
  });

  it('rights that are given in another way than deploy/base gives them', async () => {
    const found = await soundAfter((world) => {
      world.args((args) => args.filter((arg) => arg !== '--no-cluster'));
      world.setPod(['automountServiceAccountToken'], true);
      const rules = expectations().rights.map(({ group, resource, verb, name }) => ({
        apiGroups: [group],
        resources: [resource],
        verbs: [verb],
        ...(name === undefined ? {} : { resourceNames: [name] }),
      }));
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'wide' };
      const subjects = [{ kind: 'Group', name: `system:serviceaccounts:${GUARD.namespace}` }];
      const apiVersion = 'rbac.authorization.k8s.io/v1';
      world.add(
        { apiVersion, kind: 'ClusterRole', metadata: { name: 'wide' }, rules },
        { apiVersion, kind: 'ClusterRoleBinding', metadata: { name: 'wide' }, roleRef, subjects },
      );
    });
    expect(found).toEqual([]);
  });
});

it('keeps no key of a Secret', async () => {
  const world = await goodWorld();
  world.origin = 'files';
  expect(JSON.stringify(world.find('Secret'))).toContain('tls.key');
  expect(JSON.stringify(world.installation())).not.toContain('tls.key');
});

describe('whatever manifests hold', () => {
  const kinds = [
    'MutatingWebhookConfiguration',
    'ValidatingWebhookConfiguration',
    'Deployment',
    'Service',
    'Secret',
    'Certificate',
    'PodDisruptionBudget',
    'NetworkPolicy',
    'ConfigMap',
    'ClusterRole',
    'ClusterRoleBinding',
    'K8sRequiredAnnotations',
  ];

  it('is answered with a line for each check', () => {
    const object = fc.record({
      kind: fc.constantFrom(...kinds),
      metadata: fc.constant({ name: GUARD.name, namespace: GUARD.namespace }),
      spec: fc.jsonValue(),
      webhooks: fc.array(fc.jsonValue()),
      data: fc.jsonValue(),
      rules: fc.jsonValue(),
      subjects: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.array(object, { maxLength: 12 }), (objects) => {
        const read = fromManifests(objects, GUARD, expected, Date.now());
        expect(new Set(diagnose(CHECKS, read, expected).map(({ id }) => id)).size).toBe(CHECKS.length);
      }),
      { numRuns: 200 },
    );
  }, 120_000);

  it('is answered where one field of a good installation holds something else', async () => {
    const good = await goodWorld();
    const paths = good.objects.flatMap((object, index) => leavesOf(object).map((path) => [index, ...path]));
    const kindsOf = (index: unknown): string => String(good.objects[Number(index)]?.['kind']);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), ([index, ...path], value) => {
        const world = Object.assign(Object.create(Object.getPrototypeOf(good)), good, {
          objects: structuredClone(good.objects),
        }) as World;
        if (path[0] === 'kind') return;
        world.set(kindsOf(index), path, value);
        expect(new Set(diagnoseWorld(world).map(({ id }) => id)).size).toBe(CHECKS.length);
      }),
      { numRuns: 400 },
    );
  }, 120_000);

  const expected = expectations();
});

/** The paths of an object, of inner nodes too. */
function leavesOf(value: unknown): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((item, index) => [index, item] as const)
    : Object.entries(value);
  return entries.flatMap(([key, inner]) => [[key], ...leavesOf(inner).map((path) => [key, ...path])]);
}
