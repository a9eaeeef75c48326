import { describeRule, type RuleCase } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { backendConfig, deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { probeEditIgnored } from './probe-edit-ignored.ts';

const NEG = '{"ingress": true}';
const CONFIGURED = { 'cloud.google.com/backend-config': '{"default": "web"}' };
const CONTAINER = 'spec.template.spec.containers[0]';

const SERVED: RawObject = {
  ...ingress({ class: 'gce' }),
  status: { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } },
};

function probing(path: string | undefined, probe: RawObject = {}, container: RawObject = {}): RawObject {
  const readinessProbe = { httpGet: { path, port: 8080 }, ...probe };
  return deployment({ container: { ...(path === undefined ? {} : { readinessProbe }), ...container } });
}

/** The stored workload, then the one that replaces it. */
function edit(old: RawObject, object: RawObject, ...neighbours: readonly RawObject[]): RuleCase {
  const known = neighbours.length === 0 ? [service({ neg: NEG }), SERVED] : neighbours;
  return { old, objects: [object, ...known] };
}

const OLD = 'GET /healthz every 10 s within 1 s';
const MADE = 'The check of Ingress "web" was made from the first probe.';
const kept = (was: string, now: string, at = `${CONTAINER}.readinessProbe`): string =>
  `${at}: Google keeps its health check (before this edit ${was}) and does not turn to ${now}. ${MADE}`;

describeRule(probeEditIgnored, {
  finds: {
    'the path of the probe moves, and Google goes on asking the old one': [
      edit(probing('/healthz'), probing('/readyz')),
      kept(OLD, 'GET /readyz every 10 s within 1 s'),
    ],
    'it is asked more often': [
      edit(probing('/healthz'), probing('/healthz', { periodSeconds: 5, timeoutSeconds: 3 })),
      kept(OLD, 'GET /healthz every 5 s within 3 s'),
    ],
    'a Host header is added': [
      edit(
        probing('/healthz'),
        probing('/healthz', {
          httpGet: { path: '/healthz', port: 8080, httpHeaders: [{ name: 'Host', value: 'shop.example.com' }] },
        }),
      ),
      kept(OLD, 'GET /healthz for host "shop.example.com" every 10 s within 1 s'),
    ],
    'the first probe comes when the check of / is made already': [
      edit(probing(undefined), probing('/healthz')),
      kept('GET / every 15 s within 15 s', OLD),
    ],
    'the probe goes': [
      edit(probing('/healthz'), probing(undefined)),
      kept(OLD, 'GET / every 15 s within 15 s', CONTAINER),
    ],
    'the probe comes to be one that Google takes': [
      edit(probing('/healthz', { httpGet: { path: '/healthz', port: 9090 } }), probing('/healthz')),
      kept('GET / every 15 s within 15 s', OLD),
    ],
    'the port comes to be declared': [
      edit(probing('/healthz', {}, { ports: [] }), probing('/healthz')),
      kept('GET / every 15 s within 15 s', OLD),
    ],
    'the finalizer shows that the Ingress is being served': [
      edit(probing('/healthz'), probing('/readyz'), service({ neg: NEG }), {
        ...ingress({ class: 'gce' }),
        metadata: {
          name: 'web',
          namespace: 'shop',
          annotations: { 'kubernetes.io/ingress.class': 'gce' },
          finalizers: ['networking.gke.io/ingress-finalizer-V2'],
        },
      }),
      kept(OLD, 'GET /readyz every 10 s within 1 s'),
    ],
    'a BackendConfig that does not set the path': [
      edit(
        probing('/healthz'),
        probing('/readyz'),
        service({ neg: NEG, annotations: CONFIGURED }),
        SERVED,
        backendConfig({ spec: { healthCheck: { checkIntervalSec: 20, timeoutSec: 2 } } }),
      ),
      kept('GET /healthz every 20 s within 2 s', 'GET /readyz every 20 s within 2 s'),
    ],
    'the add-on is off, and the Ingress was served before': [
      {
        ...edit(probing('/healthz'), probing('/readyz')),
        facts: factsOf({ httpLoadBalancing: 'disabled' }),
      },
      `(possible) ${kept(OLD, 'GET /readyz every 10 s within 1 s')}`,
    ],
    'two Ingresses, of which one is served': [
      edit(
        probing('/healthz'),
        probing('/readyz'),
        service({ neg: NEG }),
        SERVED,
        ingress({ name: 'other', class: 'gce' }),
      ),
      kept(OLD, 'GET /readyz every 10 s within 1 s'),
    ],
    'everything that a BackendConfig can say instead': [
      edit(
        probing('/healthz'),
        probing('/readyz', { periodSeconds: 30, timeoutSeconds: 5 }),
        service({ neg: NEG, annotations: CONFIGURED }),
        SERVED,
        backendConfig(),
      ),
      kept(OLD, 'GET /readyz every 30 s within 5 s'),
    ],
  },
  passes: {
    'the probe stays as it is, and the image moves': edit(
      probing('/healthz'),
      probing('/healthz', {}, { image: 'web:2' }),
    ),
    'a workload that is new': [probing('/readyz'), service({ neg: NEG }), SERVED],
    'what Google does not take over is edited': edit(
      probing('/healthz'),
      probing('/healthz', { failureThreshold: 5, initialDelaySeconds: 30 }),
    ),
    'a BackendConfig sets the path': edit(
      probing('/healthz'),
      probing('/readyz'),
      service({ neg: NEG, annotations: CONFIGURED }),
      SERVED,
      backendConfig({ spec: { healthCheck: { requestPath: '/healthz' } } }),
    ),
    'a BackendConfig that is not known may set it': edit(
      probing('/healthz'),
      probing('/readyz'),
      service({ neg: NEG, annotations: CONFIGURED }),
      SERVED,
    ),
    'the Ingress is not served yet': edit(
      probing('/healthz'),
      probing('/readyz'),
      service({ neg: NEG }),
      ingress({ class: 'gce' }),
    ),
    'no Ingress is in front': edit(probing('/healthz'), probing('/readyz'), service({ neg: NEG })),
    'an Ingress of another controller is in front': edit(
      probing('/healthz'),
      probing('/readyz'),
      service({ neg: NEG }),
      {
        ...SERVED,
        metadata: { name: 'web', namespace: 'shop', annotations: { 'kubernetes.io/ingress.class': 'nginx' } },
      },
    ),
    'the probe of a sidecar, which Google did not take, is edited': edit(withSidecar('/a'), withSidecar('/b')),
    'replicas come, and no probe is edited': edit(
      deployment({ spec: { replicas: 0 } }),
      deployment({ spec: { replicas: 3 } }),
    ),
  },
});

function withSidecar(path: string): RawObject {
  return deployment({
    containers: [
      { name: 'web', ports: [{ containerPort: 8080 }], readinessProbe: { httpGet: { path: '/healthz', port: 8080 } } },
      { name: 'proxy', ports: [{ containerPort: 9000 }], readinessProbe: { httpGet: { path, port: 9000 } } },
    ],
  });
}
