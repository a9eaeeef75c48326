// Components and overlays: each renders alone, says what it is for, and changes what it means to change.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ASKER_LEASE } from '../../src/cli/serve/asker.ts';
import { AUDIT_LEASE } from '../../src/cli/serve/audit-loop.ts';
import { diagnose } from '../../src/doctor/check.ts';
import { fromManifests } from '../../src/doctor/from-manifests.ts';
import { CHECKS } from '../../src/doctor/index.ts';
import { parseFactsFile } from '../../src/facts/facts-file.ts';
import { at, textOr } from '../../src/kubernetes/read.ts';
import { REPORT_KINDS, REPORT_NAME } from '../../src/kubernetes/report-kinds.ts';
import { LEARNED_CONFIG_MAP } from '../../src/learned/learned.ts';
import { expectations } from '../support/good-installation.ts';
import { hasGo } from '../support/has-go.ts';
import { DEPLOY, type Manifest, render, renderTogether } from '../support/kustomize.ts';
import { firstAt, foldersOf, listAt, only, readKustomization, readManifest } from './support.ts';

if (!hasGo) console.warn('components.test.ts: skipped, because there is no "go" on PATH to build the renderer with');

const COMPONENTS = foldersOf('components');
const OVERLAYS = foldersOf('overlays');

function withComponent(name: string): readonly Manifest[] {
  return renderTogether(['base'], [`components/${name}`]);
}

/** What kustomize passes over in silence: a patch whose target is not there. */
function untouched(patch: unknown, manifests: readonly Manifest[]): boolean {
  const whole = (pattern: unknown) => new RegExp(`^(?:${textOr(pattern, '.*')})$`);
  const [kind, name] = [whole(at(patch, 'target', 'kind')), whole(at(patch, 'target', 'name'))];
  return !manifests.some((one) => kind.test(one.kind) && name.test(one.metadata.name));
}

