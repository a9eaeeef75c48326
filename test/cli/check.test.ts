// `check`: whole outputs on examples/, in both formats and with either facts; exit codes; what it knows of the cluster.
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { argocdServer, ingress, service } from '../support/objects.ts';
import { ADD_ON_FIX, ADD_ON_MESSAGE, NEG_PATCH, REDIRECT_FIX, REDIRECT_MESSAGE } from '../support/sentences.ts';
import { type CheckDocument, check, directoryOf, run, unwrapped } from './support.ts';

const OFF = ['--facts', 'examples/addon-off.yaml'];
const ON = ['--facts', 'examples/addon-on.yaml'];

const DISABLED = {
  rule: 'http-load-balancing-disabled',
  severity: 'error',
  certain: true,
  object: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace: 'argocd', name: 'argocd-server' },
  owner: { kind: 'Ingress', namespace: 'argocd', name: 'argocd-server' },
  path: 'metadata.annotations["kubernetes.io/ingress.class"]',
  message: ADD_ON_MESSAGE,
  late: false,
  fix: ADD_ON_FIX,
  edits: [],
  commands: [
    [
      ...['gcloud', 'container', 'clusters', 'update', 'prod', '--location=asia-northeast1'],
      ...['--project=my-project', '--update-addons=HttpLoadBalancing=ENABLED'],
    ],
  ],
  alternatives: [],
  docs: 'docs/rules/http-load-balancing-disabled.md',
  file: 'examples/argocd-ingress.yaml',
  line: 8,
};

const REDIRECT = {
  rule: 'probe-redirects-to-https',
  severity: 'warning',
  certain: true,
  object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'argocd', name: 'argocd-server' },
  owner: { kind: 'Deployment', namespace: 'argocd', name: 'argocd-server' },
  path: 'spec.template.spec.containers[0].readinessProbe.httpGet',
  late: false,
  edits: [],
  commands: [],
  alternatives: [],
  message: `behind Ingress "argocd-server" ${REDIRECT_MESSAGE} Kubernetes calls the Pod Ready: the kubelet follows the redirect, and the same port speaks TLS.`,
  fix: REDIRECT_FIX,
  docs: 'docs/rules/probe-redirects-to-https.md',
  file: 'examples/argocd-server.yaml',
  line: 29,
};

const MUTATION = {
  object: { apiVersion: 'v1', kind: 'Service', namespace: 'argocd', name: 'argocd-server' },
  file: 'examples/argocd-service.yaml',
  patch: NEG_PATCH,
};

