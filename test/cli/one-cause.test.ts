// One cause is said once: of a template and not of each of its Pods, and of a cluster and not of each of its Ingresses.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { argocdServer, deployment, ingress, type RawObject, service } from '../support/objects.ts';
import { check, directoryOf, run } from './support.ts';

const ON = ['--facts', 'examples/addon-on.yaml'];
const OFF = ['--facts', 'examples/addon-off.yaml'];

function fileOf(...objects: readonly RawObject[]): string {
  return join(directoryOf({ 'all.yaml': objects.map((object) => stringify(object)).join('---\n') }), 'all.yaml');
}

describe('Pods beside what has made them', () => {
  const { spec } = argocdServer() as { spec: { template: { metadata: RawObject; spec: RawObject } } };
  const pod = (name: string, owner: RawObject | undefined): RawObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...spec.template.metadata,
      name,
      namespace: 'argocd',
      ...(owner === undefined
        ? {}
        : { ownerReferences: [{ apiVersion: 'apps/v1', uid: '1', controller: true, ...owner }] }),
    },
    spec: spec.template.spec,
  });
  const REPLICA_SET = { kind: 'ReplicaSet', name: 'argocd-server-5d8' };
  const neighbours = [
    ingress({
      namespace: 'argocd',
      class: 'gce',
      spec: { defaultBackend: { service: { name: 'argocd-server', port: { name: 'http' } } } },
    }),
    service({
      namespace: 'argocd',
      name: 'argocd-server',
      neg: '{"ingress": true}',
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
      spec: { selector: { 'app.kubernetes.io/name': 'argocd-server' } },
    }),
  ];
  const redirects = async (...objects: readonly RawObject[]): Promise<readonly string[]> => {
    const { document } = await check('', [fileOf(...neighbours, ...objects)], ON);
    return document.findings
      .filter(({ rule }) => rule === 'probe-redirects-to-https')
      .map(({ object }) => `${object.kind}/${object.name}`);
  };

  it('say nothing that their Deployment says', async () => {
    expect(await redirects(argocdServer(), pod('a', REPLICA_SET), pod('b', REPLICA_SET))).toEqual([
      'Deployment/argocd-server',
    ]);
  });

  it('speak once where what has made them is not there', async () => {
    expect(await redirects(pod('a', REPLICA_SET), pod('b', REPLICA_SET))).toEqual(['Pod/a']);
  });

  it('speak for themselves where nothing has made them', async () => {
    expect(await redirects(argocdServer(), pod('a', undefined), pod('b', undefined))).toEqual([
      'Deployment/argocd-server',
      'Pod/a',
      'Pod/b',
    ]);
  });
});

describe('a cause in the cluster', () => {
  const other = deployment({ container: { readinessProbe: { tcpSocket: { port: 8080 } } } });
  const path = (): string =>
    fileOf(
      other,
      ingress({ class: 'gce', name: 'a' }),
      service({ neg: '{"ingress": true}' }),
      ingress({ class: 'gce', name: 'b' }),
      ingress({ class: 'gce', name: 'c' }),
    );

  it('is said once and first, with all that it stops', async () => {
    const file = path();
    const { code, out } = await run(['check', file, ...OFF]);
    expect(code).toBe(1);
    expect(out.match(/\[http-load-balancing-disabled\]/g)).toHaveLength(1);
    expect(out).toMatch(/^\S+: error: Ingress\/shop\/a\n {4}\[http-load-balancing-disabled\]\n/);
    expect(out.replaceAll(/:\d+: /g, ': ')).toContain(
      [
        '    The same cause, for 2 other objects:',
        `      ${file}: Ingress/shop/b`,
        `      ${file}: Ingress/shop/c`,
        '',
      ].join('\n'),
    );
    expect(out).toContain('3 errors');
  });

  it('is one finding of each object for programs', async () => {
    const { document } = await check('', [path()], OFF);
    expect(document.findings.filter(({ rule }) => rule === 'http-load-balancing-disabled')).toHaveLength(3);
  });
});
