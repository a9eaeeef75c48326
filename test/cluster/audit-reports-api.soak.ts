// Which API the reports of the audit are written in, on a real API server with the real CustomResourceDefinitions: none, the older one
// when it comes, and the newer one as soon as there is one. And what is said where a right to them is missing.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ingress } from '../support/objects.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { defineResources, OPEN_REPORTS, POLICY_REPORTS, removeResources } from './custom-resources.ts';
import { NAME } from './deployed-guard.ts';
import {
  isGone,
  isThere,
  lines,
  MISSING,
  metric,
  POLICY,
  policies,
  ReportingCluster,
  reportingManifests,
  said,
} from './reporting.ts';

const TIMEOUT_MS = 180_000;

let world: ReportingCluster;
beforeAll(async () => {
  world = await ReportingCluster.start();
});
afterAll(() => world?.cluster.stop());
beforeEach(() => world.begin());
afterEach(() => world.end());

describe('without an API for reports', () => {
  it('says so once, and finds the API that comes later, and the newer one after that', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await world.store(ingress({ class: 'gce', service: 'absent' }));
    const guard = await world.startReporter();
    await said(guard, 'no reports are written');
    expect(await metric(guard, 'guard_audit_report_api')).toContain('guard_audit_report_api{api="none"} 1');

    await defineResources(world.cluster.client, POLICY_REPORTS);
    const old = await world.until('the PolicyReport', isThere, { kind: POLICY });
    expect(policies(old)).toContain(MISSING);
    expect(lines(guard, 'no reports are written')).toHaveLength(1);
    expect(lines(guard, 'reports are written').map(({ api }) => api)).toEqual([
      'policyreports.wgpolicyk8s.io/v1alpha2',
    ]);
    // It has no such field.
    expect(old?.['source']).toBeUndefined();
    expect(old?.results.map((one) => (one as unknown as { source: string }).source)).toContain('gke-ingress-guard');

    await defineResources(world.cluster.client, OPEN_REPORTS);
    const fresh = await world.until('the Report', isThere);
    expect(fresh).toMatchObject({ source: 'gke-ingress-guard', summary: old?.summary });
    expect(policies(fresh)).toEqual(policies(old));
    await world.until('the PolicyReport to be gone', isGone, { kind: POLICY });
    expect(await metric(guard, 'guard_audit_report_api')).toEqual([
      'guard_audit_report_api{api="openreports.io/v1alpha1"} 1',
      'guard_audit_report_api{api="wgpolicyk8s.io/v1alpha2"} 0',
      'guard_audit_report_api{api="none"} 0',
    ]);
    await guard.stop();
    await removeResources(world.cluster.client, POLICY_REPORTS);
  });
});

interface Rule {
  readonly verbs: readonly string[];
}

describe('without a right', () => {
  const role = reportingManifests().find(
    ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name.endsWith('audit-reports'),
  );
  const rules = (role?.['rules'] ?? []) as readonly Rule[]; // as the API server takes it
  const verbs = rules.flatMap((rule) => rule.verbs);

  /** A ServiceAccount that may do all that the guard may but this. */
  async function accountWithout(verb: string): Promise<string> {
    const account = { namespace: NAME.namespace, name: `without-${verb}` };
    const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' };
    const subjects = [{ kind: 'ServiceAccount', ...account }];
    const less = rules
      .map((rule) => ({ ...rule, verbs: rule.verbs.filter((one) => one !== verb) }))
      .filter(({ verbs: some }) => some.length > 0);
    const { name } = account;
    const bind = (kind: string, roleName: string, binding: string): KubeObject => ({
      ...rbac,
      kind: kind === 'Role' ? 'RoleBinding' : 'ClusterRoleBinding',
      metadata: kind === 'Role' ? { namespace: NAME.namespace, name: binding } : { name: binding },
      subjects,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: roleName },
    });
    const objects: readonly KubeObject[] = [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
      { ...rbac, kind: 'ClusterRole', metadata: { name }, rules: less },
      bind('ClusterRole', name, name),
      bind('ClusterRole', 'gke-ingress-guard', `${name}-view`),
      bind('ClusterRole', 'gke-ingress-guard-audit', `${name}-audit`),
      bind('Role', 'gke-ingress-guard-audit', `${name}-lease`),
    ];
    for (const one of objects) await mustSucceed(world.cluster.client.create(one));
    return name;
  }

  it('knows all of them', () => {
    expect(verbs.toSorted()).toEqual(['create', 'delete', 'get', 'list', 'update']);
  });

  it.each(verbs)(
    'to %s says so once, with the rules that are missing, and goes on',
    { timeout: TIMEOUT_MS },
    async (verb) => {
      const bad = await world.store(ingress({ class: 'gce', service: 'absent' }));
      const labels = { 'app.kubernetes.io/managed-by': 'gke-ingress-guard' };
      const metadata = { namespace: world.namespace, name: 'gke-ingress-guard', labels };
      const own = { apiVersion: 'openreports.io/v1alpha1', kind: 'Report', metadata } as KubeObject;
      // For update there has to be one that is wrong, for delete one that is too many.
      if (verb === 'update' || verb === 'delete') await mustSucceed(world.cluster.client.create(own));
      if (verb === 'delete') await mustSucceed(world.cluster.client.remove(bad));
      const guard = await world.startReporter(await accountWithout(verb));
      await said(guard, 'a right to reports is missing');
      expect(lines(guard, 'a right to reports is missing')).toMatchObject([
        {
          level: 40,
          verb,
          reason: expect.stringContaining(`cannot ${verb} resource "reports" in API group "openreports.io"`),
          rules: [
            '- { apiGroups: ["openreports.io", "wgpolicyk8s.io"], resources: ["reports", "policyreports"], verbs: ["create"] }',
            '- { apiGroups: ["openreports.io", "wgpolicyk8s.io"], resources: ["reports", "policyreports"], resourceNames: ["gke-ingress-guard"], verbs: ["get", "list", "update", "delete"] }',
          ],
        },
      ]);
      await said(guard, verb === 'delete' ? 'audit of the cluster' : 'audit of a namespace');
      if (verb === 'list') await world.until('the report', isThere);
      if (verb === 'update' || verb === 'delete') await mustSucceed(world.cluster.client.remove(own));
    },
  );
});