describe('on examples/', () => {
  it('finds the error and the warning while the add-on is off', async () => {
    const { code, out, err } = await run(['check', 'examples', '--format=json', ...OFF]);
    expect([code, err]).toEqual([1, '']);
    expect(JSON.parse(out)).toEqual({
      version: 1,
      summary: { objects: 4, errors: 1, warnings: 1, infos: 0, possible: 0 },
      findings: [DISABLED, REDIRECT],
      exempted: [],
      mutations: [MUTATION],
      undecided: [],
      unseen: [],
    });
  });

  it('finds the warning alone while it is on', async () => {
    const { code, out, err } = await run(['check', 'examples', '--format=json', ...ON]);
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual({
      version: 1,
      summary: { objects: 4, errors: 0, warnings: 1, infos: 0, possible: 0 },
      findings: [REDIRECT],
      exempted: [],
      mutations: [MUTATION],
      undecided: [],
      unseen: [],
    });
  });

  it('prints a block a finding for people', async () => {
    expect(await run(['check', 'examples', ...OFF])).toEqual({
      code: 1,
      err: '',
      out: [
        'examples/argocd-ingress.yaml:8: error: Ingress/argocd/argocd-server',
        '    [http-load-balancing-disabled]',
        '    8 |     kubernetes.io/ingress.class: gce',
        '      |                                  ^^^',
        '    the HTTP load balancing add-on is off, so nothing serves class "gce".',
        '    Cluster "prod" does not run the GKE Ingress controller (says the facts',
        '    file), which the annotation kubernetes.io/ingress.class asks for: the',
        '    Ingress would wait forever, without an event or a log line.',
        '    Fix: Run gcloud container clusters update prod --location=asia-northeast1 \\',
        '        --project=my-project --update-addons=HttpLoadBalancing=ENABLED',
        '',
        'examples/argocd-server.yaml:29: warning: Deployment/argocd/argocd-server',
        '    [probe-redirects-to-https]',
        '   29 |             httpGet:',
        '      |             ^^^^^^^',
        '    behind Ingress "argocd-server" Google\'s check GET /healthz gets 307 from',
        '    Argo CD server, not 200: UNHEALTHY. Kubernetes calls the Pod Ready: the',
        '    kubelet follows the redirect, and the same port speaks TLS.',
        '    Fix: Set --insecure, or server.insecure: "true" in ConfigMap',
        '        argocd-cmd-params-cm',
        '',
        'examples/argocd-service.yaml: Service/argocd/argocd-server will be stored with',
        '    cloud.google.com/neg added.',
        '',
        '4 objects checked: 1 error, 1 warning.',
        '',
      ].join('\n'),
    });
  });

  it('colours the severity on a terminal, and nothing else', async () => {
    const plain = await run(['check', 'examples', ...OFF]);
    const coloured = await run(['check', 'examples', ...OFF], { hasColour: true });
    const withoutColour = ['31', '33', '0'].reduce(
      (text, code) => text.replaceAll(`\u001b[${code}m`, ''),
      coloured.out,
    );
    expect(withoutColour).toBe(plain.out);
    expect(coloured.out).toContain('\u001b[31merror\u001b[0m: Ingress/argocd/argocd-server');
    expect((await run(['check', 'examples', '--format=json', ...OFF], { hasColour: true })).out).not.toContain(
      '\u001b',
    );
  });

  it('judges objects as written with --no-mutate', async () => {
    const { out } = await run(['check', 'examples', '--format=json', '--no-mutate', ...ON]);
    const { findings, mutations }: CheckDocument = JSON.parse(out);
    expect(mutations).toEqual([]);
    expect(findings.map(({ rule }) => rule)).toContain('cluster-ip-without-neg');
  });

  it('says in one line which facts would decide more', async () => {
    const json: CheckDocument = JSON.parse((await run(['check', 'examples', '--format=json'])).out);
    expect(json.findings.filter(({ rule }) => rule === 'http-load-balancing-unknown')).toEqual([]);
    expect(json.undecided).toEqual([
      { fact: 'httpLoadBalancing', objects: 1 },
      { fact: 'vpcNative', objects: 1 },
    ]);
    const { out } = await run(['check', 'examples']);
    expect(
      unwrapped(out)
        .split('\n')
        .filter((line) => line.includes('not known')),
    ).toEqual([
      'info: not known of the cluster: httpLoadBalancing (1 object), vpcNative (1 object). ' +
        'Give it with --facts FILE to decide more (docs/facts-file.md).',
    ]);
  });
});

it('fails from the severity on that --fail-on names', async () => {
  const code = async (...words: string[]): Promise<number> => (await run(['check', 'examples', ...words])).code;
  expect(await code(...ON)).toBe(0);
  expect(await code(...ON, '--fail-on=warning')).toBe(1);
  expect(await code(...ON, '--fail-on=info')).toBe(1);
  expect(await code(...OFF, '--fail-on=error')).toBe(1);
  expect(await code('examples/argocd-service.yaml', '--fail-on=info', ...ON)).toBe(1);
  expect((await run(['check', 'examples/argocd-service.yaml', '--fail-on=info', ...ON])).code).toBe(0);
});

