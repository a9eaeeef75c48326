// Every check of the doctor with what it finds: a good installation, one thing broken, and the problems as they are reported.
import { createAuthority } from './certificates.ts';
import { base64, DNS_NAME, endpointSlice, GUARD, type World } from './good-installation.ts';

export interface DoctorCase {
  readonly check: string;
  readonly name: string;
  readonly breakIt: (world: World) => void | Promise<void>;
}

const MUTATING = 'MutatingWebhookConfiguration';
const VALIDATING = 'ValidatingWebhookConfiguration';
const { namespace, name } = GUARD;
const LABELS = { 'app.kubernetes.io/name': name };
const DAY_MS = 24 * 60 * 60_000;

const webhook = (world: World, kind: string, field: readonly (string | number)[], value: unknown): void =>
  world.set(kind, ['webhooks', 0, ...field], value);

const role = (rules: readonly object[], name = 'case'): readonly object[] => [
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', namespace, name: GUARD.name }],
  },
];

const certificate = (spec: object, status: object): object => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: 'serving', namespace },
  spec: { secretName: 'gke-ingress-guard-tls', dnsNames: [DNS_NAME], ...spec },
  status,
});

const READY = { conditions: [{ type: 'Ready', status: 'True' }] };

function injected(world: World): void {
  for (const kind of [MUTATING, VALIDATING]) {
    world.set(kind, ['metadata', 'annotations'], { 'cert-manager.io/inject-ca-from': `${namespace}/serving` });
  }
}

const networkPolicy = (spec: object): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'case', namespace },
  spec: { podSelector: { matchLabels: LABELS }, ...spec },
});

/** Lets in only this range, on every port. */
const only = (cidr: string): object => ({ policyTypes: ['Ingress'], ingress: [{ from: [{ ipBlock: { cidr } }] }] });

/** Watches the cluster, with all the rights and a token. */
function watching(world: World): void {
  world.args((args) => args.filter((arg) => arg !== '--no-cluster'));
  world.setPod(['automountServiceAccountToken'], true);
}

/** Serves with what a Pod of its own keeps. */
function selfSigned(world: World): void {
  watching(world);
  world.args((args) => [...args.filter((arg) => !arg.startsWith('--tls-dir')), '--self-signed']);
  world.add(
    ...role(
      [
        { apiGroups: [''], resources: ['secrets'], resourceNames: ['gke-ingress-guard-tls'], verbs: ['get'] },
        {
          apiGroups: ['admissionregistration.k8s.io'],
          resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
          resourceNames: [name],
          verbs: ['get'],
        },
      ],
      'self-signed',
    ),
  );
}

const keeper = (spec: object): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: `${name}-certificate`, namespace },
  spec: { template: { spec: { serviceAccountName: `${name}-certificate` } }, ...spec },
});

/** With what was learned, and the guard that reads it. */
function asking(world: World, { deployment = {}, store = {} }: { deployment?: object; store?: object } = {}): void {
  const account = { spec: { serviceAccountName: `${name}-asker` } };
  const of = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: `${name}-asker`, namespace } };
  const { spec = {}, ...more } = deployment as { readonly spec?: object };
  world.add({ ...of, spec: { template: account, ...spec }, ...more });
  const metadata = {
    name: `${name}-learned`,
    namespace,
    labels: { 'app.kubernetes.io/managed-by': `${name}-asker` },
  };
  world.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata, ...store });
  world.args((args) => [...args, '--learned']);
}

