import { describeRule } from '../../test/support/describe-rule.ts';
import { backendConfig, deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { healthCheckPortClosed } from './health-check-port-closed.ts';

const NEG = '{"ingress": true}';
const INGRESS = ingress({ class: 'gce' });
const CONFIGURED = { 'cloud.google.com/backend-config': '{"default": "web"}' };
const AT = 'spec.template.spec.containers';
const PORTS = [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30080 }];

const checking = (port: number): RawObject =>
  backendConfig({ spec: { healthCheck: { port, requestPath: '/healthz' } } });
const neg = (options: RawObject = {}): RawObject => service({ neg: NEG, annotations: CONFIGURED, ...options });
const nodePort = (): RawObject => service({ type: 'NodePort', annotations: CONFIGURED, ports: PORTS });
const sends = (port: number, what: string): string =>
  `${AT}: BackendConfig "web" sends the health check to port ${port}, ${what}`;
const declaring = (...ports: readonly number[]): RawObject =>
  deployment({ container: { ports: ports.map((containerPort) => ({ containerPort })) } });

describeRule(healthCheckPortClosed, {
  finds: {
    'the node port of the Service, behind a NEG': [
      [deployment(), neg({ type: 'NodePort', ports: PORTS }), INGRESS, checking(30080)],
      sends(30080, 'a node port: behind a NEG it is asked of the Pod, where nobody listens there.'),
    ],
    'a port that looks like a node port': [
      [deployment(), neg(), INGRESS, checking(31999)],
      `(possible) ${sends(31999, 'which looks like a node port: behind a NEG it is asked of the Pod.')}`,
    ],
    'the port of the Service in place of that of the container': [
      [deployment(), neg(), INGRESS, checking(80)],
      `(possible) ${sends(80, 'which no container declares (declared: 8080).')}`,
    ],
    'a port that no container declares': [
      [declaring(8080, 9090), neg(), INGRESS, checking(9000)],
      `(possible) ${sends(9000, 'which no container declares (declared: 8080, 9090).')}`,
    ],
    'the port of the container, behind an instance group': [
      [deployment(), nodePort(), INGRESS, checking(8080)],
      `(possible) ${sends(8080, 'a port of the Pod: behind an instance group it is asked of the node.')} (Unless the Pods use the network of the node.)`,
    ],
  },
  passes: {
    'a management port that a container declares': [declaring(8080, 9000), neg(), INGRESS, checking(9000)],
    'the serving port, declared or not': [declaring(9090), neg(), INGRESS, checking(8080)],
    'no port, which is the serving port': [
      deployment(),
      neg(),
      INGRESS,
      backendConfig({ spec: { healthCheck: { requestPath: '/' } } }),
    ],
    'nothing is declared, so nothing tells which ports are open': [declaring(), neg(), INGRESS, checking(9000)],
    'its readiness probe asks there': [
      deployment({ container: { readinessProbe: { httpGet: { path: '/healthz', port: 9000 } } } }),
      neg(),
      INGRESS,
      checking(9000),
    ],
    'the proxy of Istio, which is in no template': [deployment(), neg(), INGRESS, checking(15021)],
    'a sidecar that stays declares it': [
      deployment({
        spec: {
          template: {
            metadata: { labels: { app: 'web' } },
            spec: {
              initContainers: [{ name: 'proxy', restartPolicy: 'Always', ports: [{ containerPort: 9000 }] }],
              containers: [{ name: 'web', ports: [{ containerPort: 8080 }] }],
            },
          },
        },
      }),
      neg(),
      INGRESS,
      checking(9000),
    ],
    'a container that does listen among the node ports': [declaring(8080, 30100), neg(), INGRESS, checking(30100)],
    'the node port, behind an instance group': [deployment(), nodePort(), INGRESS, checking(30080)],
    'a port of the node that is none of the Pods': [deployment(), nodePort(), INGRESS, checking(10256)],
    'a BackendConfig that is not known': [deployment(), neg(), INGRESS],
    'no Ingress is in front': [deployment(), neg(), checking(9000)],
  },
});
