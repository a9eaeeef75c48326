// `ask` and `explain --ask` as a user runs them: the real program, a real API server, and Pods whose ports are servers of this test
// behind the kubelet's own streaming code.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../src/policy/load.ts';
import { RULES } from '../../src/rules/index.ts';
import { type AppServers, createAppServers } from '../support/app-servers.ts';
import { deployment, ingress, type RawObject, service } from '../support/objects.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { kubeconfigFor, runGuard, tokenWithRights } from './live-cli.ts';
import { type StandInKubelet, startStandInKubelet } from './stand-in-kubelet.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

const TIMEOUT_MS = 120_000;
const NEG = { neg: '{"ingress": true}' };
const PROBE = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5 };

let cluster: TestCluster;
let kubelet: StandInKubelet;
let servers: AppServers;
let admin = '';
let worlds = 0;
let namespace = '';
beforeAll(async () => {
  cluster = await startTestCluster();
  kubelet = await startStandInKubelet(cluster);
  servers = await createAppServers();
  admin = `--kubeconfig=${cluster.controlPlane.kubeconfig()}`;
}, TIMEOUT_MS);
afterAll(async () => {
  servers?.close();
  await kubelet?.stop();
  await cluster?.stop();
});
beforeEach(async () => {
  worlds += 1;
  namespace = `shop-${worlds}`;
  await cluster.client.createNamespace(namespace);
});

async function store(...objects: readonly RawObject[]): Promise<void> {
  for (const object of objects) {
    const raw = object as KubeObject;
    await mustSucceed(cluster.client.create({ ...raw, metadata: { ...raw.metadata, namespace } }));
  }
}

/** Pods of the Deployment `web`, each with its port 8080 on this server. */
async function run(
  ports: readonly number[],
  given: { readonly container?: RawObject; readonly phase?: string; readonly isReady?: boolean } = {},
): Promise<void> {
  const container = {
    name: 'web',
    image: 'registry.example/web:1.0',
    ports: [{ containerPort: 8080 }],
    readinessProbe: PROBE,
  };
  for (const [at, port] of ports.entries()) {
    const name = `web-${at}`;
    const metadata = { name, namespace, labels: { app: 'web' } };
    const spec = { containers: [{ ...container, ...given.container }] };
    await kubelet.run({ apiVersion: 'v1', kind: 'Pod', metadata, spec }, { ...given, ip: `10.0.${worlds}.${at + 5}` });
    kubelet.serve(`${namespace}/${name}:8080`, port);
  }
}

interface AskedJson {
  readonly asked: {
    readonly checks: readonly {
      readonly pods: readonly {
        readonly google: { readonly view: string; readonly text: string };
        readonly kubelet: { readonly text: string };
      }[];
    }[];
  };
}

const address = (at = 0): string => `10.0.${worlds}.${at + 5}`;
const ask = (...words: readonly string[]) => runGuard(['ask', ...words, '-n', namespace, admin]);

