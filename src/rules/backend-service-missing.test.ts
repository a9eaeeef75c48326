import { describeRule } from '../../test/support/describe-rule.ts';
import { deployment, ingress, ingressOf, pathTo, service } from '../../test/support/objects.ts';
import { backendServiceMissing } from './backend-service-missing.ts';

const AT = 'spec.rules[0].http.paths[0].backend.service.name';
const THEN = 'It is served once the Service is there.';
const missing = (name: string, namespace = 'shop'): string =>
  `Service "${name}" does not exist in namespace "${namespace}", so the whole Ingress fails to translate. ${THEN}`;

describeRule(backendServiceMissing, {
  finds: {
    'a Service whose name is misspelt': [
      [ingressOf([pathTo('/', 'Prefix', 'wbe')]), service()],
      `(late) ${AT}: ${missing('wbe')}`,
    ],
    'the Service is in another namespace': [
      [ingressOf([pathTo('/', 'Prefix', 'api')]), service(), service({ name: 'api', namespace: 'backend' })],
      `(late) ${AT}: ${missing('api')}`,
    ],
    'the default backend': [
      [ingress({ class: 'gce', service: 'api' }), service()],
      `(late) spec.defaultBackend.service.name: ${missing('api')}`,
    ],
    'two paths and two ports of one Service are one finding, of two Services two': [
      [
        ingressOf([
          pathTo('/a', 'Prefix', 'a'),
          { path: '/b', pathType: 'Prefix', backend: { service: { name: 'a', port: { number: 8080 } } } },
          pathTo('/c', 'Prefix', 'c'),
        ]),
        service(),
      ],
      `(late) ${AT}: ${missing('a')}`,
      `(late) spec.rules[0].http.paths[2].backend.service.name: ${missing('c')}`,
    ],
  },
  passes: {
    'the Service is there': [ingressOf([pathTo('/', 'Prefix')]), service()],
    'no Service of the namespace is known: it may live in another repository': [
      ingressOf([pathTo('/', 'Prefix')]),
      deployment(),
      service({ namespace: 'other' }),
    ],
    'the default backend of the system is not looked for': [
      ingressOf([pathTo('/', 'Prefix')]),
      service(),
      service({ name: 'kube-dns', namespace: 'kube-system' }),
    ],
    'an Ingress of another controller': [ingress({ class: 'nginx', service: 'api' }), service()],
    'Multi Cluster Ingress names MultiClusterServices': [
      ingress({ class: 'gce-multi-cluster', service: 'api' }),
      service(),
    ],
  },
});
