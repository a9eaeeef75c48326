import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, ingressOf, type RawObject, service } from '../../test/support/objects.ts';
import { backendPortMissing } from './backend-port-missing.ts';

const AT = 'spec.rules[0].http.paths[0].backend.service.port';
const FAILS = 'so the whole Ingress fails to translate.';

function toPort(port: RawObject): RawObject {
  return ingressOf([{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port } } }]);
}

describeRule(backendPortMissing, {
  finds: {
    'the targetPort in place of the port': [
      [toPort({ number: 8080 }), service()],
      `${AT}.number: Service "web" has no port 8080 (that is the targetPort of its port 80), ${FAILS}`,
    ],
    'a number that the Service does not have': [
      [toPort({ number: 443 }), service({ ports: [{ name: 'http', port: 80 }, { port: 9090 }] })],
      `${AT}.number: Service "web" has no port 443 (it has "http" (80), 9090), ${FAILS}`,
    ],
    'a name that the Service does not have': [
      [toPort({ name: 'web' }), service()],
      `${AT}.name: Service "web" has no port "web" (it has "http" (80)), ${FAILS}`,
    ],
    'a number in quotes': [
      [toPort({ name: '80' }), service()],
      `${AT}.name: Service "web" has no port "80" (a number in quotes is a name), ${FAILS}`,
    ],
    'the name of the targetPort in place of that of the port': [
      [toPort({ name: 'web-port' }), service({ ports: [{ name: 'http', port: 80, targetPort: 'web-port' }] })],
      `${AT}.name: Service "web" has no port "web-port" (that is the targetPort of its port 80), ${FAILS}`,
    ],
    'of a name and a number the name counts': [
      [toPort({ name: 'web', number: 80 }), service()],
      `${AT}.name: Service "web" has no port "web" (it has "http" (80)), ${FAILS}`,
    ],
    'the default backend': [
      [ingress({ class: 'gce', port: { number: 443 } }), service()],
      `spec.defaultBackend.service.port.number: Service "web" has no port 443 (it has "http" (80)), ${FAILS}`,
    ],
    'two paths that name it are one finding, which one fix ends': [
      [
        ingressOf([
          { path: '/a', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 8080 } } } },
          { path: '/b', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 8080 } } } },
        ]),
        service(),
      ],
      `${AT}.number: Service "web" has no port 8080 (that is the targetPort of its port 80), ${FAILS}`,
    ],
    'no port at all': [
      [toPort({}), service()],
      `spec.rules[0].http.paths[0].backend.service: it names no port of Service "web" (it has "http" (80)), ${FAILS}`,
    ],
    'a headless Service without ports': [
      [toPort({ number: 80 }), service({ ports: [] })],
      `${AT}.number: Service "web" has no port 80 (it has none), ${FAILS}`,
    ],
  },
  passes: {
    'the number of a port': [toPort({ number: 80 }), service()],
    'the name of a port': [toPort({ name: 'http' }), service()],
    'the Service is not known': [toPort({ number: 8080 })],
    'the Service is missing, which another rule says': [toPort({ number: 8080 }), service({ name: 'api' })],
    'an Ingress of another controller': [ingress({ class: 'nginx', port: { number: 8080 } }), service()],
    'Multi Cluster Ingress': [ingress({ class: 'gce-multi-cluster', port: { number: 8080 } }), service()],
    'a default backend of the system whose port is renamed is no fault of the Ingress': [
      toPort({ number: 80 }),
      service(),
      service({ name: 'default-http-backend', namespace: 'kube-system', ports: [{ name: 'web', port: 80 }] }),
    ],
  },
});
