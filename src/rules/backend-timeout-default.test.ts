import { describeRule } from '../../test/support/describe-rule.ts';
import { backendConfig, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { backendTimeoutDefault } from './backend-timeout-default.ts';

const GCE = ingress({ class: 'gce' });
const CONFIG = { 'cloud.google.com/backend-config': '{"default": "web"}' };

const speaking = (port: RawObject, annotations: Readonly<Record<string, string>> = {}): RawObject =>
  service({ type: 'NodePort', ports: [{ port: 80, targetPort: 8080, ...port }], annotations });
const found = (port: string, what: string): string =>
  `(possible) spec.ports[0]: port ${port} looks like ${what} after the default of 30 s.`;
const WEBSOCKET = 'WebSocket, and Google ends a connection';
const GRPC = 'gRPC, and Google ends a stream';

describeRule(backendTimeoutDefault, {
  finds: {
    'a WebSocket port without a BackendConfig': [[speaking({ name: 'ws' }), GCE], found('80 ("ws")', WEBSOCKET)],
    'a gRPC port whose BackendConfig has no timeout': [
      [speaking({ name: 'grpc-api' }, CONFIG), GCE, backendConfig({ spec: { healthCheck: { requestPath: '/' } } })],
      found('80 ("grpc-api")', GRPC),
    ],
    'a port that says it in its appProtocol': [
      [speaking({ appProtocol: 'kubernetes.io/wss' }), GCE],
      found('80', WEBSOCKET),
    ],
    'a gRPC port by its appProtocol': [
      [speaking({ name: 'api', appProtocol: 'grpc' }), GCE],
      found('80 ("api")', GRPC),
    ],
  },
  passes: {
    'a BackendConfig with a timeout': [
      speaking({ name: 'ws' }, CONFIG),
      GCE,
      backendConfig({ spec: { timeoutSec: 3600 } }),
    ],
    'a BackendConfig that is not known': [speaking({ name: 'ws' }, CONFIG), GCE],
    'a port that says nothing of the kind': [speaking({ name: 'http', appProtocol: 'kubernetes.io/h2c' }), GCE],
    'letters within another word': [speaking({ name: 'news' }), GCE],
    'no Ingress uses it': [speaking({ name: 'ws' })],
    'an Ingress of another controller uses it': [speaking({ name: 'ws' }), ingress({ class: 'nginx' })],
  },
});
