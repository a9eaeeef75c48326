import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_ON } from '../../test/support/facts.ts';
import { ingress, ingressOf, pathTo, type RawObject } from '../../test/support/objects.ts';
import { backendNotAService } from './backend-not-a-service.ts';

const BUCKET = { resource: { apiGroup: 'k8s.example.com', kind: 'StorageBucket', name: 'icon-assets' } };
const FAILS = 'the whole Ingress fails to translate.';

const icons = (pathType = 'Prefix'): RawObject => ({ path: '/icons', pathType, backend: BUCKET });

describeRule(backendNotAService, {
  finds: {
    'a bucket behind one path, as on the page of Kubernetes': [
      [ingressOf([icons(), pathTo('/', 'Prefix')])],
      `spec.rules[0].http.paths[0].backend: the backend of path "/icons" of host "shop.example.com" is StorageBucket "icon-assets", not a Service: ${FAILS}`,
    ],
    'a bucket as the default backend': [
      [ingress({ class: 'gce', spec: { defaultBackend: BUCKET } })],
      `spec.defaultBackend: the default backend is StorageBucket "icon-assets", not a Service: ${FAILS}`,
    ],
    'both, under a rule without host': [
      [ingressOf([icons('Exact')], '', { defaultBackend: BUCKET })],
      `spec.rules[0].http.paths[0].backend: the backend of path "/icons" is StorageBucket "icon-assets", not a Service: ${FAILS}`,
      `spec.defaultBackend: the default backend is StorageBucket "icon-assets", not a Service: ${FAILS}`,
    ],
    'a backend that names nothing at all': [
      [ingressOf([{ path: '/', pathType: 'Prefix', backend: {} }])],
      `spec.rules[0].http.paths[0].backend: the backend of path "/" of host "shop.example.com" names no Service: ${FAILS}`,
    ],
    'a Service in the place of a resource': [
      [ingress({ class: 'gce', spec: { defaultBackend: { resource: { kind: 'Service', name: 'web' } } } })],
      `spec.defaultBackend: the default backend names Service "web" under resource, not under service: ${FAILS}`,
    ],
    'an Ingress without class, which GKE takes where the add-on is on': [
      { objects: [ingress({ spec: { defaultBackend: BUCKET } })], facts: ADD_ON_ON },
      `spec.defaultBackend: the default backend is StorageBucket "icon-assets", not a Service: ${FAILS}`,
    ],
  },
  passes: {
    'every backend is a Service': [ingressOf([pathTo('/icons', 'Prefix', 'icons'), pathTo('/', 'Prefix')])],
    'an Ingress without default backend has that of the system': [ingressOf([pathTo('/', 'Prefix')])],
    'backends as extensions/v1beta1 wrote them': [
      {
        ...ingress({
          class: 'gce',
          spec: {
            backend: { serviceName: 'web', servicePort: 80 },
            rules: [{ http: { paths: [{ path: '/*', backend: { serviceName: 'web', servicePort: 'http' } }] } }],
          },
        }),
        apiVersion: 'extensions/v1beta1',
      },
    ],
    'an Ingress without class, which another controller may serve where the add-on is not known': [
      ingress({ spec: { defaultBackend: BUCKET } }),
    ],
    'another controller may know resources': [ingress({ class: 'nginx', spec: { defaultBackend: BUCKET } })],
    'Multi Cluster Ingress is not judged': [ingress({ class: 'gce-multi-cluster', spec: { defaultBackend: BUCKET } })],
  },
});
