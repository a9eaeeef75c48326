// What one admission costs where a field is as large as a client can make it, and how that grows: each input at half size and
// at full size, through the admission as the webhooks call it. A ratio near 2 is linear, near 4 is quadratic.
import { admit } from '../src/admission/admit.ts';
import { parseReview } from '../src/admission/review.ts';
import type { Facts } from '../src/facts/facts.ts';
import type { Corridor } from '../src/verdict/corridor.ts';
import { corridorOf } from '../test/support/corridor.ts';
import { ADD_ON_ON, factsOf } from '../test/support/facts.ts';
import { deployment, ingress, type RawObject, service } from '../test/support/objects.ts';
import { reviewOf } from '../test/support/reviews.ts';

const ROUNDS = 5;

interface Case {
  readonly object: RawObject;
  readonly neighbours?: readonly RawObject[];
  readonly facts?: Facts;
}

const backend = { service: { name: 'web', port: { number: 80 } } };
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

function ingressOf(paths: readonly { path: string; pathType: string }[], annotations = {}): RawObject {
  const rules = [{ host: 'shop.example.com', http: { paths: paths.map((path) => ({ ...path, backend })) } }];
  return ingress({ class: 'gce', annotations, spec: { defaultBackend: backend, rules } });
}

function portsOf(size: number): readonly { name: string; port: number }[] {
  return times(size, (at) => ({ name: `p${at}`, port: at + 1 }));
}

function ingressOfPorts(size: number, portOf: (at: number) => object = (at) => ({ number: at + 1 })): RawObject {
  return ingressTo(times(size, (at) => ({ name: 'web', port: portOf(at) })));
}

function ingressOfServices(size: number): RawObject {
  return ingressTo(times(size, (at) => ({ name: `s${at}`, port: { number: 80 } })));
}

function ingressTo(services: readonly object[]): RawObject {
  const paths = services.map((one, at) => ({ path: `/p${at}`, pathType: 'Prefix', backend: { service: one } }));
  return ingress({ class: 'gce', spec: { rules: [{ http: { paths } }] } });
}

function named(names: readonly string[], name: string): RawObject {
  const ports = names.map((_, index) => ({ name: `p${index}`, port: index + 1 }));
  const exposed = Object.fromEntries(names.map((neg, index) => [index + 1, { name: neg }]));
  return service({ name, ports, neg: JSON.stringify({ exposed_ports: exposed }) });
}

