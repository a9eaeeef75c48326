import { describeRule } from '../../test/support/describe-rule.ts';
import { deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { targetPortUndeclared } from './target-port-undeclared.ts';

const NEG = '{"ingress": true}';
const INGRESS = ingress({ class: 'gce' });
const AT = 'spec.ports[0].targetPort';
const STILL = 'If the app listens there all the same, Google still makes its health check from no readiness probe.';

const to = (targetPort: number | string): RawObject =>
  service({ neg: NEG, ports: [{ name: 'http', port: 80, targetPort }] });
const declaring = (...ports: readonly RawObject[]): RawObject => deployment({ container: { ports } });
const some = (count: number, first: number): readonly RawObject[] =>
  Array.from({ length: count }, (_, index) => ({ containerPort: first + index }));
const named = 'which no container of Deployment "web" declares: there are no endpoints.';

describeRule(targetPortUndeclared, {
  finds: {
    'a name that no container gives to a port': [
      [to('http'), declaring({ name: 'web', containerPort: 8080 }), INGRESS],
      `(possible) ${AT}: port 80 goes to targetPort "http", ${named}`,
    ],
    'a name, and no port is declared at all': [
      [to('http'), declaring(), INGRESS],
      `(possible) ${AT}: port 80 goes to targetPort "http", ${named}`,
    ],
    'a number, where other ports are declared': [
      [to(8443), declaring({ containerPort: 8080 }, { name: 'metrics', containerPort: 9090 }), INGRESS],
      `(possible) ${AT}: port 80 goes to 8443, and the containers of Deployment "web" declare 8080, "metrics" (9090) only. ${STILL}`,
    ],
    'no targetPort, which is the port itself': [
      [service({ neg: NEG, ports: [{ port: 80 }] }), deployment(), INGRESS],
      `(possible) ${AT}: port 80 goes to 80, and the containers of Deployment "web" declare 8080 only. ${STILL}`,
    ],
    'the port of an init container, which is gone before the Pod is ready': [
      [
        to('http'),
        deployment({
          spec: {
            template: {
              metadata: { labels: { app: 'web' } },
              spec: {
                initContainers: [{ name: 'setup', ports: [{ name: 'http', containerPort: 8080 }] }],
                containers: [{ name: 'web' }],
              },
            },
          },
        }),
        INGRESS,
      ],
      `(possible) ${AT}: port 80 goes to targetPort "http", ${named}`,
    ],
    'more declared ports than fit into a line': [
      [to(8443), declaring(...some(17, 9000)), INGRESS],
      `(possible) ${AT}: port 80 goes to 8443, and the containers of Deployment "web" declare 17 other ports only. ${STILL}`,
    ],
    'two workloads, named in one order whichever came first': [
      [to('http'), deployment(), deployment({ name: 'old' }), INGRESS],
      `(possible) ${AT}: port 80 goes to targetPort "http", which no container of Deployment "old", Deployment "web" declares: there are no endpoints.`,
    ],
    'more workloads than fit into a line': [
      [to('http'), deployment(), ...some(16, 1).map((_, index) => deployment({ name: `web-${index}` })), INGRESS],
      `(possible) ${AT}: port 80 goes to targetPort "http", which no container of 17 workloads declares: there are no endpoints.`,
    ],
    'behind two Ingresses, said once': [
      [to('http'), declaring(), INGRESS, ingress({ class: 'gce', name: 'shop' })],
      `(possible) ${AT}: port 80 goes to targetPort "http", ${named}`,
    ],
  },
  passes: {
    'a number that a container declares': [to(8080), deployment(), INGRESS],
    'a number, and a probe that Google ignores for it, which another rule says with the same fix': [
      to(8443),
      deployment({
        container: {
          ports: [{ containerPort: 8080 }],
          readinessProbe: { httpGet: { path: '/healthz', port: 8080 } },
        },
      }),
      INGRESS,
    ],
    'a name that a container declares': [to('http'), declaring({ name: 'http', containerPort: 8080 }), INGRESS],
    'a number where nothing is declared, as in the samples of Google: the port is open all the same': [
      to(9376),
      declaring(),
      INGRESS,
    ],
    'a sidecar that stays declares it': [
      to('proxy'),
      deployment({
        spec: {
          template: {
            metadata: { labels: { app: 'web' } },
            spec: {
              initContainers: [
                { name: 'proxy', restartPolicy: 'Always', ports: [{ name: 'proxy', containerPort: 8081 }] },
              ],
              containers: [{ name: 'web', ports: [{ containerPort: 8080 }] }],
            },
          },
        },
      }),
      INGRESS,
    ],
    'one of two workloads declares it': [
      to('http'),
      declaring({ name: 'http', containerPort: 8080 }),
      deployment({ name: 'old' }),
      INGRESS,
    ],
    'a port that the Ingress does not use': [
      service({
        neg: NEG,
        ports: [
          { name: 'http', port: 80, targetPort: 8080 },
          { name: 'grpc', port: 9000 },
        ],
      }),
      deployment(),
      INGRESS,
    ],
    'no Ingress is in front': [to('http'), deployment()],
    'an Ingress of another controller is in front': [to('http'), deployment(), ingress({ class: 'nginx' })],
    'the workload is not known': [to('http'), INGRESS],
    'no selector chooses no workload': [
      service({ neg: NEG, ports: [{ port: 80, targetPort: 'http' }], spec: { selector: null } }),
      deployment(),
      INGRESS,
    ],
  },
});