describe('an app that redirects to HTTPS on the port that speaks TLS too, as Argo CD', () => {
  beforeEach(async () => {
    await store(ingress({ class: 'gce' }), service(NEG), deployment({ container: { readinessProbe: PROBE } }));
    await run([servers.redirectingSamePort, servers.redirectingSamePort]);
  });

  it('is shown from both sides, with the fix that the rule has', { timeout: TIMEOUT_MS }, async () => {
    const { code, out, err } = await runGuard(['explain', 'ingress/web', '--ask', '-n', namespace, admin]);
    expect({ code, err }).toEqual({ code: 1, err: expect.not.stringContaining('error:') });
    expect(out).toContain(`
asked of running Pods, as Google's health check asks
  Through port-forward, to the Pod's own loopback, from an address that is not
  Google's: 200 says that the app answers, not that the load balancer finds it
  healthy.
  Service web:80: GET /healthz on port 8080, Host: the Pod's address, timeout 1
    s
    ✗ Pods web-0, web-1
      UNHEALTHY to Google: 307 → https://${address()}/healthz, twice
      Ready to Kubernetes: 200 after 307 → https://${address()}:8080/healthz
`);
    expect(out).toMatch(/\n {4}✗ warning: C47, the app does not answer with 200 \[probe-redirects-to-https\]\n/);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      'Google\'s check GET /healthz gets 307 from container "web", not 200: UNHEALTHY. Kubernetes calls the Pod Ready: the kubelet follows the redirect, and the same port speaks TLS. Fix: Let the app answer plain HTTP with 200',
    );
    expect(out).toContain('\n    answer: 307 to HTTPS, asked of running Pods (container "web")\n');
  });

  it('is told by ask alone, for the Ingress, the Deployment and a Pod', { timeout: TIMEOUT_MS }, async () => {
    const answers = await Promise.all([ask('ingress/web'), ask('deployment/web'), ask('web-1')]);
    for (const { code, out } of answers) {
      expect(code).toBe(1);
      expect(out).toContain('UNHEALTHY to Google: 307 → https://');
      expect(out).toContain('[probe-redirects-to-https]');
    }
    expect(answers[1]?.out).toBe(answers[0]?.out);
    expect(answers[2]?.out).toContain('    ✗ Pod web-1\n');
  });

  it('is written for the catalogue, once, and counts with --policy', { timeout: TIMEOUT_MS }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'guard-asked-'));
    try {
      const first = await ask('deployment/web', '--save-app', directory);
      const path = join(directory, 'apps/web.yaml');
      expect(first.err).toContain(`note: ${path} was written\n`);
      const text = readFileSync(path, 'utf8');
      expect(first.out).toContain(text.trimEnd().split('\n').join('\n  '));
      expect(
        loadPolicy(
          directory,
          RULES.map(({ id }) => id),
        ).appFiles,
      ).toContainEqual(
        expect.objectContaining({
          id: 'web',
          match: { images: ['registry.example/web'] },
          answers: [{ port: 8080, path: '/healthz', status: 307, redirectsToHttps: true }],
        }),
      );
      writeFileSync(path, `${text}# mine\n`);
      const second = await ask('deployment/web', '--save-app', directory);
      expect(second).toMatchObject({
        code: 2,
        err: expect.stringContaining(`${path} is there already, and stays as it is.`),
      });
      expect(readFileSync(path, 'utf8')).toBe(`${text}# mine\n`);
      const later = await runGuard(['explain', '-n', namespace, admin, '--policy', directory]);
      expect(later.out).toContain('answer: 307 to HTTPS, says the catalogue (web)');
      expect((await ask('deployment/web', '--policy', directory)).out).not.toContain('for the catalogue');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('is JSON for programs', { timeout: TIMEOUT_MS }, async () => {
    const { out } = await runGuard(['explain', 'web', '--ask', '-o', 'json', '-n', namespace, admin]);
    const { asked } = JSON.parse(out) as AskedJson;
    expect(asked.checks[0]?.pods[0]).toMatchObject({
      google: { view: 'unhealthy', heard: [{ status: 307 }, { status: 307 }] },
      kubelet: { result: 'success', heard: [{ status: 307 }, { status: 200 }] },
    });
  });
});

it('says that 200 is an answer, and no more', { timeout: TIMEOUT_MS }, async () => {
  await store(ingress({ class: 'gce' }), service(NEG), deployment({ container: { readinessProbe: PROBE } }));
  await run([servers.ok]);
  const { code, out } = await ask('ingress/web');
  expect(code).toBe(0);
  expect(out).toContain('      answers Google: 200, twice\n      Ready to Kubernetes: 200\n');
  expect(out).not.toMatch(/\bis healthy\b|HEALTHY:/);
});

it('finds that the request of the probe would get 200 where the check does not', { timeout: TIMEOUT_MS }, async () => {
  // Two headers are why Google takes "/" in place of the probe.
  const headers = ['a', 'b'].map((name) => ({ name, value: 'x' }));
  const readinessProbe = { httpGet: { path: '/healthz', port: 8080, httpHeaders: headers } };
  await store(ingress({ class: 'gce' }), service(NEG), deployment({ container: { readinessProbe } }));
  await run([servers.onlyHealthz], { container: { readinessProbe } });
  const { code, out } = await ask('ingress/web');
  expect(code).toBe(1);
  expect(out).toContain('UNHEALTHY to Google: 404');
  expect(out.replaceAll(/\s+/g, ' ')).toContain(
    "The probe's own request, asked as Google asks (GET /healthz on port 8080): 200",
  );
  expect(out.replaceAll(/\s+/g, ' ')).toContain('Fix: Set requestPath /healthz in the healthCheck of a BackendConfig');
});

it('speaks TLS and HTTP/2 where the Service says so', { timeout: TIMEOUT_MS }, async () => {
  const annotations = { 'cloud.google.com/app-protocols': '{"http": "HTTP2"}' };
  await store(ingress({ class: 'gce' }), service({ ...NEG, annotations }), deployment());
  await run([servers.http2, servers.ok]);
  const { code, out } = await ask('ingress/web');
  expect(code).toBe(1);
  expect(out).toContain('over HTTP2');
  expect(out).toContain('answers Google: 200, twice');
  expect(out).toContain('UNHEALTHY to Google: port 8080 does not speak TLS, and the check is HTTP2');
});

it('lets no text of an app act on the terminal', { timeout: TIMEOUT_MS }, async () => {
  await store(ingress({ class: 'gce' }), service(NEG), deployment({ container: { readinessProbe: PROBE } }));
  await run([servers.hostile]);
  for (const words of [['ingress/web'], ['ingress/web', '-o', 'json']]) {
    const { out } = await ask(...words);
    expect(out).toContain('503');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  }
});

