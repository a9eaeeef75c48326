import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF } from '../../test/support/facts.ts';
import { backendConfig, deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { healthCheckTypeInherited } from './health-check-type-inherited.ts';

const GCE = ingress({ class: 'gce', port: { number: 443 } });
const PORTS = [{ name: 'grpc', port: 443, targetPort: 8443 }];
const ANNOTATIONS = { 'cloud.google.com/backend-config': '{"default": "web"}' };

const speaking = (protocol: string, options: Parameters<typeof service>[0] = {}): RawObject =>
  service({
    neg: '{"ingress": true}',
    ports: PORTS,
    annotations: { ...ANNOTATIONS, 'cloud.google.com/app-protocols': `{"grpc": "${protocol}"}` },
    ...options,
  });
const checking = (healthCheck: RawObject): RawObject => backendConfig({ name: 'web', spec: { healthCheck } });
const pods = (httpGet: RawObject): RawObject =>
  deployment({
    containers: [
      { name: 'web', image: 'registry.example/web:1', ports: [{ name: 'grpc', containerPort: 8443 }] },
      {
        name: 'health',
        image: 'registry.example/health:1',
        ports: [{ name: 'health', containerPort: 8082 }],
        readinessProbe: { httpGet },
      },
    ],
  });
const PLAIN = pods({ path: '/', port: 8082 });
const ON_NODES = {
  type: 'NodePort',
  neg: '{"ingress": false}',
  ports: [
    { name: 'grpc', port: 443, targetPort: 8443, nodePort: 30_443 },
    { name: 'health', port: 82, targetPort: 'health', nodePort: 30_082 },
  ],
};
const found = (protocol: string, port = 8082): string =>
  `BackendConfig/web spec.healthCheck.port: without a type the check of port ${port} is ${protocol}, as port 443 of Service "web" is, but the readiness probe asks it in plain HTTP.`;

describeRule(healthCheckTypeInherited, {
  finds: {
    'an HTTP2 port, and a health port of plain HTTP': [
      [GCE, speaking('HTTP2'), checking({ port: 8082, requestPath: '/' }), PLAIN],
      found('HTTP2'),
    ],
    'HTTPS, and a probe that names the port': [
      [GCE, speaking('HTTPS'), checking({ port: 8082 }), pods({ path: '/', port: 'health' })],
      found('HTTPS'),
    ],
    'behind an instance group, by the node port': [
      [GCE, speaking('HTTP2', ON_NODES), checking({ port: 30_082 }), PLAIN],
      found('HTTP2', 30_082),
    ],
    'while the add-on is off': [
      { objects: [GCE, speaking('HTTP2'), checking({ port: 8082 }), PLAIN], facts: ADD_ON_OFF },
      `(possible) ${found('HTTP2')}`,
    ],
  },
  passes: {
    'with a type': [GCE, speaking('HTTP2'), checking({ port: 8082, type: 'HTTP' }), PLAIN],
    'the Service port speaks HTTP': [GCE, speaking('HTTP'), checking({ port: 8082 }), PLAIN],
    'the probe is HTTPS': [
      GCE,
      speaking('HTTP2'),
      checking({ port: 8082 }),
      pods({ path: '/', port: 8082, scheme: 'HTTPS' }),
    ],
    'no probe asks the port': [GCE, speaking('HTTP2'), checking({ port: 8082 }), pods({ path: '/', port: 9000 })],
    'the serving port itself, of which another finding tells': [
      GCE,
      speaking('HTTP2'),
      checking({ port: 8443 }),
      pods({ path: '/', port: 8443 }),
    ],
    'no port': [GCE, speaking('HTTP2'), checking({ requestPath: '/' }), PLAIN],
  },
});
