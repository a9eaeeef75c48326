import type { RuleFinding } from '../judge/finding.ts';
import { advise } from '../judge/fix.ts';
import { type BackendContext, defineRule } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import { protocolOf, readAppProtocols } from '../plan/protocol.ts';

export const http2NeedsTls = defineRule({
  id: 'http2-needs-tls',
  judges: ['Service'],
  severity: 'info',
  summary: 'A Service port behind a GKE Ingress is HTTP2, so its Pods have to speak TLS.',
  why: 'Google speaks HTTP/2 to backends over TLS only, never in the clear (h2c), and asks for it by ALPN, and checks their health by the same protocol unless a BackendConfig says another: a gRPC server without a certificate is UNHEALTHY, and a TLS server that offers HTTP/1.1 alone fails too.',
  fix: 'Serve TLS on the port (any certificate will do), with ALPN h2, and answer the health check there with 200.',
  noEdits: 'The app has to speak TLS: that is its own setting, with a certificate of its own.',
  covers: ['R20'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-http2'],
  check: { Backend: findHttp2 },
});

function findHttp2({ service, backend, plan }: BackendContext): readonly RuleFinding[] {
  const { servicePort, healthCheck, error } = backend;
  const protocols = readAppProtocols(service.metadata.annotations);
  if (servicePort === undefined || protocols.state !== 'valid') return [];
  if (protocolOf(service, servicePort) !== 'HTTP2') return [];
  // Another finding says what keeps this Ingress from it.
  if (plan !== undefined && error !== undefined) return [];
  const check = plan === undefined ? undefined : healthCheck?.check;
  const checked =
    check?.protocol === 'HTTP2' && check.port === null ? `, and checks GET ${check.path} the same way` : '';
  // A probe is adopted for HTTP2 only if its scheme is HTTPS, and the kubelet is content with HTTP/1.1.
  const showsTls = healthCheck?.probes.adopted !== undefined;
  return [
    {
      path: annotationPath(protocols.key),
      message: `to port ${servicePort.port} ("${servicePort.name}") Google speaks HTTP/2 over TLS with ALPN h2 only, never in the clear (h2c)${checked}.`,
      ...(showsTls ? { note: 'The HTTPS probe shows TLS, but not ALPN.' } : {}),
      fix: [advise('Serve TLS with ALPN h2 there; any certificate will do')],
      isCertain: false,
      identity: servicePort.name,
    },
  ];
}