const CASES: Readonly<Record<string, Readonly<Record<string, DoctorCase['breakIt']>>>> = {
  installed: {
    'no Service': (world) => world.remove('Service'),
    'no serving certificate': (world) => world.remove('Secret'),
    'no validating webhook in the manifests': (world) => {
      world.origin = 'files';
      world.remove(VALIDATING);
    },
    'no Namespace in the manifests, as in those of a chart': (world) => {
      world.origin = 'files';
      world.remove('Namespace');
    },
  },
  'webhook-identity': {
    'another Service': (world) => webhook(world, MUTATING, ['clientConfig', 'service', 'name'], 'other'),
    'another path': (world) => webhook(world, VALIDATING, ['clientConfig', 'service', 'path'], '/mutate'),
    'a URL': (world) => webhook(world, VALIDATING, ['clientConfig'], { url: 'https://example.com', caBundle: '' }),
    'no webhooks at all': (world) => world.set(MUTATING, ['webhooks'], []),
  },
  'webhook-rules': {
    'a star': (world) => webhook(world, MUTATING, ['rules', 0, 'resources'], ['*']),
    'scope *': (world) => webhook(world, MUTATING, ['rules', 0, 'scope'], '*'),
    'leases of the control plane': (world) => {
      const rule = { apiGroups: ['coordination.k8s.io'], apiVersions: ['v1'], resources: ['leases'] };
      webhook(world, VALIDATING, ['rules', 9], { ...rule, operations: ['UPDATE'], scope: 'Namespaced' });
    },
    'no UPDATE': (world) => webhook(world, MUTATING, ['rules', 0, 'operations'], ['CREATE']),
    'none of the kinds of GKE': (world) => {
      const { webhooks } = world.find(VALIDATING) as { webhooks: { rules: { apiGroups: string[] }[] }[] };
      const rules = webhooks[0]?.rules.filter(({ apiGroups: [group] }) => !/google|gke/.test(group ?? ''));
      webhook(world, VALIDATING, ['rules'], rules);
    },
  },
  'webhook-namespaces': {
    'no selector': (world) => webhook(world, MUTATING, ['namespaceSelector'], undefined),
    'own namespace while failing closed': (world) => {
      webhook(world, VALIDATING, ['failurePolicy'], 'Fail');
      const values = ['kube-system', 'kube-node-lease', 'kube-public', 'gke-managed-cim', 'gke-managed-system'];
      const all = [...values, 'gke-gmp-system', 'gmp-system'];
      webhook(world, VALIDATING, ['namespaceSelector', 'matchExpressions', 0, 'values'], all);
    },
    'a system namespace of this cluster': (world) =>
      world.add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gke-managed-new-thing' } }),
    'an objectSelector': (world) => webhook(world, VALIDATING, ['objectSelector'], { matchLabels: { guarded: 'yes' } }),
  },
  'webhook-contract': {
    'side effects': (world) => webhook(world, MUTATING, ['sideEffects'], 'Unknown'),
    'only v1beta1': (world) => webhook(world, MUTATING, ['admissionReviewVersions'], ['v1beta1']),
    'matchPolicy Exact': (world) => webhook(world, VALIDATING, ['matchPolicy'], 'Exact'),
    'no reinvocation': (world) => webhook(world, MUTATING, ['reinvocationPolicy'], undefined),
  },
  'webhook-failure': {
    'a long timeout': (world) => webhook(world, VALIDATING, ['timeoutSeconds'], 30),
    'one replica while failing closed': (world) => {
      webhook(world, VALIDATING, ['failurePolicy'], undefined);
      world.set('Deployment', ['spec', 'replicas'], 1);
    },
    'no budget while failing closed': (world) => {
      webhook(world, VALIDATING, ['failurePolicy'], 'Fail');
      world.remove('PodDisruptionBudget');
    },
  },
  'service-port': {
    'a port that the Service has not': (world) => webhook(world, MUTATING, ['clientConfig', 'service', 'port'], 443),
    'a targetPort that is no name': (world) => world.set('Service', ['spec', 'ports', 0, 'targetPort'], 'https'),
    'a targetPort where nobody listens': (world) => world.set('Service', ['spec', 'ports', 0, 'targetPort'], 8443),
    'a selector for other Pods': (world) => world.set('Service', ['spec', 'selector'], { app: 'guard' }),
    'no selector': (world) => world.set('Service', ['spec', 'selector'], undefined),
    'an ExternalName': (world) =>
      world.set('Service', ['spec'], {
        type: 'ExternalName',
        externalName: 'localhost',
        ports: [{ port: 10250, targetPort: 10250 }],
      }),
  },
  'control-plane-port': {
    'port 8443': (world) => {
      world.args((args) => [...args, '--port=8443']);
      world.setContainer(['ports', 0, 'containerPort'], 8443);
    },
    'the network of the node': (world) => world.setPod(['hostNetwork'], true),
  },
  'endpoints-ready': {
    'no endpoints': (world) => world.remove('EndpointSlice'),
    'none ready': (world) => {
      world.remove('EndpointSlice');
      world.add(endpointSlice(name, false));
    },
  },
  'control-plane-addresses': {
    'another range': (world) => world.add(networkPolicy(only('10.0.0.0/28'))),
    'the tunnel outside the range': (world) =>
      world.add(networkPolicy(only('172.16.0.0/28')), {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: 'konnectivity-agent-1',
          namespace: 'kube-system',
          labels: { 'k8s-app': 'konnectivity-agent' },
        },
        status: { podIP: '10.8.3.7' },
      }),
  },
  'network-policy': {
    'Pods only': (world) => {
      const from = [{ namespaceSelector: {} }];
      world.add(networkPolicy({ ingress: [{ from, ports: [{ port: 10250 }] }] }));
    },
    'another port only': (world) => world.add(networkPolicy({ ingress: [{ ports: [{ port: 8080 }] }] })),
    'no way out to DNS and metadata': (world) => {
      watching(world);
      world.add(networkPolicy({ policyTypes: ['Egress'], egress: [{ ports: [{ port: 443 }] }] }));
    },
  },
  'ca-bundle': {
    'no PEM': (world) => webhook(world, MUTATING, ['clientConfig', 'caBundle'], base64('hello')),
    'no longer valid': (world) => {
      world.nowMs += 2 * DAY_MS;
    },
    'empty, and nobody fills it': (world) => webhook(world, MUTATING, ['clientConfig', 'caBundle'], undefined),
    'empty, and cert-manager should have filled it': (world) => {
      injected(world);
      world.add(certificate({}, READY));
      webhook(world, MUTATING, ['clientConfig', 'caBundle'], undefined);
    },
    'empty, and the guard itself should have filled it': (world) => {
      world.args((args) => [...args, '--self-signed']);
      world.setPod(['automountServiceAccountToken'], true);
      webhook(world, MUTATING, ['clientConfig', 'caBundle'], undefined);
    },
  },
  'serving-certificate': {
    'for another name': (world) => world.serve(['guard.example.com']),
    'not PEM': (world) => world.set('Secret', ['data', 'tls.crt'], base64('hello')),
    'hours before its end': (world) => {
      world.nowMs += DAY_MS - 60 * 60_000;
    },
    'after its end': (world) => {
      world.nowMs += 2 * DAY_MS;
    },
    'before its beginning': (world) => {
      world.nowMs -= DAY_MS;
    },
  },
  'certificate-chain': {
    'the CA of another': async (world) => {
      const other = await createAuthority('other CA');
      webhook(world, MUTATING, ['clientConfig', 'caBundle'], base64(other.certPem));
    },
    'the certificate of another': async (world) => world.serve([DNS_NAME], await createAuthority('other CA')),
  },
  'certificate-keeper': {
    'nothing keeps it': selfSigned,
    'at rest': (world) => {
      selfSigned(world);
      world.add(keeper({ replicas: 0 }));
    },
  },
  'certificate-issuer': {
    'no Certificate': injected,
    'not ready': (world) => {
      injected(world);
      const condition = { type: 'Ready', status: 'False', message: 'Issuer guard-ca not found' };
      world.add(certificate({}, { conditions: [condition] }));
    },
    'not renewed': (world) => {
      injected(world);
      world.add(certificate({}, { ...READY, renewalTime: '2020-01-01T00:00:00Z' }));
    },
    'for another name': (world) => {
      injected(world);
      world.add(certificate({ dnsNames: ['guard'] }, READY));
    },
    'a CA from elsewhere': (world) => {
      injected(world);
      world.set(MUTATING, ['metadata', 'annotations'], { 'cert-manager.io/inject-ca-from': 'other/serving' });
      world.add(certificate({}, READY));
    },
  },
  clock: {
    'a minute ahead': (world) => {
      world.skewMs = 60_000;
    },
  },
  disruption: {
    'one replica': (world) => world.set('Deployment', ['spec', 'replicas'], 1),
    'no budget': (world) => world.remove('PodDisruptionBudget'),
    'a budget that keeps them all': (world) =>
      world.set('PodDisruptionBudget', ['spec'], { minAvailable: 2, selector: { matchLabels: LABELS } }),
    'a budget that lets none go': (world) => world.set('PodDisruptionBudget', ['spec', 'maxUnavailable'], 0),
    'two budgets': (world) =>
      world.add({ ...world.find('PodDisruptionBudget'), metadata: { name: 'second', namespace } }),
    'no replicas': (world) => world.set('Deployment', ['spec', 'replicas'], 0),
  },
  probes: {
    'no readiness': (world) => world.setContainer(['readinessProbe'], undefined),
    'liveness asks for readiness': (world) => world.setContainer(['livenessProbe', 'httpGet', 'path'], '/readyz'),
    'a port that nobody has': (world) => world.setContainer(['readinessProbe', 'httpGet', 'port'], 'metrics'),
    'by HTTPS': (world) => world.setContainer(['readinessProbe', 'httpGet', 'scheme'], 'HTTPS'),
    'an open port': (world) => world.setContainer(['livenessProbe'], { tcpSocket: { port: 10250 } }),
  },
  'pod-template': {
    'the image of deploy/base': (world) => {
      world.origin = 'files';
      world.setContainer(['image'], 'gke-ingress-guard:0.1.0');
    },
    'too little time to drain': (world) => world.setPod(['terminationGracePeriodSeconds'], 10),
    'a tag that moves': (world) => {
      world.setContainer(['image'], 'guard:latest');
      world.remove('Pod');
    },
    'no memory asked for': (world) => world.setContainer(['resources', 'requests'], undefined),
    'no limit': (world) => world.setContainer(['resources', 'limits'], undefined),
    Recreate: (world) => world.set('Deployment', ['spec', 'strategy'], { type: 'Recreate' }),
    'the default strategy': (world) => world.set('Deployment', ['spec', 'strategy'], undefined),
  },
  'replicas-alike': {
    'two images': (world) => world.set('Pod', ['spec', 'containers', 0, 'image'], 'gke-ingress-guard:0.0.9'),
    'many restarts': (world) => world.set('Pod', ['status', 'containerStatuses'], [{ name: 'guard', restartCount: 7 }]),
  },
  'pod-security': {
    'no label': (world) => world.set('Namespace', ['metadata', 'labels'], {}),
    'Pods that break it': (world) => world.setContainer(['securityContext'], undefined),
  },
  'service-account-token': {
    'no token': (world) => {
      watching(world);
      world.setPod(['automountServiceAccountToken'], false);
    },
  },
  asker: {
    'nobody asks, and the guard reads': (world) => world.args((args) => [...args, '--learned']),
    'what it learned is not read': (world) => {
      asking(world);
      world.args((args) => args.filter((arg) => arg !== '--learned'));
    },
    'at rest': (world) => asking(world, { deployment: { spec: { replicas: 0 } } }),
    'no Pod of it runs': (world) => asking(world, { deployment: { status: { replicas: 1, unavailableReplicas: 1 } } }),
    'the ConfigMap is gone': (world) => {
      asking(world);
      world.objects = world.objects.filter(
        (one) => JSON.stringify(one['metadata'] ?? '').includes('-learned"') === false,
      );
    },
    'somebody else wrote there': (world) => asking(world, { store: { data: { 'notes.txt': 'mine' } } }),
    'the ConfigMap cannot be read': (world) => asking(world, { store: { data: { 'learned.json': '{' } } }),
    'nothing confirmed for days': (world) => {
      const at = '2020-01-31T00:00:00Z';
      const answer = {
        image: 'web:1',
        digest: `sha256:${'a'.repeat(64)}`,
        settings: '0'.repeat(32),
        namespace: 'shop',
      };
      const asked = {
        protocol: 'HTTP',
        port: 8080,
        host: '',
        path: '/',
        status: 307,
        scheme: 'https',
        source: 'asked',
        at,
      };
      const text = JSON.stringify({ version: 1, learned: [{ ...answer, ...asked }] });
      asking(world, { store: { data: { 'learned.json': text } } });
    },
  },
  'rights-missing': {
    'of the asker': (world) => {
      watching(world);
      asking(world);
    },
    'of the keeper': (world) => {
      selfSigned(world);
      world.add(keeper({}));
    },
    'no role': (world) => {
      watching(world);
      for (const kind of ['ClusterRole', 'ClusterRoleBinding']) world.remove(kind);
      world.add(
        ...role([
          { apiGroups: [''], resources: ['services', 'namespaces'], verbs: ['list', 'watch'] },
          { apiGroups: ['apps', 'cloud.google.com', 'networking.gke.io'], resources: ['*'], verbs: ['list', 'watch'] },
          {
            apiGroups: ['networking.k8s.io'],
            resources: ['ingressclasses', 'networkpolicies'],
            verbs: ['list', 'watch'],
          },
          { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['list'] },
        ]),
      );
    },
    'an audit that nobody may hear': (world) => {
      watching(world);
      world.args((args) => [...args, '--audit']);
    },
    'mounted ConfigMaps that it may not read': (world) => {
      watching(world);
      world.args((args) => [...args, '--audit-mounted-config']);
    },
    'reports that it may not write': (world) => {
      watching(world);
      world.args((args) => [...args, '--audit-reports']);
    },
  },
  'rights-excess': {
    'what the keeper needs': (world) =>
      world.add(
        ...role([
          {
            apiGroups: ['admissionregistration.k8s.io'],
            resources: ['validatingwebhookconfigurations'],
            resourceNames: [name],
            verbs: ['get', 'patch'],
          },
        ]),
      ),
    everything: (world) => world.add(...role([{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }])),
    'Secrets of everybody': (world) =>
      world.add(...role([{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }])),
    'the verb bind': (world) =>
      world.add(...role([{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['bind'] }])),
  },
  'config-maps': { 'none there': (world) => world.remove('ConfigMap') },
  facts: {
    'a field misspelt': (world) =>
      world.set(
        'ConfigMap',
        ['data', 'facts.yaml'],
        'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\nvpcnative: true\n',
      ),
    'nothing known': (world) =>
      world.set('ConfigMap', ['data', 'facts.yaml'], 'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\n'),
  },
  policy: {
    'a rule that is none': (world) => {
      world.args((args) => [...args.filter((arg) => !arg.startsWith('--policy')), '--policy=/etc/policy']);
      world.setPod(['volumes', 7], {
        name: 'case',
        configMap: { name: 'case', items: [{ key: 'guard', path: 'guard.yaml' }] },
      });
      world.setContainer(['volumeMounts', 7], { name: 'case', mountPath: '/etc/policy' });
      const guard = 'apiVersion: gke-ingress-guard.dev/v1\nkind: GuardPolicy\nrules:\n  path-invald: warn\n';
      world.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'case', namespace }, data: { guard } });
    },
  },
  'foreign-webhooks': {
    'one that fails closed on Pods': (world) => {
      const rules = [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }];
      world.add({
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: VALIDATING,
        metadata: { name: 'strict' },
        webhooks: [{ name: 'pods.strict.dev', rules, clientConfig: { url: 'https://strict.example.com' } }],
      });
    },
  },
  'class-constraint': {
    'of the CIS bundle': (world) => {
      const annotations = [{ key: 'kubernetes.io/ingress.class', allowedRegex: '^gce$' }];
      world.add({
        apiVersion: 'constraints.gatekeeper.sh/v1beta1',
        kind: 'K8sRequiredAnnotations',
        metadata: { name: 'require-ingress-class-gce' },
        spec: { enforcementAction: 'dryrun', parameters: { annotations } },
      });
    },
  },
};

export const DOCTOR_CASES: readonly DoctorCase[] = Object.entries(CASES).flatMap(([check, cases]) =>
  Object.entries(cases).map(([caseName, breakIt]) => ({ check, name: caseName, breakIt })),
);
