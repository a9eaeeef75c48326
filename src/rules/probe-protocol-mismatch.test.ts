import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { backendConfig, deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { probeProtocolMismatch } from './probe-protocol-mismatch.ts';

const NEG = '{"ingress": true}';
const INGRESS = ingress({ class: 'gce', port: { number: 443 } });
const CONFIGURED = { 'cloud.google.com/backend-config': '{"default": "web"}' };
const AT = 'spec.template.spec.containers[0].readinessProbe';

function probing(scheme: 'HTTP' | 'HTTPS', httpGet: RawObject = {}): RawObject {
  return deployment({
    container: {
      ports: [{ name: 'web', containerPort: 8443 }],
      readinessProbe: { httpGet: { path: '/healthz', port: 8443, scheme, ...httpGet } },
    },
  });
}

function port443(annotations: Readonly<Record<string, string>> = {}, name: string | undefined = 'https'): RawObject {
  return service({
    neg: NEG,
    annotations,
    ports: [{ ...(name === '' ? {} : { name }), port: 443, targetPort: 8443 }],
  });
}

const protocols = (value: string): Readonly<Record<string, string>> => ({ 'cloud.google.com/app-protocols': value });
const mismatch = (scheme: string, port: string, protocol: string): string =>
  `${AT}: the probe is ${scheme}, and port ${port} of Service "web" speaks ${protocol}: Google ignores it and checks GET /.`;

describeRule(probeProtocolMismatch, {
  finds: {
    'an HTTPS probe, and the Service says nothing': [
      [probing('HTTPS'), port443(), INGRESS],
      mismatch('HTTPS', '"https"', 'HTTP'),
    ],
    'app-protocols names the port by its number, which does nothing': [
      [probing('HTTPS'), port443(protocols('{"443": "HTTPS"}')), INGRESS],
      mismatch('HTTPS', '"https"', 'HTTP'),
    ],
    'the port has no name that could be written there': [
      [probing('HTTPS'), port443({}, ''), INGRESS],
      mismatch('HTTPS', '443', 'HTTP'),
    ],
    'appProtocol of the port is not read': [
      [
        probing('HTTPS'),
        service({ neg: NEG, ports: [{ name: 'https', port: 443, targetPort: 8443, appProtocol: 'HTTPS' }] }),
        INGRESS,
      ],
      mismatch('HTTPS', '"https"', 'HTTP'),
    ],
    'an HTTP probe, and the Service port speaks HTTPS': [
      [probing('HTTP'), port443(protocols('{"https": "HTTPS"}')), INGRESS],
      mismatch('HTTP', '"https"', 'HTTPS'),
    ],
    'an HTTP probe, and the Service port speaks HTTP/2, which needs TLS': [
      [probing('HTTP', { port: 'web' }), port443(protocols('{"https": "HTTP2"}')), INGRESS],
      mismatch('HTTP', '"https"', 'HTTP2'),
    ],
    'a BackendConfig that only sets an interval': [
      [
        probing('HTTPS'),
        port443(CONFIGURED),
        INGRESS,
        backendConfig({ spec: { healthCheck: { checkIntervalSec: 30 } } }),
      ],
      mismatch('HTTPS', '"https"', 'HTTP'),
    ],
    'another workload of the Service has the probe that is taken': [
      [probing('HTTPS'), { ...probing('HTTP'), metadata: { name: 'a-older', namespace: 'shop' } }, port443(), INGRESS],
      `(info) ${AT}: the probe is HTTPS, and port "https" of Service "web" speaks HTTP: Google ignores it and checks GET /healthz.`,
    ],
    'an HTTP probe, and both keys of app-protocols are there': [
      [
        probing('HTTP'),
        port443({
          ...protocols('{"https": "HTTPS"}'),
          'service.alpha.kubernetes.io/app-protocols': '{"https": "HTTPS", "other": "HTTP"}',
        }),
        INGRESS,
      ],
      mismatch('HTTP', '"https"', 'HTTPS'),
    ],
    'the add-on is off: it will be so once it is on': [
      { objects: [probing('HTTPS'), port443(), INGRESS], facts: factsOf({ httpLoadBalancing: 'disabled' }) },
      `(possible) ${mismatch('HTTPS', '"https"', 'HTTP')}`,
    ],
  },
  passes: {
    'an HTTPS probe, and app-protocols says HTTPS': [
      probing('HTTPS'),
      port443(protocols('{"https": "HTTPS"}')),
      INGRESS,
    ],
    'the older key says it': [
      probing('HTTPS'),
      port443({ 'service.alpha.kubernetes.io/app-protocols': '{"https": "HTTPS"}' }),
      INGRESS,
    ],
    'HTTP/2 goes with an HTTPS probe': [probing('HTTPS'), port443(protocols('{"https": "HTTP2"}')), INGRESS],
    'HTTP all the way': [probing('HTTP'), port443(), INGRESS],
    'a probe on another port says nothing of this one': [probing('HTTPS', { port: 9443 }), port443(), INGRESS],
    'a BackendConfig says what to ask': [
      probing('HTTPS'),
      port443(CONFIGURED),
      INGRESS,
      backendConfig({ spec: { healthCheck: { requestPath: '/healthz' } } }),
    ],
    'a BackendConfig says how to ask': [
      probing('HTTPS'),
      port443(CONFIGURED),
      INGRESS,
      backendConfig({ spec: { healthCheck: { type: 'HTTPS' } } }),
    ],
    'a BackendConfig that is not known may say it': [probing('HTTPS'), port443(CONFIGURED), INGRESS],
    'another container has the probe that is taken': [
      deployment({
        containers: [
          {
            name: 'web',
            ports: [{ containerPort: 8443 }],
            readinessProbe: { httpGet: { port: 8443, path: '/' } },
          },
          {
            name: 'twin',
            ports: [{ containerPort: 8443 }],
            readinessProbe: { httpGet: { port: 8443, path: '/', scheme: 'HTTPS' } },
          },
        ],
      }),
      port443(),
      INGRESS,
    ],
    'no Ingress is in front': [probing('HTTPS'), port443()],
    'an Ingress of another controller is in front': [
      probing('HTTPS'),
      port443(),
      ingress({ class: 'nginx', port: { number: 443 } }),
    ],
  },
});
