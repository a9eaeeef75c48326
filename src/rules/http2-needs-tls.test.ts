import { describeRule } from '../../test/support/describe-rule.ts';
import { backendConfig, deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { http2NeedsTls } from './http2-needs-tls.ts';

const KEY = 'cloud.google.com/app-protocols';
const GRPC = { name: 'grpc', port: 443, targetPort: 8080 };
const GCE = ingress({ class: 'gce', port: { number: 443 } });

const http2 = (annotations: Readonly<Record<string, string>> = {}, ports: readonly RawObject[] = [GRPC]): RawObject =>
  service({
    neg: '{"ingress": true}',
    ports,
    annotations: { 'cloud.google.com/neg': '{"ingress": true}', [KEY]: '{"grpc": "HTTP2"}', ...annotations },
  });
const found = (check: string): string =>
  `(possible) metadata.annotations["${KEY}"]: to port 443 ("grpc") Google speaks HTTP/2 over TLS with ALPN h2 only, never in the clear (h2c)${check}.`;
const DEFAULT = found(', and checks GET / the same way');

const pods = (readinessProbe: RawObject | undefined): RawObject => deployment({ container: { readinessProbe } });

describeRule(http2NeedsTls, {
  finds: {
    'a gRPC port behind an Ingress': [[http2(), GCE], DEFAULT],
    'a probe in plain HTTP, which is not adopted': [
      [http2(), GCE, pods({ httpGet: { path: '/healthz', port: 8080 } })],
      DEFAULT,
    ],
    'a BackendConfig that checks another protocol': [
      [
        http2({ 'cloud.google.com/backend-config': '{"default": "grpc"}' }),
        GCE,
        backendConfig({ name: 'grpc', spec: { healthCheck: { type: 'HTTP', port: 8081, requestPath: '/ready' } } }),
      ],
      found(''),
    ],
    'an HTTPS probe on the port shows TLS, which is not enough': [
      [http2(), GCE, pods({ httpGet: { path: '/healthz', port: 8080, scheme: 'HTTPS' } })],
      `${found(', and checks GET /healthz the same way')} The HTTPS probe shows TLS, but not ALPN.`,
    ],
    'no Ingress is known to use the Service': [[http2()], found('')],
  },
  passes: {
    HTTPS: [http2({ [KEY]: '{"grpc": "HTTPS"}' }), GCE],
    'a port that the Ingress does not name': [
      http2({}, [GRPC, { name: 'http', port: 80 }]),
      ingress({ class: 'gce', port: { number: 80 } }),
    ],
    'a key that is no port name, which is another finding': [http2({ [KEY]: '{"443": "HTTP2"}' }), GCE],
    'an annotation that cannot be decoded, which is another finding': [http2({ [KEY]: '{"grpc": "h2"}' }), GCE],
    'no annotation': [service({ neg: '{"ingress": true}', ports: [GRPC] }), GCE],
  },
});
