// Whom `serve --ask` does not ask.
import { expect, it } from 'vitest';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { NODE_ADDRESS, type PodGiven } from './asked-pods.ts';
import { CONTAINER, describeAsker, LEARNED, LEARNED_NAME, logged, redirect } from './asking.ts';
import { NAME } from './deployed-guard.ts';

describeAsker('test/cluster/asker-refusals.test.ts', (asking) => {
  it.each([
    ['the metadata server', { address: '169.254.169.254' }, /is link-local/],
    ['loopback', { address: '127.0.0.1' }, /is loopback/],
    ['loopback over IPv6', { address: '::1' }, /is IPv6, and Google asks the IPv4 address/],
    ['its node', { address: NODE_ADDRESS }, /has the address of its node/],
    ['its node, by another name', { address: NODE_ADDRESS, hostAddress: '10.9.0.9' }, /is the node's own/],
    ['a host outside', { address: '10.7.0.1' }, /is not of the range that its node gives to Pods/],
    ['the network of its node', { hostNetwork: true, address: NODE_ADDRESS }, /is on the network of its node/],
    ['an owner who said no', { annotations: { 'gke-ingress-guard.dev/ask': 'false' } }, /has the annotation/],
    ['a Pod of a node that is not there', { nodeName: 'gone' }, /is on a node that is not there/],
    ['a Pod that is not Ready', { isReady: false }, /is not Ready/],
    ['a mesh', { sidecar: true }, /has the sidecar istio-proxy/],
  ])('does not ask %s', async (_, given, reason) => {
    const address = (given as Partial<PodGiven>).address ?? '10.8.1.17';
    const asked = await asking.serve(address, redirect);
    const containers = 'sidecar' in given ? [CONTAINER, { name: 'istio-proxy', image: 'proxy:1' }] : [CONTAINER];
    await asking.world({ ...given, containers });
    const asker = await asking.startAsker();
    const [line] = await logged(asker, 'a Pod is not asked');
    expect(line?.['reason']).toMatch(reason);
    await logged(asker, 'looked at every backend', 2);
    expect(asked).toEqual([]);
    expect(await asking.learned()).toEqual([]);
  });

  it('asks no Pod that may have started with another ConfigMap, and the next one', async () => {
    const asked = await asking.serve('10.8.1.17', redirect);
    const name = 'argocd-cmd-params-cm';
    await mustSucceed(
      asking.client.create({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace: asking.namespace, name },
        data: { a: '1' },
      } as KubeObject),
    );
    const more = { envFrom: [{ configMapRef: { name } }] };
    const containers = [{ ...CONTAINER, ...more }];
    await asking.world({ more, containers, startedAtMs: Date.now() - 3_600_000 });
    const asker = await asking.startAsker();
    const [line] = await logged(asker, 'a Pod is not asked');
    expect(line?.['reason']).toBe(`it may have started before ConfigMap "${name}" became what it is`);
    expect(asked).toEqual([]);
    const pods = `/api/v1/namespaces/${asking.namespace}/pods/web-0?gracePeriodSeconds=0`;
    await asking.remove(pods);
    await asking.pod({ name: 'web-1', containers, startedAtMs: Date.now() + 60_000 });
    expect(await asking.untilLearned()).toMatchObject([{ status: 307 }]);
  });

  it('asks nobody at an address that two Pods say they have', async () => {
    const asked = await asking.serve('10.8.1.18', redirect);
    await asking.world({ address: '10.8.1.18' });
    await asking.pod({ name: 'victim', address: '10.8.1.18', labels: { app: 'other' } });
    const asker = await asking.startAsker();
    const [line] = await logged(asker, 'a Pod is not asked');
    expect(line?.['reason']).toBe('it says that it has the address of another Pod');
    expect(asked).toEqual([]);
  });

  it.each(['Namespace', 'Ingress', 'Service', 'Deployment'])('leaves alone what a %s forbids', async (kind) => {
    const asked = await asking.serve('10.8.1.17', redirect);
    await asking.world();
    const target: Readonly<Record<string, KubeObject>> = {
      Namespace: { apiVersion: 'v1', kind, metadata: { name: asking.namespace } },
      Ingress: { apiVersion: 'networking.k8s.io/v1', kind, metadata: { name: 'web', namespace: asking.namespace } },
      Service: { apiVersion: 'v1', kind, metadata: { name: 'web', namespace: asking.namespace } },
      Deployment: { apiVersion: 'apps/v1', kind, metadata: { name: 'web', namespace: asking.namespace } },
    };
    const metadata = { annotations: { 'gke-ingress-guard.dev/ask': 'false' } };
    await mustSucceed(asking.client.patch(target[kind] as KubeObject, { metadata }, { type: 'merge' }));
    const asker = await asking.startAsker();
    const lines = await logged(asker, 'looked at every backend', 2);
    expect(lines.map(({ backends }) => backends)).toEqual(lines.map(() => 0));
    expect(asked).toEqual([]);
  });

  it('asks nobody while the ConfigMap is somebody else’s, and leaves it as it is', async () => {
    const asked = await asking.serve('10.8.1.17', redirect);
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: NAME.namespace, name: LEARNED_NAME },
    };
    await mustSucceed(asking.client.patch(object, { data: { 'notes.txt': 'mine' } }, { type: 'merge' }));
    await asking.world();
    const asker = await asking.startAsker();
    const [line] = await logged(
      asker,
      "the ConfigMap of what was learned is not written, for it is somebody else's: nobody is asked",
    );
    expect(line?.['reason']).toBe('it has the key "notes.txt", which is not the guard\'s');
    expect(asked).toEqual([]);
    const { body } = await mustSucceed(asking.client.request({ method: 'GET', path: LEARNED }));
    expect(body).toMatchObject({ data: { 'notes.txt': 'mine' } });
  });
});