it('leaves out what the policy turns off, and judges what it only audits', async () => {
  const policy = (mode: string): string =>
    directoryOf({
      'guard.yaml': `apiVersion: gke-ingress-guard.dev/v1\nkind: GuardPolicy\nrules:\n  http-load-balancing-disabled: ${mode}\n`,
    });
  const rules = async (mode: string): Promise<readonly string[]> => {
    const { document } = await check(process.cwd(), ['examples'], [...OFF, '--policy', policy(mode)]);
    return document.findings.map(({ rule }) => rule);
  };
  expect(await rules('off')).toEqual(['probe-redirects-to-https']);
  for (const mode of ['audit', 'warn', 'enforce']) {
    expect(await rules(mode)).toEqual(['http-load-balancing-disabled', 'probe-redirects-to-https']);
  }
});

it('neither judges nor changes objects of excluded namespaces, but counts them', async () => {
  const root = directoryOf({
    'a.yaml': [ingress({ class: 'gce', namespace: 'kube-system' }), service({ namespace: 'gke-managed-x' })]
      .map((object) => stringify(object))
      .join('---\n'),
  });
  const { code, document } = await check(root, ['a.yaml'], OFF);
  expect(code).toBe(0);
  expect(document).toEqual({
    version: 1,
    summary: { objects: 2, errors: 0, warnings: 0, infos: 0, possible: 0 },
    findings: [],
    exempted: [],
    mutations: [],
    undecided: [],
    unseen: [],
  });
});

describe('the same object in several files', () => {
  const stream = (...objects: object[]): string => objects.map((object) => stringify(object)).join('---\n');
  const front = { name: 'argocd-server', namespace: 'argocd', neg: '{"ingress": true}' };
  /** With this Service in front nobody asks the server over plain HTTP, and there is nothing to warn of. */
  const https = service({
    ...front,
    ports: [{ name: 'https', port: 443, targetPort: 8080 }],
    annotations: { 'cloud.google.com/app-protocols': '{"https":"HTTPS"}' },
  });
  const http = service(front);
  const warnedIn = async (
    files: Readonly<Record<string, string>>,
    paths: readonly string[],
  ): Promise<readonly string[]> => (await check(directoryOf(files), paths, ON)).found;

  it('is judged in each of them, with its own file and line', async () => {
    const root = directoryOf({
      'a/web.yaml': stream(ingress({ class: 'gce' })),
      'b/web.yaml': `# moved down\n\n${stream(ingress({ class: 'gce' }))}`,
    });
    const { found } = await check(root, ['.'], OFF);
    expect(found).toEqual(['a/web.yaml:7 http-load-balancing-disabled', 'b/web.yaml:9 http-load-balancing-disabled']);
  });

  it('is a neighbour from the same file before any other', async () => {
    const files = { 'all.yaml': stream(argocdServer(), https), 'same.yaml': stream(http), 'z/last.yaml': stream(http) };
    expect(await warnedIn(files, ['all.yaml', 'same.yaml', 'z'])).toEqual([]);
    const swapped = { 'all.yaml': stream(http, argocdServer()), 'same.yaml': stream(https) };
    expect(await warnedIn(swapped, ['all.yaml', 'same.yaml'])).toEqual(['all.yaml:41 probe-redirects-to-https']);
  });

  it('is then a neighbour from the same directory, however that is written', async () => {
    const files = {
      'a/server.yaml': stream(argocdServer()),
      'a/service.yaml': stream(https),
      'b/service.yaml': stream(http),
    };
    expect(await warnedIn(files, ['.'])).toEqual([]);
    const root = directoryOf(files);
    const paths = [`${root}/b/../a/server.yaml`, `${root}/a/service.yaml`, `${root}/b/service.yaml`];
    expect(JSON.parse((await run(['check', '--format=json', ...ON, ...paths])).out)).toMatchObject({ findings: [] });
  });

  it('is then a neighbour as it was read last', async () => {
    const files = { 'a.yaml': stream(argocdServer()), 'b/one.yaml': stream(http), 'c/two.yaml': stream(https) };
    expect(await warnedIn(files, ['a.yaml', 'b', 'c'])).toEqual([]);
    expect(await warnedIn(files, ['a.yaml', 'c', 'b'])).toHaveLength(1);
  });
});
