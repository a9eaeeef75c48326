import { annotationPath } from '../plan/problem.ts';
import { protocolOf, readAppProtocols } from '../plan/protocol.ts';
import { defineRule, type RuleFinding, type ServiceContext } from './rule.ts';

export const http2NeedsTls = defineRule({
  id: 'http2-needs-tls',
  judges: 'Service',
  severity: 'info',
  summary: 'A Service port behind a GKE Ingress is HTTP2, so its Pods have to speak TLS.',
  why: 'Google speaks HTTP/2 to backends over TLS only, never in the clear (h2c), and checks their health by the same protocol: a gRPC server without a certificate is UNHEALTHY.',
  fix: 'Serve TLS on the port (any certificate will do), with ALPN h2, and answer the health check there with 200.',
  covers: ['R20'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-http2'],
  check: findHttp2,
});

function findHttp2({ service, uses }: ServiceContext): readonly RuleFinding[] {
  const protocols = readAppProtocols(service.metadata.annotations);
  if (protocols.state !== 'valid') return [];
  const findings: RuleFinding[] = [];
  for (const port of service.ports) {
    if (protocolOf(service, port) !== 'HTTP2') continue;
    const use = uses.find(({ backend }) => backend.servicePort === port && backend.error === undefined);
    // Other ports of a Service that is in use are not.
    if (use === undefined && uses.length > 0) continue;
    // A probe is adopted for HTTP2 only if its scheme is HTTPS: the Pod speaks TLS there.
    if (use?.backend.healthCheck?.probes.adopted !== undefined) continue;
    const check = use?.backend.healthCheck?.check;
    const checked = check === undefined ? '' : `, and checks ${check.protocol} GET ${check.path}`;
    findings.push({
      path: annotationPath(protocols.key),
      message: `port ${port.port} ("${port.name}") is HTTP2: Google speaks TLS to its Pods${checked}; plain-text HTTP/2 (h2c) fails.`,
      fix: 'Serve TLS with ALPN h2 there; any certificate will do.',
      isCertain: false,
      subject: port.name,
    });
  }
  return findings;
}
