import { describeRule } from '../../test/support/describe-rule.ts';
import { deployment, ingress, ingressOf, pathTo, type RawObject, service } from '../../test/support/objects.ts';
import { objectUnreadable } from './object-unreadable.ts';

const backendOf = (backend: RawObject): RawObject =>
  ingress({
    class: 'gce',
    spec: { rules: [{ http: { paths: [{ path: '/*', pathType: 'ImplementationSpecific', backend }] } }] },
  });
const BACKEND = 'spec.rules[0].http.paths[0].backend';
const refused = (text: string, kind = 'Ingress'): string => `${text}, so the API server refuses the ${kind}.`;
const annotated = (annotations: unknown): RawObject => {
  const { spec } = ingress({ class: 'gce' });
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web', namespace: 'shop', annotations },
    spec,
  };
};

describeRule(objectUnreadable, {
  finds: {
    'a port as a text': [
      [service({ ports: [{ port: '80', targetPort: 8080 }] })],
      `spec.ports[0].port: ${refused('spec.ports[0].port is a text ("80"), and has to be a whole number', 'Service')}`,
    ],
    'annotations as a list': [
      [annotated([{ 'kubernetes.io/ingress.class': 'gce' }])],
      `metadata.annotations: ${refused('metadata.annotations is a list, and has to be a mapping of texts (key: value)')}`,
    ],
    'an annotation that is no text': [
      [annotated({ 'kubernetes.io/ingress.class': 'gce', 'kubernetes.io/ingress.allow-http': false })],
      `metadata.annotations["kubernetes.io/ingress.allow-http"]: ${refused('metadata.annotations["kubernetes.io/ingress.allow-http"] is true or false (false), and has to be a text')}`,
    ],
    'the number of a port is a name': [
      [backendOf({ service: { name: 'web', port: { number: 'http' } } })],
      `${BACKEND}.service.port.number: ${refused(`${BACKEND}.service.port.number is a text ("http"), and has to be a whole number`)}`,
    ],
    'a port without number or name': [
      [backendOf({ service: { name: 'web', port: 80 } })],
      `${BACKEND}.service.port: ${refused(`${BACKEND}.service.port is a number (80), and has to be a mapping (key: value)`)}`,
    ],
    'a port as a name alone': [
      [backendOf({ service: { name: 'web', port: 'http' } })],
      `${BACKEND}.service.port: ${refused(`${BACKEND}.service.port is a text ("http"), and has to be a mapping (key: value)`)}`,
    ],
    'v1 with the fields of v1beta1': [
      [backendOf({ serviceName: 'web', servicePort: 80 })],
      `${BACKEND}.serviceName: ${refused(`${BACKEND}.serviceName is no field of networking.k8s.io/v1, which has service.name`)}`,
      `${BACKEND}.servicePort: ${refused(`${BACKEND}.servicePort is no field of networking.k8s.io/v1, which has service.port`)}`,
    ],
    'v1beta1 with the fields of v1': [
      [{ ...ingressOf([pathTo('/', 'Prefix')]), apiVersion: 'networking.k8s.io/v1beta1' }],
      `${BACKEND}.service: ${refused(`${BACKEND}.service is no field of networking.k8s.io/v1beta1, which has serviceName and servicePort`)}`,
    ],
    'the value of a variable as a number': [
      [deployment({ container: { env: [{ name: 'PORT', value: 8080 }] } })],
      `spec.template.spec.containers[0].env[0].value: ${refused('spec.template.spec.containers[0].env[0].value is a number (8080), and has to be a text', 'Deployment')}`,
    ],
  },
  passes: {
    'a port as a number': [service({ ports: [{ port: 80, targetPort: 8080 }] })],
    'a targetPort by its name': [service({ ports: [{ port: 80, targetPort: 'http' }] })],
    'null, which is not there': [annotated({ 'kubernetes.io/ingress.class': null })],
    'an Ingress of another class is another controller’s business': [
      {
        ...backendOf({ serviceName: 'web', servicePort: 80 }),
        metadata: { name: 'web', annotations: { 'kubernetes.io/ingress.class': 'nginx' } },
      },
    ],
    'v1beta1 as it was': [
      { ...backendOf({ serviceName: 'web', servicePort: 80 }), apiVersion: 'networking.k8s.io/v1beta1' },
    ],
  },
});