describe('at two in the morning', () => {
  it('says which right is missing, and how to ask for it', { timeout: TIMEOUT_MS }, async () => {
    await store(ingress({ class: 'gce' }), service(NEG), deployment({ container: { readinessProbe: PROBE } }));
    await run([servers.ok]);
    const read = ['ingresses', 'services', 'deployments', 'pods'];
    const rules = [{ apiGroups: ['', 'apps', 'networking.k8s.io'], resources: read, verbs: ['list', 'get'] }];
    const token = await tokenWithRights(cluster.client, namespace, rules);
    const limited = `--kubeconfig=${kubeconfigFor(cluster, `limited-${worlds}`, { token })}`;
    const { code, out } = await runGuard(['ask', 'ingress/web', '-n', namespace, limited]);
    expect(code).toBe(2);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      'you may not forward its ports, which takes get and create of pods/portforward',
    );
    for (const verb of ['get', 'create']) {
      expect(out.replaceAll(/ \\\n +/g, ' ')).toContain(
        `Fix: kubectl auth can-i ${verb} pods --subresource=portforward -n ${namespace}\n`,
      );
    }
  });

  it('says which right to Pods is missing', { timeout: TIMEOUT_MS }, async () => {
    await store(ingress({ class: 'gce' }), service(NEG), deployment());
    const read = ['ingresses', 'services', 'deployments'];
    const rules = [{ apiGroups: ['', 'apps', 'networking.k8s.io'], resources: read, verbs: ['list'] }];
    const token = await tokenWithRights(cluster.client, namespace, rules);
    const limited = `--kubeconfig=${kubeconfigFor(cluster, `no-pods-${worlds}`, { token })}`;
    const { code, err } = await runGuard(['ask', 'ingress/web', '-n', namespace, limited]);
    expect(code).toBe(2);
    expect(err).toContain(`kubectl auth can-i list pods -n ${namespace}`);
  });

  it('tells a Pod that does not run from a port where nothing listens', { timeout: TIMEOUT_MS }, async () => {
    await store(ingress({ class: 'gce' }), service(NEG), deployment());
    await run([servers.ok], { phase: 'Pending', isReady: false });
    const pending = await ask('ingress/web');
    expect(pending.code).toBe(2);
    expect(pending.out).toContain('not asked: it is Pending, not Running');
    expect(pending.out).toContain(`Fix: kubectl describe pod web-0 -n ${namespace}\n`);
    kubelet.serve(`${namespace}/web-0:8080`, servers.nothing);
    await mustSucceed(
      cluster.client.patch(
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-0', namespace } },
        { status: { phase: 'Running' } },
        { type: 'merge', subresource: 'status' },
      ),
    );
    const closed = await ask('ingress/web');
    expect(closed.code).toBe(2);
    expect(closed.out.replaceAll(/\s+/g, ' ')).toContain(
      'Google not known: nothing listens on port 8080 of its loopback',
    );
    expect(closed.out).toContain('Fix: kubectl logs web-0');
  });

  it('gives up on an app that does not answer in time', { timeout: TIMEOUT_MS }, async () => {
    await store(ingress({ class: 'gce' }), service(NEG), deployment({ container: { readinessProbe: PROBE } }));
    await run([servers.silent]);
    const { code, out } = await ask('web-0');
    expect(code).toBe(2);
    expect(out.replaceAll(/\s+/g, ' ')).toContain('Google not known: no answer within 1 s');
    expect(out.replaceAll(/\s+/g, ' ')).toContain('not Ready to Kubernetes: no answer within 1 s');
  });

  it('asks a Deployment that no Ingress leads to as its own probe would be asked', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await store(deployment({ container: { readinessProbe: PROBE } }));
    await run([servers.redirectingSamePort]);
    const { code, out } = await ask('deploy/web');
    expect(code).toBe(1);
    expect(out).toContain('Deployment web, to which no Ingress leads: GET /healthz on port 8080');
    expect(out.replaceAll(/\s+/g, ' ')).toContain("behind a GKE Ingress Google's check GET /healthz gets 307");
    expect((await ask('web-0')).out).toContain('Pod web-0, to which no Ingress leads');
  });

  it('meets a name that is not there with those that are', { timeout: TIMEOUT_MS }, async () => {
    await store(ingress({ class: 'gce' }), service(NEG), deployment());
    expect((await ask('ingress/wbe')).err).toContain('Did you mean "web"?');
    expect((await ask('deployment/wbe')).err).toContain('Did you mean "web"?');
    expect((await ask('web-7')).err).toContain(
      `There is no Pod "web-7" in namespace "${namespace}". See kubectl get pods -n ${namespace}`,
    );
    expect((await ask('service/web')).err).toContain('names nothing that has Pods');
  });
});

it('asks ten Pods at most, and says how many more there are', { timeout: TIMEOUT_MS }, async () => {
  await store(ingress({ class: 'gce' }), service(NEG), deployment({ container: { readinessProbe: PROBE } }));
  await run(Array.from({ length: 12 }, () => servers.ok));
  expect((await ask('ingress/web')).out).toContain('2 more running Pods were not asked: the first 10 were.');
});
