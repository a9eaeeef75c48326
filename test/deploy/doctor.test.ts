// The doctor over what a user applies: what the project ships must be in good health by its own measure.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../cli/support.ts';
import { hasGo } from '../support/has-go.ts';
import { DEPLOY, type Manifest, render, renderTogether } from '../support/kustomize.ts';

async function doctor(manifests: readonly Manifest[]) {
  const stdin = manifests.map((manifest) => JSON.stringify(manifest)).join('\n');
  const { code, out, err } = await run(['doctor', '-f', '-', '--format=json'], { stdin });
  const { checks } = JSON.parse(out) as {
    checks: { id: string; status: string; subject: string; message: string; fix: string }[];
  };
  return { code, err, errors: checks.filter(({ status }) => status === 'error'), checks };
}

describe.skipIf(!hasGo)('the doctor finds no error in', () => {
  it.each(['quickstart', 'production'])(
    'overlays/%s, and misses nothing that would make it skip a check',
    async (name) => {
      const { code, err, errors, checks } = await doctor(render(join(DEPLOY, 'overlays', name)));
      expect({ code, err, errors }).toEqual({ code: 0, err: '', errors: [] });
      expect(checks.filter(({ id }) => id === 'rights-missing')).toMatchObject([{ status: 'ok' }]);
    },
  );

  it('base with the self-signed component, whose rights it asks for', async () => {
    const rendered = renderTogether(['base'], ['components/self-signed']);
    expect((await doctor(rendered)).errors).toEqual([]);
    const without = rendered.filter(({ kind }) => kind !== 'Role');
    const { errors } = await doctor(without);
    expect(errors.map(({ id, message }) => [id, message.split(':')[0]])).toEqual([
      ['rights-missing', 'it may not get secrets/gke-ingress-guard-tls in gke-ingress-guard'],
      [
        'rights-missing',
        'it may not get secrets/gke-ingress-guard-tls in gke-ingress-guard, patch secrets/gke-ingress-guard-tls in gke-ingress-guard',
      ],
      [
        'rights-missing',
        'it may not get leases.coordination.k8s.io/gke-ingress-guard in gke-ingress-guard, update leases.coordination.k8s.io/gke-ingress-guard in gke-ingress-guard',
      ],
      ['rights-missing', 'it may not create leases.coordination.k8s.io in gke-ingress-guard'],
    ]);
    expect(errors[0]?.message).toContain('with --self-signed the guard gets no certificate');
    expect(errors.map(({ subject }) => subject.split('/').at(-1))).toEqual([
      'gke-ingress-guard',
      ...Array(3).fill('gke-ingress-guard-certificate'),
    ]);
    expect(errors[0]?.fix).toContain('Add to the rules of its Role (deploy/components/self-signed has it)');
  });

  it('base with the audit component, whose rights it asks for', async () => {
    const rendered = renderTogether(['base'], ['components/cert-manager', 'components/audit']);
    expect((await doctor(rendered)).errors).toEqual([]);
    const of = ({ kind, metadata }: Manifest, name: string): boolean => kind.endsWith('Role') && metadata.name === name;
    const { errors } = await doctor(rendered.filter((one) => !of(one, 'gke-ingress-guard-audit')));
    expect(errors.map(({ id, message }) => [id, message.split(':')[0]])).toEqual([
      ['rights-missing', 'it may not create events.events.k8s.io, patch events.events.k8s.io'],
      [
        'rights-missing',
        'it may not get leases.coordination.k8s.io/gke-ingress-guard-audit in gke-ingress-guard, update leases.coordination.k8s.io/gke-ingress-guard-audit in gke-ingress-guard',
      ],
      ['rights-missing', 'it may not create leases.coordination.k8s.io in gke-ingress-guard'],
    ]);
    for (const { message, fix } of errors) {
      expect(message).toContain('with --audit the guard cannot say what is wrong with stored objects');
      expect(fix).toContain('(deploy/components/audit has it)');
    }
  });

  it('base with reports of the audit, whose rights it asks for', async () => {
    const rendered = renderTogether(
      ['base'],
      ['components/cert-manager', 'components/audit', 'components/audit-reports'],
    );
    expect((await doctor(rendered)).errors).toEqual([]);
    const { errors } = await doctor(
      rendered.filter(
        ({ kind, metadata }) => kind !== 'ClusterRole' || metadata.name !== 'gke-ingress-guard-audit-reports',
      ),
    );
    expect(errors.map(({ id, message }) => [id, message])).toEqual(
      ['reports.openreports.io', 'policyreports.wgpolicyk8s.io'].flatMap((resource) => {
        const named = ['get', 'list', 'update', 'delete'].map((verb) => `${verb} ${resource}/gke-ingress-guard`);
        const effect = 'with --audit-reports the guard cannot keep its reports of what is stored.';
        return [named.join(', '), `create ${resource}`].map((what) => [
          'rights-missing',
          `it may not ${what}: ${effect}`,
        ]);
      }),
    );
    for (const { fix } of errors) expect(fix).toContain('(deploy/components/audit-reports has it)');
  });

  it('base with mounted configurations, whose one right it asks for', async () => {
    const rendered = renderTogether(
      ['base'],
      ['components/cert-manager', 'components/audit', 'components/mounted-config'],
    );
    expect((await doctor(rendered)).errors).toEqual([]);
    const isIts = ({ metadata }: Manifest): boolean => metadata.name === 'gke-ingress-guard-mounted-config';
    const { errors } = await doctor(rendered.filter((one) => !isIts(one)));
    expect(errors.map(({ id, message }) => [id, message])).toEqual([
      [
        'rights-missing',
        'it may not get configmaps: with --audit-mounted-config the audit does not know what mounted configurations of web servers say.',
      ],
    ]);
    expect(errors[0]?.fix).toContain('(deploy/components/mounted-config has it)');
  });

  it('base with the asker, of which the guard reads one ConfigMap', async () => {
    const rendered = renderTogether(['base'], ['components/cert-manager', 'components/asker']);
    expect((await doctor(rendered)).errors).toEqual([]);
    const of = ({ kind, metadata }: Manifest, name: string): boolean => kind === 'Role' && metadata.name === name;
    const { errors } = await doctor(rendered.filter((one) => !of(one, 'gke-ingress-guard-learned')));
    const [error] = errors;
    expect(errors.map(({ id }) => id)).toEqual(['rights-missing']);
    expect(error?.message).toContain('with --learned the guard does not know what was learned of apps');
    expect(error?.fix).toContain('(deploy/components/asker has it)');
  });

  it('base with the asker, which has rights of its own', async () => {
    const rendered = renderTogether(['base'], ['components/cert-manager', 'components/asker']);
    const isOwn = ({ kind, metadata }: Manifest): boolean =>
      kind === 'Role' && metadata.name === 'gke-ingress-guard-asker';
    const { errors } = await doctor(rendered.filter((one) => !isOwn(one)));
    expect(errors.map(({ id, subject }) => `${id} ${subject}`)).toEqual(
      Array(errors.length).fill('rights-missing ServiceAccount/gke-ingress-guard/gke-ingress-guard-asker'),
    );
    const said = errors.map(({ message }) => message).join('\n');
    for (const right of ['get configmaps/', 'patch configmaps/', 'update leases', 'create leases'])
      expect(said).toContain(right);
    expect(said).not.toContain('list pods');
    expect(said).toContain('the asker cannot prove, ask or keep anything');
  });

  it('base with both components that keep a Lease', async () => {
    const rendered = renderTogether(['base'], ['components/self-signed', 'components/audit']);
    expect((await doctor(rendered)).errors).toEqual([]);
  });
});
