import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { backendConfig, deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { healthCheckPortClosed } from './health-check-port-closed.ts';

const NEG = '{"ingress": true}';
const INGRESS = ingress({ class: 'gce' });
const CONFIGURED = { 'cloud.google.com/backend-config': '{"default": "web"}' };
const PORTS = [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30080 }];

const checking = (port: number): RawObject =>
  backendConfig({ spec: { healthCheck: { port, requestPath: '/healthz' } } });
const neg = (options: RawObject = {}): RawObject => service({ neg: NEG, annotations: CONFIGURED, ...options });
const nodePort = (): RawObject => service({ type: 'NodePort', annotations: CONFIGURED, ports: PORTS });
const AT = 'BackendConfig/web spec.healthCheck.port: ';
const A_NODE_PORT = 'a node port: behind a NEG Google asks the Pod, and nobody listens there.';
const LOOKS_LIKE_ONE = 'which looks like a node port: behind a NEG Google asks the Pod.';
const A_POD_PORT = 'a port of the Pod: behind an instance group Google asks the node.';
const UNLESS = '(Unless the Pods use the network of the node.)';
const sends = (port: number, what: string): string =>
  `${AT}the health check of Service "web" goes to port ${port}, ${what}`;
/** Where the BackendConfig is the first object. */
const ownSends = (port: number, what: string, name = 'web'): string =>
  `spec.healthCheck.port: the health check of Service "${name}" goes to port ${port}, ${what}`;
const nodePortOf = (name: string): RawObject =>
  service({
    name,
    type: 'NodePort',
    annotations: CONFIGURED,
    ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30081 }],
  });
const declaring = (...ports: readonly number[]): RawObject =>
  deployment({ container: { ports: ports.map((containerPort) => ({ containerPort })) } });

describeRule(healthCheckPortClosed, {
  finds: {
    'the node port of the Service, behind a NEG': [
      [deployment(), neg({ type: 'NodePort', ports: PORTS }), INGRESS, checking(30080)],
      sends(30080, A_NODE_PORT),
    ],
    'a port that looks like a node port': [
      [deployment(), neg(), INGRESS, checking(31999)],
      `(possible) ${sends(31999, LOOKS_LIKE_ONE)}`,
    ],
    'the port of the Service in place of that of the container': [
      [deployment(), neg(), INGRESS, checking(80)],
      `(possible) ${sends(80, 'which no container of Deployment "web" declares (declared: 8080).')}`,
    ],
    'a port that no container declares': [
      [declaring(8080, 9090), neg(), INGRESS, checking(9000)],
      `(possible) ${sends(9000, 'which no container of Deployment "web" declares (declared: 8080, 9090).')}`,
    ],
    'the port of the container, behind an instance group': [
      [deployment(), nodePort(), INGRESS, checking(8080)],
      `(possible) ${sends(8080, A_POD_PORT)} ${UNLESS}`,
    ],
    'the port of an app that would answer the same path on the node port with 404': [
      [
        deployment({
          container: {
            image: 'quay.io/keycloak/keycloak:26.0.7',
            env: [{ name: 'KC_HEALTH_ENABLED', value: 'true' }],
            ports: [{ containerPort: 8080 }, { containerPort: 9000 }],
          },
        }),
        service({
          type: 'NodePort',
          annotations: CONFIGURED,
          ports: [...PORTS, { name: 'management', port: 9000, targetPort: 9000, nodePort: 30900 }],
        }),
        INGRESS,
        backendConfig({ spec: { healthCheck: { port: 8080, requestPath: '/health/ready' } } }),
      ],
      `(possible) ${sends(8080, A_POD_PORT)} ${UNLESS}`,
    ],
    'the port of an app that redirects on it whatever is asked': [
      [
        deployment({ container: { image: 'quay.io/argoproj/argocd:v3.4.5', args: ['argocd-server'] } }),
        nodePort(),
        INGRESS,
        checking(8080),
      ],
      `(possible) ${sends(8080, A_POD_PORT)} ${UNLESS}`,
    ],
    'the node port of the Service, behind a NEG, and no workload is known': [
      [checking(30080), neg({ type: 'NodePort', ports: PORTS }), INGRESS],
      `(possible) ${ownSends(30080, A_NODE_PORT)}`,
    ],
    'a port that looks like a node port, and no workload is known': [
      [checking(31999), neg(), INGRESS],
      `(possible) ${ownSends(31999, LOOKS_LIKE_ONE)}`,
    ],
    'the targetPort, behind an instance group, and no workload is known': [
      [checking(8080), nodePort(), INGRESS],
      `(possible) ${ownSends(8080, A_POD_PORT)} ${UNLESS}`,
    ],
    'another port of the Pod, behind an instance group': [
      [declaring(8080, 9000), nodePort(), INGRESS, checking(9000)],
      `(possible) ${sends(9000, A_POD_PORT)} ${UNLESS}`,
    ],
    'one of two workloads does not declare it': [
      [
        checking(9000),
        neg(),
        INGRESS,
        declaring(8080, 9000),
        { ...declaring(8080), metadata: { name: 'canary', namespace: 'shop' } },
        { ...declaring(8081), metadata: { name: 'second', namespace: 'shop' } },
      ],
      `(possible) ${ownSends(9000, 'which no container of Deployment "canary" declares (declared: 8080).')}`,
    ],
    'a BackendConfig of two Services, of which one has no NEG': [
      [
        checking(8080),
        neg(),
        INGRESS,
        deployment(),
        nodePortOf('api'),
        ingress({ name: 'api', class: 'gce', service: 'api' }),
      ],
      `(possible) ${ownSends(8080, A_POD_PORT, 'api')} ${UNLESS}`,
    ],
    'a NEG that GKE is expected to ask for': [
      {
        objects: [checking(30080), nodePort(), INGRESS, deployment()],
        facts: factsOf({ vpcNative: true, sharedVpc: false, networkPolicy: false, version: '1.30.5-gke.1' }),
        expectsGkeNeg: true,
      },
      `(possible) ${ownSends(30080, A_NODE_PORT)}`,
    ],
    'the add-on is off: it will be so once it is on': [
      {
        objects: [checking(30080), neg({ type: 'NodePort', ports: PORTS }), INGRESS, deployment()],
        facts: factsOf({ httpLoadBalancing: 'disabled' }),
      },
      `(possible) ${ownSends(30080, A_NODE_PORT)}`,
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
    'no workload is known, and nothing tells which ports are open': [checking(9000), neg(), INGRESS],
    'no workload is known, behind an instance group': [checking(10256), nodePort(), INGRESS],
    'no Ingress is in front': [deployment(), neg(), checking(9000)],
  },
});
