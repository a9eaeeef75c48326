// Where what `serve --ask` has learned is found, and by whom it is learned.
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { GuardProcess } from '../support/guard-process.ts';
import { deployment, ingress, type RawObject, service } from '../support/objects.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { askerManifests, CONTAINER, DIGEST, describeAsker, LEARNED_NAME, logged, redirect } from './asking.ts';
import { NAME } from './deployed-guard.ts';
import { runGuard } from './live-cli.ts';
import { waitFor } from './wait-for.ts';

const EVENTS_RIGHT = askerManifests('asker-events').filter(({ metadata }) => metadata.name.endsWith('-asker-events'));

describeAsker('test/cluster/asker-learned.test.ts', (asking) => {
  it.each([
    ['no JSON', '{"version": 1, "learned": [', 'it is no JSON'],
    ['too large', `{"version":1,"learned":[]}${' '.repeat(600 * 1024)}`, 'it is larger than 512 KiB'],
    ['of another version', '{"version": 2}', 'it is of another version'],
  ])('learns anew where the ConfigMap is %s', async (_, text, reason) => {
    await asking.serve('10.8.1.17', redirect);
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: NAME.namespace, name: LEARNED_NAME },
    };
    await mustSucceed(asking.client.patch(object, { data: { 'learned.json': text } }, { type: 'merge' }));
    await asking.world();
    const asker = await asking.startAsker();
    const [line] = await logged(
      asker,
      'the ConfigMap of what was learned cannot be read whole: what can be is kept, the rest is learned anew',
    );
    expect(line?.['reason']).toBe(reason);
    await logged(asker, 'asked a Pod');
    expect(
      await waitFor(
        'what was learned',
        () => asking.learned().catch(() => []),
        (all) => all.length > 0,
      ),
    ).toMatchObject([{ status: 307 }]);
  });

  it('has its answers in explain, and of other settings a hint that names its own namespace only', async () => {
    await asking.serve('10.8.1.17', redirect);
    await asking.world();
    await asking.startAsker();
    const today = (await asking.untilLearned()).map(({ at }) => at.slice(0, 10))[0];
    const explained = async (...words: readonly string[]): Promise<string> => {
      const kubeconfig = `--kubeconfig=${asking.cluster.controlPlane.kubeconfig()}`;
      const { out } = await runGuard(['explain', 'web', '-n', asking.namespace, '--no-gke-api', kubeconfig, ...words]);
      return out.replaceAll(/\s+/g, ' ');
    };
    expect(await explained()).toContain(
      `answer: 307 to HTTPS, asked of running Pods on ${today} (container "web", unless`,
    );
    const changed = deployment({ container: { ...CONTAINER, args: ['--insecure'] } });
    await mustSucceed(asking.client.patch(asking.placed(changed), asking.placed(changed), { type: 'merge' }));
    expect(await explained()).toContain(
      `hint: the image of Deployment/web was seen to answer 307 to HTTPS here on ${today}, with other settings, in namespace "${asking.namespace}"`,
    );
    expect(await explained()).not.toContain('probe-redirects-to-https');
    const before = asking.namespace;
    asking.namespace = `${before}-too`;
    await asking.client.createNamespace(asking.namespace);
    await asking.store(service({ neg: '{"ingress": true}' }));
    await asking.store(ingress({ class: 'gce' }));
    await asking.store(changed);
    const elsewhere = await explained();
    expect(elsewhere).toContain('with other settings, elsewhere in this cluster');
    expect(elsewhere).not.toContain(`"${before}"`);
    expect(
      JSON.parse(
        (
          await runGuard([
            'explain',
            'web',
            '-n',
            asking.namespace,
            '-o',
            'json',
            '--no-gke-api',
            `--kubeconfig=${asking.cluster.controlPlane.kubeconfig()}`,
          ])
        ).out,
      ),
    ).toMatchObject({
      backends: [{ hints: [{ status: 307, source: 'asked', seenOn: today, where: 'elsewhere in this cluster' }] }],
    });
    await asking.remove(`/apis/networking.k8s.io/v1/namespaces/${asking.namespace}/ingresses`);
    asking.namespace = before;
  });

  describe('is found by the webhook and every command, however many ConfigMaps they may read', () => {
    const create = (one: object) => mustSucceed(asking.client.create(one as KubeObject));
    const configMap = (name: string, data: object) =>
      create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: asking.namespace, name }, data });

    /** A Deployment of it behind an Ingress, and a Pod of it, with a ConfigMap that only the person who asks may read. */
    async function mountingWorld(given: object, data: object) {
      const container = { ...CONTAINER, volumeMounts: [{ name: 'config', mountPath: '/config' }], ...given };
      const volumes = [{ name: 'config', configMap: { name: 'config' } }];
      const deployed = (more: object = {}): RawObject =>
        deployment({ container: { ...container, ...more }, podSpec: { volumes } });
      await configMap('config', data);
      await asking.store(service({ neg: '{"ingress": true}', ports: [{ name: 'http', port: 80, targetPort: 8080 }] }));
      await asking.store(ingress({ class: 'gce' }));
      await asking.store(deployed());
      await asking.pod({ containers: [container], volumes, startedAtMs: Date.now() + 60_000 });
      return deployed;
    }

    /** What each says of it, by its name. */
    async function saidOf(guard: GuardProcess, object: RawObject): Promise<Readonly<Record<string, string>>> {
      const path = `${asking.cluster.controlPlane.dir}/${asking.namespace}.json`;
      writeFileSync(path, JSON.stringify(asking.placed(object)));
      const print = async (...words: readonly string[]): Promise<string> => {
        const reached = ['--no-gke-api', `--kubeconfig=${asking.cluster.controlPlane.kubeconfig()}`];
        const { out, err } = await runGuard([...words, ...reached]);
        return `${out}${err}`.replaceAll(/\s+/g, ' ');
      };
      return {
        webhook: (await asking.warningsOf(guard, object)).join(' '),
        explain: await print('explain', 'web', '-n', asking.namespace),
        check: await print('check', '--live', path),
        audit: await print('audit', '-n', asking.namespace),
      };
    }

    const namesWith = (said: Readonly<Record<string, string>>, text: string) =>
      Object.keys(said).filter((name) => said[name]?.includes(text));

    it('what mounts a configuration of nginx', async () => {
      await asking.serve('10.8.1.17', (_, response) => response.writeHead(404).end());
      const deployed = await mountingWorld({}, { 'default.conf': 'server { listen 8080; }' });
      await asking.startAsker();
      expect(await asking.untilLearned()).toMatchObject([{ status: 404, configMaps: [] }]);
      const SAID = 'gets 404 from container "web" (asked on ';
      const guard = await asking.startWebhook();
      await asking.untilWarned(guard, deployed(), (lines) => lines.join().includes(SAID));
      // The audit says what is certain, and what was learned never is.
      const said = await saidOf(guard, deployed());
      expect(namesWith(said, SAID), said['check']).toEqual(['webhook', 'explain', 'check']);
      const other = deployed({ args: ['--other'] });
      await mustSucceed(asking.client.patch(asking.placed(other), asking.placed(other), { type: 'merge' }));
      expect(namesWith(await saidOf(guard, other), SAID)).toEqual([]);
    });

    it('argocd-server, whose own answer counts more than the catalogue', async () => {
      const params = 'argocd-cmd-params-cm';
      await asking.serve('10.8.1.17', (_, response) => response.writeHead(200).end('ok'));
      await configMap(params, { 'server.insecure': 'false' });
      const valueFrom = { configMapKeyRef: { name: params, key: 'server.insecure' } };
      const deployed = await mountingWorld(
        {
          image: `quay.io/argoproj/argocd:v3.4.5@${DIGEST}`,
          args: ['/usr/local/bin/argocd-server'],
          env: [{ name: 'ARGOCD_SERVER_INSECURE', valueFrom }],
        },
        { 'known.crt': 'a certificate' },
      );
      const RULE = 'probe-redirects-to-https';
      const guard = await asking.startWebhook();
      const everybody = ['webhook', 'explain', 'check', 'audit'];
      await asking.untilWarned(guard, deployed(), (lines) => lines.join().includes(RULE));
      expect(namesWith(await saidOf(guard, deployed()), RULE)).toEqual(everybody);
      await asking.startAsker();
      expect(await asking.untilLearned()).toMatchObject([{ status: 200, configMaps: [params] }]);
      await asking.untilWarned(guard, deployed(), (lines) => lines.length === 0);
      expect(namesWith(await saidOf(guard, deployed()), RULE)).toEqual([]);
      const other = deployed({ command: ['tini', '--'] });
      await mustSucceed(asking.client.patch(asking.placed(other), asking.placed(other), { type: 'merge' }));
      expect(namesWith(await saidOf(guard, other), RULE)).toEqual(everybody);
    });
  });

  it('learns of Google that it was content, by the gate of a Pod, and asks nobody where it may not', async () => {
    const asked = await asking.serve('10.8.1.17', redirect);
    const backends = JSON.stringify({ [`k8s1-0123abcd-${asking.namespace}-web-80-89ab0123`]: 'HEALTHY' });
    await asking.world({
      negReason: 'LoadBalancerNegReady',
      annotated: { 'ingress.kubernetes.io/backends': backends },
    });
    await asking.startAsker(['--ask=nobody']);
    expect(await asking.untilLearned()).toMatchObject([
      { status: 200, source: 'google', path: '/healthz', namespace: asking.namespace },
    ]);
    expect(asked).toEqual([]);
  });

  it('learns of the kubelet what it warns of, where it may read Events, and asks nobody for it', async () => {
    for (const one of EVENTS_RIGHT) await mustSucceed(asking.client.create(one));
    asking.atEnd(async () => {
      for (const { kind, metadata } of EVENTS_RIGHT) {
        const path = `/apis/rbac.authorization.k8s.io/v1/${kind.toLowerCase()}s/${metadata.name}`;
        await mustSucceed(asking.client.request({ method: 'DELETE', path }));
      }
    });
    await asking.world();
    const pods = `/api/v1/namespaces/${asking.namespace}/pods/web-0`;
    const { body } = await mustSucceed(asking.client.request({ method: 'GET', path: pods }));
    const { uid } = (body as KubeObject).metadata;
    const warning = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace: asking.namespace, name: 'web-0.1' },
      involvedObject: {
        kind: 'Pod',
        namespace: asking.namespace,
        name: 'web-0',
        uid,
        fieldPath: 'spec.containers{web}',
      },
      type: 'Warning',
      reason: 'ProbeWarning',
      message:
        'Readiness probe warning: Probe terminated redirects, Response body: <a href="https://shop.example.com">',
      source: { component: 'kubelet' },
    };
    await mustSucceed(asking.client.create(warning as KubeObject));
    await asking.startAsker(['--ask=nobody']);
    expect(await asking.untilLearned()).toMatchObject([
      { status: 0, source: 'kubelet', path: '/healthz', namespace: asking.namespace },
    ]);
    const guard = await asking.startWebhook();
    const warned = await asking.untilWarned(guard, deployment({ container: CONTAINER }));
    expect(warned.join()).toContain('does not get 200 from container "web" (seen by the kubelet on ');
  });

  describe('without one of its rights', () => {
    interface Right {
      readonly kind: string;
      readonly verb: string;
      readonly rule: Readonly<Record<string, unknown>>;
    }
    const own = askerManifests().filter(
      ({ kind, metadata }) => kind.endsWith('Role') && metadata.name === 'gke-ingress-guard-asker',
    );
    const rights: readonly Right[] = own.flatMap(({ kind, ...role }) =>
      (role['rules'] as readonly Record<string, unknown>[]).flatMap((rule) =>
        (rule['verbs'] as readonly string[]).map((verb) => ({ kind, verb, rule })),
      ),
    );

    async function accountWithout(missing: Right, name: string): Promise<void> {
      const rbac = 'rbac.authorization.k8s.io';
      const home = { namespace: NAME.namespace, name };
      const subjects = [{ kind: 'ServiceAccount', ...home }];
      const create = (one: object) => mustSucceed(asking.client.create(one as KubeObject));
      await create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: home });
      for (const kind of ['ClusterRole', 'Role']) {
        const metadata = kind === 'Role' ? home : { name };
        const rules = rights
          .filter((right) => right.kind === kind && right !== missing)
          .map(({ rule, verb }) => ({ ...rule, verbs: [verb] }));
        const roleRef = { apiGroup: rbac, kind, name };
        await create({ apiVersion: `${rbac}/v1`, kind, metadata, rules });
        await create({ apiVersion: `${rbac}/v1`, kind: `${kind}Binding`, metadata, roleRef, subjects });
      }
      const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: NAME.name };
      const metadata = { name: `${name}-view` };
      await create({ apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata, roleRef, subjects });
    }

    it.each(rights.map((right) => [`${right.verb} ${String(right.rule['resources'])}`, right] as const))(
      'it learns nothing, and its log says which: %s',
      async (title, right) => {
        await asking.serve('10.8.1.17', redirect);
        await asking.world();
        const name = `without-${title.replaceAll(/\W+/g, '-')}`;
        await accountWithout(right, name);
        await asking.remove(`/apis/coordination.k8s.io/v1/namespaces/${NAME.namespace}/leases`);
        const asker = await asking.startAsker(['--ask'], name);
        const [resource] = right.rule['resources'] as readonly string[];
        const refusal = new RegExp(`cannot ${right.verb} resource "${resource}"`);
        await waitFor(
          'the log to say it',
          async () => asker.log.map(({ reason }) => String(reason)),
          (reasons) => reasons.some((reason) => refusal.test(reason)),
          { timeoutMs: 60_000 },
        );
        // A Lease that cannot be renewed is led by nobody once it has run out.
        if (right.verb !== 'update') expect(await asking.learned()).toEqual([]);
      },
    );
  });

  it('is not read by a guard without the right, and its log says so', async () => {
    const home = { namespace: NAME.namespace, name: 'reads-nothing-learned' };
    const rbac = 'rbac.authorization.k8s.io';
    await mustSucceed(asking.client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: home }));
    await mustSucceed(
      asking.client.create({
        apiVersion: `${rbac}/v1`,
        kind: 'ClusterRoleBinding',
        metadata: { name: home.name },
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: NAME.name },
        subjects: [{ kind: 'ServiceAccount', ...home }],
      } as KubeObject),
    );
    const guard = await asking.startWebhook(home.name);
    const [line] = await waitFor(
      'the log to say it',
      async () => guard.log.filter(({ msg }) => String(msg).startsWith('no right to list ConfigMap')),
      (lines) => lines.length > 0,
      { timeoutMs: 30_000 },
    );
    expect(line).toMatchObject({
      name: 'gke-ingress-guard-learned',
      rule: '- { apiGroups: [""], resources: ["configmaps"], resourceNames: ["gke-ingress-guard-learned"], verbs: ["list", "watch"] }',
      msg: expect.stringContaining("add the rule to the guard's Role in namespace gke-ingress-guard"),
    });
    expect(await asking.warningsOf(guard, deployment({ container: CONTAINER }))).toEqual([]);
  });
});