const INPUTS: Readonly<Record<string, readonly [size: number, make: (size: number) => Case]>> = {
  'literal paths': [
    4000,
    (size) => ({ object: ingressOf(times(size, (at) => ({ path: `/p${at}`, pathType: 'ImplementationSpecific' }))) }),
  ],
  'segments of one path': [
    600_000,
    (size) => ({
      object: ingressOf([
        { path: '/a'.repeat(size), pathType: 'Prefix' },
        { path: '/x', pathType: 'ImplementationSpecific' },
      ]),
    }),
  ],
  'a path of dots': [
    40_000,
    (size) => ({ object: ingressOf([{ path: `/${'.'.repeat(size)}/x`, pathType: 'ImplementationSpecific' }]) }),
  ],
  'an unknown rule in the exemption, beside 50 findings': [
    20_000,
    (size) => {
      const paths = times(50, (at) => ({ path: `bad${at}`, pathType: 'ImplementationSpecific' }));
      return { object: ingressOf(paths, { 'gke-ingress-guard.dev/ignore': `${'x'.repeat(size)}; reason=none` }) };
    },
  ],
  '40 NEG names beside five large annotations': [
    4000,
    (size) => ({
      object: named(
        times(40, (at) => `own-${at}`),
        'web',
      ),
      neighbours: times(5, (other) =>
        named(
          times(size, (at) => `other-${other}-${at}`),
          `other-${other}`,
        ),
      ),
    }),
  ],
  '100 NEG names beside honest Services': [
    4000,
    (size) => ({
      object: named(
        times(100, (at) => `own-${at}`),
        'web',
      ),
      neighbours: times(size, (at) => named([`honest-${at}`], `honest-${at}`)),
    }),
  ],
  hosts: [
    16_000,
    (size) => ({
      object: ingress({
        class: 'gce',
        spec: { rules: times(size, (at) => ({ host: `h${at}.example`, http: { paths: [{ path: '/*', backend }] } })) },
      }),
    }),
  ],
  'TLS entries': [
    16_000,
    (size) => ({
      object: ingress({
        class: 'gce',
        spec: { defaultBackend: backend, tls: times(size, (at) => ({ secretName: `s${at}` })) },
      }),
    }),
  ],
  'digits of a capacity scaler': [
    80_000,
    (size) => ({
      object: service({
        neg: '{"ingress": true}',
        annotations: { 'networking.gke.io/capacity-scaler': `${'1'.repeat(size)}x` },
      }),
      neighbours: [ingress({ class: 'gce' })],
      facts: factsOf({ httpLoadBalancing: 'enabled', vpcNative: true, controller: { enableTrafficScaling: true } }),
    }),
  ],
  'containers with probes and ports of a Service': [
    1000,
    (size) => ({
      object: deployment({
        spec: {
          selector: { matchLabels: { app: 'web' } },
          template: {
            metadata: { labels: { app: 'web' } },
            spec: {
              containers: times(size, (at) => ({
                name: `c${at}`,
                image: 'registry.example/web:1.0',
                ports: [{ containerPort: at + 1 }],
                readinessProbe: { httpGet: { path: '/healthz', port: at + 1 } },
              })),
            },
          },
        },
      }),
      neighbours: [
        service({ ports: portsOf(size), neg: '{"ingress": true}', spec: { selector: { app: 'web' } } }),
        ingressOfPorts(size),
      ],
    }),
  ],
  'ports and keys of BackendConfigs': [
    1000,
    (size) => {
      const keys = Object.fromEntries(times(size, (at) => [`q${at}`, `config-${at}`]));
      const annotations = { 'cloud.google.com/backend-config': JSON.stringify({ ports: keys }) };
      return {
        object: service({ ports: portsOf(size), neg: '{"ingress": true}', annotations }),
        neighbours: [ingressOfPorts(size)],
      };
    },
  ],
  'Services of an Ingress': [
    2000,
    (size) => ({
      object: ingressOfServices(size),
      neighbours: times(size, (at) => service({ name: `s${at}` })),
    }),
  ],
  'a Service beside a stored Ingress of many': [
    1000,
    (size) => ({
      object: service({ name: 's1', neg: '{"ingress": true}' }),
      neighbours: [ingressOfServices(size), ...times(size, (at) => service({ name: `s${at}` }))],
    }),
  ],
  'ports that the Service does not have': [
    4000,
    (size) => ({
      object: ingressOfPorts(size, (at) => ({ name: `q${at}` })),
      neighbours: [service({ ports: portsOf(200) })],
    }),
  ],
  'app-protocols for ports that are not there': [
    2000,
    (size) => {
      const protocols = Object.fromEntries(times(size, (at) => [`q${at}`, 'HTTPS']));
      const annotations = { 'cloud.google.com/app-protocols': JSON.stringify(protocols) };
      return { object: service({ ports: portsOf(size), annotations }), neighbours: [ingress({ class: 'gce' })] };
    },
  ],
};

function measure({ object, neighbours = [], facts = ADD_ON_ON }: Case): number {
  const corridor: Corridor = corridorOf(neighbours, { facts });
  const result = parseReview(reviewOf(object));
  if (!result.ok) throw new TypeError(result.detail);
  const rounds = times(ROUNDS, () => {
    const { user, system } = process.cpuUsage();
    admit('validate', result.review, corridor);
    const used = process.cpuUsage();
    return (used.user + used.system - user - system) / 1000;
  });
  return Math.min(...rounds);
}

for (const [name, [size, make]] of Object.entries(INPUTS)) {
  const half = measure(make(size / 2));
  const full = measure(make(size));
  const ratio = (full / half).toFixed(1);
  console.log(`${name}: ${half.toFixed(1)} ms at ${size / 2}, ${full.toFixed(1)} ms at ${size}, ratio ${ratio}`);
}
