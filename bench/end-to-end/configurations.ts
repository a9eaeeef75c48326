// Each admission in a namespace of its own, which is called like it.
import type { KubeObject } from '../../test/cluster/api-client.ts';
import type { Server } from '../webhooks/servers.ts';

const SELECTED = (namespace: string): object => ({ matchLabels: { 'kubernetes.io/metadata.name': namespace } });

const SERVICES = { apiGroups: [''], apiVersions: ['v1'], resources: ['services'], operations: ['CREATE'] };
const INGRESSES = {
  apiGroups: ['networking.k8s.io'],
  apiVersions: ['v1'],
  resources: ['ingresses'],
  operations: ['CREATE'],
};

/** The mutating one for Services, the validating one for Services and Ingresses. */
export function webhooksFor({ name, port, paths }: Server, caPem: string): readonly KubeObject[] {
  const webhook = (path: string, rules: readonly object[]): object => ({
    name: `${name}.bench.example.com`,
    clientConfig: { url: `https://localhost:${port}${path}`, caBundle: Buffer.from(caPem).toString('base64') },
    rules,
    namespaceSelector: SELECTED(name),
    failurePolicy: 'Fail',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    timeoutSeconds: 10,
  });
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return [
    {
      apiVersion,
      kind: 'MutatingWebhookConfiguration',
      metadata: { name },
      webhooks: [webhook(paths.mutate, [SERVICES])],
    },
    {
      apiVersion,
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name },
      webhooks: [webhook(paths.validate, [SERVICES, INGRESSES])],
    },
  ];
}

/** The same three decisions in the API server itself. */
export function policiesFor(namespace: string): readonly KubeObject[] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const matchConstraints = (rule: object): object => ({
    namespaceSelector: SELECTED(namespace),
    resourceRules: [rule],
  });
  return [
    {
      apiVersion,
      kind: 'MutatingAdmissionPolicy',
      metadata: { name: 'annotate' },
      spec: {
        failurePolicy: 'Fail',
        reinvocationPolicy: 'Never',
        matchConstraints: matchConstraints(SERVICES),
        matchConditions: [
          {
            name: 'without-annotation',
            expression: "!('cloud.google.com/neg' in object.metadata.?annotations.orValue({}))",
          },
        ],
        mutations: [
          {
            patchType: 'ApplyConfiguration',
            applyConfiguration: {
              expression:
                'Object{metadata: Object.metadata{annotations: {"cloud.google.com/neg": "{\\"ingress\\":true}"}}}',
            },
          },
        ],
      },
    },
    {
      apiVersion,
      kind: 'MutatingAdmissionPolicyBinding',
      metadata: { name: 'annotate' },
      spec: { policyName: 'annotate' },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'refuse' },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: matchConstraints(INGRESSES),
        validations: [
          {
            expression:
              "!(object.metadata.?annotations[?'kubernetes.io/ingress.class'].orValue(object.spec.?ingressClassName.orValue('')) in ['gce', 'gce-internal']) || " +
              "object.spec.?rules.orValue([]).all(rule, rule.?http.?paths.orValue([]).all(path, !path.?path.orValue('').matches('[*].')))",
            message: '* may only be the last character of a path',
          },
        ],
      },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'refuse' },
      spec: { policyName: 'refuse', validationActions: ['Deny'] },
    },
  ];
}