describe.each(COMPONENTS)('component %s', (name) => {
  const text = readManifest(`components/${name}/kustomization.yaml`);
  const kustomization = readKustomization(`components/${name}`);

  it('is a component, and begins with what it does, what it needs, and what does not work without', () => {
    expect(kustomization).toMatchObject({ apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component' });
    const header = /^(?:#.*\n)+/.exec(text)?.[0] ?? '';
    expect(header).toMatch(/^# [A-Z]/);
    expect(header).toMatch(/\bneeds?\b/i);
    expect(header).toMatch(/\b(?:without|until)\b/i);
  });

  it.skipIf(!hasGo)('patches objects that are there', () => {
    const manifests = withComponent(name);
    expect(listAt(kustomization, 'patches').filter((patch) => untouched(patch, manifests))).toEqual([]);
  });

  it.skipIf(!hasGo)('puts what it adds into the guard’s namespace', () => {
    const clusterWide = /^(?:Namespace|.*WebhookConfiguration|Cluster.*|ValidatingAdmissionPolicy.*|IngressClass)$/;
    const elsewhere = withComponent(name).filter(
      ({ kind, metadata }) => !clusterWide.test(kind) && metadata.namespace !== 'gke-ingress-guard',
    );
    // An election or a role in kube-system is a namespace that somebody chose; none is a mistake.
    expect(elsewhere.filter(({ metadata }) => metadata.namespace === undefined)).toEqual([]);
  });
});

describe.skipIf(!hasGo)('the component', () => {
  it('cert-manager issues the Secret that is mounted, for the name that the API server asks for', () => {
    const manifests = withComponent('cert-manager');
    const certificate = only(manifests, 'Certificate', 'gke-ingress-guard-tls');
    const { namespace, name } = only(manifests, 'Service').metadata;
    expect(at(certificate, 'spec', 'dnsNames')).toContain(`${name}.${namespace}.svc`);
    const volumes = listAt(only(manifests, 'Deployment'), 'spec', 'template', 'spec', 'volumes');
    expect(volumes).toContainEqual({ name: 'tls', secret: { secretName: at(certificate, 'spec', 'secretName') } });
    const injected = { 'cert-manager.io/inject-ca-from': `${namespace}/${certificate.metadata.name}` };
    for (const kind of ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']) {
      expect(only(manifests, kind).metadata['annotations']).toEqual(injected);
    }
    const issuers = manifests.filter(({ kind }) => kind === 'Issuer').map(({ metadata }) => metadata.name);
    for (const one of manifests.filter(({ kind }) => kind === 'Certificate')) {
      expect(issuers).toContain(at(one, 'spec', 'issuerRef', 'name'));
    }
  });

  it('high-availability lets a node be drained, and never all Pods be taken', () => {
    const manifests = withComponent('high-availability');
    const deployment = only(manifests, 'Deployment');
    const budget = only(manifests, 'PodDisruptionBudget');
    expect(at(deployment, 'spec', 'replicas')).toBe(3);
    expect(at(budget, 'spec', 'maxUnavailable')).toBe(1);
    const labels = at(deployment, 'spec', 'selector', 'matchLabels');
    expect(at(budget, 'spec', 'selector', 'matchLabels')).toEqual(labels);
    const spread = listAt(deployment, 'spec', 'template', 'spec', 'topologySpreadConstraints');
    expect(spread.map((one) => at(one, 'topologyKey'))).toEqual([
      'topology.kubernetes.io/zone',
      'kubernetes.io/hostname',
    ]);
    for (const one of spread) expect(at(one, 'labelSelector', 'matchLabels')).toEqual(labels);
    expect(at(deployment, 'spec', 'strategy', 'rollingUpdate')).toEqual({ maxUnavailable: 0, maxSurge: 1 });
  });

  it('network-policy lets the guard reach names, the API server, Google and the metadata server', () => {
    const policy = only(withComponent('network-policy'), 'NetworkPolicy');
    const reached = listAt(policy, 'spec', 'egress').flatMap((rule) => {
      const peers = listAt(rule, 'to').map((peer) => at(peer, 'ipBlock', 'cidr') ?? 'kube-system');
      const ports = listAt(rule, 'ports').map((port) => `${at(port, 'protocol')} ${at(port, 'port')}`);
      return (peers.length === 0 ? ['anywhere'] : peers).flatMap((peer) => ports.map((port) => `${peer} ${port}`));
    });
    expect(reached).toEqual([
      'kube-system UDP 53',
      'kube-system TCP 53',
      '169.254.20.10/32 UDP 53',
      '169.254.20.10/32 TCP 53',
      '169.254.169.254/32 UDP 53',
      '169.254.169.254/32 TCP 53',
      'anywhere TCP 443',
      '169.254.169.252/32 TCP 988',
      '169.254.169.254/32 TCP 80',
    ]);
  });

  it('network-policy opens the ports of the container, and no others', () => {
    const manifests = withComponent('network-policy');
    const policy = only(manifests, 'NetworkPolicy');
    const opened = listAt(policy, 'spec', 'ingress').flatMap((rule) =>
      listAt(rule, 'ports').map((port) => at(port, 'port')),
    );
    const container = firstAt(only(manifests, 'Deployment'), 'spec', 'template', 'spec', 'containers');
    expect(opened).toEqual(listAt(container, 'ports').map((port) => at(port, 'containerPort')));
    expect(at(policy, 'spec', 'podSelector', 'matchLabels')).toEqual(
      at(only(manifests, 'Deployment'), 'spec', 'selector', 'matchLabels'),
    );
  });

  it('fail-closed closes /validate and leaves /mutate open', () => {
    const manifests = withComponent('fail-closed');
    const policyOf = (kind: string) => at(firstAt(only(manifests, kind), 'webhooks'), 'failurePolicy');
    expect(policyOf('ValidatingWebhookConfiguration')).toBe('Fail');
    expect(policyOf('MutatingWebhookConfiguration')).toBe('Ignore');
    const priority = at(only(manifests, 'Deployment'), 'spec', 'template', 'spec', 'priorityClassName');
    const scope = firstAt(only(manifests, 'ResourceQuota'), 'spec', 'scopeSelector', 'matchExpressions');
    expect(at(scope, 'values')).toEqual([priority]);
  });

  it('audit turns it on, and gives no right but to write Events and to keep the Lease that it asks for', () => {
    const manifests = withComponent('audit');
    const container = firstAt(only(manifests, 'Deployment'), 'spec', 'template', 'spec', 'containers');
    expect(listAt(container, 'args').at(-1)).toBe('--audit');
    const rights = ['ClusterRole', 'Role'].flatMap((kind) =>
      listAt(only(manifests, kind, 'gke-ingress-guard-audit'), 'rules').map((rule) => ({ kind, ...(rule as object) })),
    );
    const leases = { kind: 'Role', apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
    expect(rights).toEqual([
      { kind: 'ClusterRole', apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
      { ...leases, resourceNames: [AUDIT_LEASE], verbs: ['get', 'update'] },
      { ...leases, verbs: ['create'] },
    ]);
  });

  it('audit-reports turns them on, and gives rights to reports of one name, and to create', () => {
    const manifests = renderTogether(['base'], ['components/audit', 'components/audit-reports']);
    const container = firstAt(only(manifests, 'Deployment'), 'spec', 'template', 'spec', 'containers');
    expect(listAt(container, 'args').slice(-2)).toEqual(['--audit', '--audit-reports']);
    const kinds = {
      apiGroups: REPORT_KINDS.map(({ group }) => group),
      resources: REPORT_KINDS.map(({ plural }) => plural),
    };
    expect(listAt(only(manifests, 'ClusterRole', 'gke-ingress-guard-audit-reports'), 'rules')).toEqual([
      { ...kinds, resourceNames: [REPORT_NAME], verbs: ['get', 'list', 'update', 'delete'] },
      { ...kinds, verbs: ['create'] },
    ]);
    // Its Role for the Lease alone: nothing else is written in the guard's own namespace.
    expect(manifests.filter(({ kind, metadata }) => kind === 'Role' && metadata.name.includes('reports'))).toEqual([]);
  });

  it('mounted-config lets the audit get ConfigMaps by their names, and no more; nothing else may in any namespace', () => {
    const manifests = renderTogether(['base'], ['components/audit', 'components/mounted-config']);
    const container = firstAt(only(manifests, 'Deployment'), 'spec', 'template', 'spec', 'containers');
    expect(listAt(container, 'args').slice(-2)).toEqual(['--audit', '--audit-mounted-config']);
    expect(listAt(only(manifests, 'ClusterRole', 'gke-ingress-guard-mounted-config'), 'rules')).toEqual([
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
    ]);
    const bound = only(manifests, 'ClusterRoleBinding', 'gke-ingress-guard-mounted-config');
    expect(listAt(bound, 'subjects')).toEqual([
      { kind: 'ServiceAccount', name: 'gke-ingress-guard', namespace: 'gke-ingress-guard' },
    ]);
    const unnamed = (one: Manifest): boolean =>
      listAt(one, 'rules').some(
        (rule) => listAt(rule, 'resources').includes('configmaps') && listAt(rule, 'resourceNames').length === 0,
      );
    const roles = renderTogether(['base'], ['components/audit']).filter(({ kind }) => kind.endsWith('Role'));
    expect(roles.filter(unnamed)).toEqual([]);
  });

  it('asker keeps the webhook from asking, and the asker from all but Pods, the API server and one ConfigMap', () => {
    const manifests = withComponent('asker');
    const argsOf = (name: string) =>
      listAt(firstAt(only(manifests, 'Deployment', name), 'spec', 'template', 'spec', 'containers'), 'args');
    expect(argsOf('gke-ingress-guard').at(-1)).toBe('--learned');
    expect(argsOf('gke-ingress-guard-asker').slice(0, 3)).toEqual(['serve', '--ask', '--no-gke-api']);
    const rightsOf = (kind: string, name: string) =>
      listAt(only(manifests, kind, name), 'rules').map((rule) =>
        ['verbs', 'resources', 'resourceNames'].map((field) => listAt(rule, field).join()).join(' '),
      );
    expect(rightsOf('Role', 'gke-ingress-guard-learned')).toEqual([`list,watch configmaps ${LEARNED_CONFIG_MAP}`]);
    expect(rightsOf('ClusterRole', 'gke-ingress-guard-asker')).toEqual(['list pods ', 'get nodes ']);
    expect(rightsOf('Role', 'gke-ingress-guard-asker')).toEqual([
      `get,patch configmaps ${LEARNED_CONFIG_MAP}`,
      `get,update leases ${ASKER_LEASE}`,
      'create leases ',
    ]);
  });

  it('asker-events gives the asker one more right, and the guard none', () => {
    const manifests = withComponent('asker-events');
    const name = 'gke-ingress-guard-asker-events';
    expect(at(only(manifests, 'ClusterRole', name), 'rules')).toEqual([
      { apiGroups: [''], resources: ['events'], verbs: ['list'] },
    ]);
    const subject = { kind: 'ServiceAccount', name: 'gke-ingress-guard-asker', namespace: 'gke-ingress-guard' };
    expect(at(only(manifests, 'ClusterRoleBinding', name), 'subjects')).toEqual([subject]);
  });

  it('asker has a NetworkPolicy for its Pods alone: metrics in; Pods, and port 443 without link-local addresses, out', () => {
    const manifests = withComponent('asker');
    const { spec } = only(manifests, 'NetworkPolicy', 'gke-ingress-guard-asker') as { readonly spec?: unknown };
    expect(spec).toEqual({
      podSelector: { matchLabels: { 'app.kubernetes.io/component': 'asker' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 8080, protocol: 'TCP' }] }],
      egress: [
        { to: [{ namespaceSelector: {} }] },
        {
          to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }],
          ports: [{ port: 443, protocol: 'TCP' }],
        },
      ],
    });
    const labels = at(
      only(manifests, 'Deployment', 'gke-ingress-guard-asker'),
      'spec',
      'template',
      'metadata',
      'labels',
    );
    expect(labels).toEqual({ 'app.kubernetes.io/component': 'asker' });
    // Neither the Service nor the guard's own NetworkPolicy leads to it.
    expect(at(only(manifests, 'Service', 'gke-ingress-guard'), 'spec', 'selector')).toEqual({
      'app.kubernetes.io/name': 'gke-ingress-guard',
    });
    expect(at(only(manifests, 'Service', 'gke-ingress-guard-asker-metrics'), 'spec', 'selector')).toEqual(labels);
  });

  it('workload-identity names the Google service account on the guard’s own', () => {
    const account = only(withComponent('workload-identity'), 'ServiceAccount');
    expect(account.metadata['annotations']).toEqual({
      'iam.gke.io/gcp-service-account': 'gke-ingress-guard@PROJECT_ID.iam.gserviceaccount.com',
    });
  });

  it('facts-file puts its file where the Deployment mounts the facts', () => {
    const manifests = withComponent('facts-file');
    const facts = manifests.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.includes('-facts-'));
    expect(facts.map((one) => at(one, 'data', 'facts.yaml'))).toEqual([
      readManifest('components/facts-file/facts.yaml'),
    ]);
    const volumes = listAt(only(manifests, 'Deployment'), 'spec', 'template', 'spec', 'volumes');
    expect(volumes).toContainEqual({ name: 'facts', configMap: { name: facts[0]?.metadata.name } });
  });

  it('facts-file ships a file that can be read, as it is and with its example', () => {
    const text = readManifest('components/facts-file/facts.yaml');
    expect(parseFactsFile(text, 'facts.yaml', 0).vpcNative).toEqual({ known: false });
    const example = text.replaceAll(/^# (?=(?:cluster|httpLoadBalancing|vpcNative):)/gm, '');
    expect(parseFactsFile(example, 'facts.yaml', 0)).toMatchObject({
      vpcNative: { value: true },
      httpLoadBalancing: { value: 'enabled' },
    });
  });
});

describe('the overlays', () => {
  it('are quickstart, with cert-manager and without, and production', () => {
    expect(OVERLAYS).toEqual(['production', 'quickstart', 'quickstart-self-signed']);
  });

  it.skipIf(!hasGo).each(OVERLAYS)(
    'of %s the doctor misses the image and the facts, which its user is asked for, and nothing else',
    (name) => {
      const manifests = render(join(DEPLOY, 'overlays', name));
      const { namespace } = only(manifests, 'Deployment', 'gke-ingress-guard').metadata;
      const guard = { namespace: namespace ?? '', name: 'gke-ingress-guard' };
      const installation = fromManifests(manifests, guard, expectations(), Date.now());
      const said = diagnose(CHECKS, installation, expectations());
      const found = said.filter(({ status }) => status !== 'ok' && status !== 'skipped');
      expect(found.map(({ id, status }) => `${id} ${status}`)).toEqual(['pod-template warning', 'facts warning']);
      // What is wrong in files is changed there, not by a command that changes a cluster.
      expect(found[0]?.commands).toEqual([]);
      expect(found[0]?.fix).toMatch(/^Set your image, under images of an overlay [^:]*$/);
    },
  );

  it.each(OVERLAYS)('%s is but a list of base and components', (name) => {
    const files = readdirSync(join(DEPLOY, 'overlays', name));
    expect(files).toEqual(['kustomization.yaml']);
    const known = ['apiVersion', 'kind', 'resources', 'components'];
    expect(Object.keys(readKustomization(`overlays/${name}`)).filter((key) => !known.includes(key))).toEqual([]);
  });

  it.skipIf(!hasGo).each(OVERLAYS)('%s takes another image from one line of an overlay', (name) => {
    const images = [{ name: 'gke-ingress-guard', newName: 'registry.example/guard', newTag: '9.9.9' }];
    const moved = renderTogether([`overlays/${name}`], [], { images }).filter(({ kind }) => kind === 'Deployment');
    const used = moved.map((one) => at(firstAt(one, 'spec', 'template', 'spec', 'containers'), 'image'));
    expect(new Set(used)).toEqual(new Set(['registry.example/guard:9.9.9']));
  });

  it('quickstart says what does not work until the facts are known', () => {
    const text = readManifest('overlays/quickstart/kustomization.yaml');
    for (const part of ['facts.yaml of an overlay', 'a warning, never a refusal', 'NEG annotation']) {
      expect(text).toContain(part);
    }
  });
});

const GITOPS_PAGE = readFileSync(new URL('../../docs/gitops.md', import.meta.url), 'utf8');

describe('every YAML file of deploy/ but the chart, which test/chart compares', () => {
  const files = readdirSync(DEPLOY, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.yaml') && !file.startsWith('chart/'),
  );

  it.each(files.toSorted())('%s is used', (file) => {
    const name = file.slice(file.lastIndexOf('/') + 1);
    if (name === 'kustomization.yaml') return;
    // For Argo CD and Flux, in places of their own: no overlay of the guard has them.
    if (/^(argocd|flux)\//.test(file)) return expect(GITOPS_PAGE).toContain(`deploy/${file}`);
    const kustomization = readKustomization(file.slice(0, file.lastIndexOf('/')));
    const named = JSON.stringify(kustomization);
    expect(named).toContain(`"${name}"`);
    expect(() => parse(readManifest(file), { strict: true })).not.toThrow(/duplicate/i);
  });
});
