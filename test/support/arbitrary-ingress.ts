// Generated Ingresses of networking.k8s.io/v1 that the API server would store, around the faults that one Ingress shows by
// itself. Few values, so that an update often meets the very fault that was there before.
import fc from 'fast-check';
import { IGNORE } from '../../src/judge/exemption.ts';
import type { RawObject } from './objects.ts';

const CLASS = 'kubernetes.io/ingress.class';

/** Leaves out what is undefined, so that raw objects look as if written by hand. */
function compact(record: Readonly<Record<string, unknown>>): RawObject {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

const service = fc.constant({ service: { name: 'web', port: { number: 80 } } });
const bucket = fc
  .constantFrom('Bucket', 'Disk')
  .map((kind) => ({ resource: { apiGroup: 'x.example', kind, name: 'b' } }));
const backend = fc.oneof({ weight: 6, arbitrary: service }, { weight: 1, arbitrary: bucket });

const path = fc
  .record({
    path: fc.constantFrom('/', '/cart', '/*', '/cart/*', '/cart*', '/*/x', '/a/*/*', '/größe/*', '/a b\n*', undefined),
    pathType: fc.constantFrom('Prefix', 'Prefix', 'Exact', 'ImplementationSpecific', 'ImplementationSpecific'),
    backend,
  })
  // The API server wants a path for these two.
  .map(({ path: text, pathType, ...rest }) =>
    compact({ ...rest, pathType, path: text ?? (pathType === 'ImplementationSpecific' ? undefined : '/') }),
  );

const rule = fc
  .record({
    host: fc.constantFrom(undefined, 'shop.example.com', '*.example.com'),
    http: fc.option(fc.record({ paths: fc.array(path, { minLength: 1, maxLength: 3 }) }), { nil: undefined, freq: 8 }),
  })
  .map(compact);

const address = fc.constantFrom(undefined, undefined, '', 'shop-ip');

const annotations = fc
  .record({
    [CLASS]: fc.constantFrom(
      undefined,
      undefined,
      '',
      'gce',
      'gce',
      'gce-internal',
      'gce-regional-external',
      'nginx',
      'GCE',
    ),
    'kubernetes.io/ingress.global-static-ip-name': address,
    'kubernetes.io/ingress.regional-static-ip-name': address,
    'networking.gke.io/managed-certificates': fc.constantFrom(undefined, undefined, undefined, 'shop'),
    'example.com/owner': fc.constantFrom(undefined, 'shop'),
    [IGNORE]: fc.constantFrom(
      ...Array.from({ length: 10 }, () => undefined),
      'path-invalid; reason=it moves next week',
      'not to be read',
    ),
  })
  .map(compact);

const className = fc.constantFrom(undefined, undefined, 'gce', 'gce-internal', 'gce-regional-external', 'nginx');

const ingressBody = fc
  .record({
    annotations: fc.option(annotations, { nil: undefined, freq: 6 }),
    ingressClassName: className,
    rules: fc.array(rule, { minLength: 0, maxLength: 3 }),
    defaultBackend: fc.option(backend, { nil: undefined }),
  })
  .map(({ annotations: given, ingressClassName, rules, defaultBackend }) => ({
    annotations: given,
    spec: compact({
      // The API server takes not both on creation.
      ingressClassName: given?.[CLASS] === undefined ? ingressClassName : undefined,
      rules: rules.length === 0 ? undefined : rules,
      // It wants one of the two.
      defaultBackend:
        rules.length === 0 ? (defaultBackend ?? { service: { name: 'web', port: { number: 80 } } }) : defaultBackend,
    }),
  }));

function named(
  name: string,
  namespace: string,
  body: { readonly annotations: unknown; readonly spec: unknown },
): RawObject {
  const { annotations: given, spec } = body;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: compact({ name, namespace, annotations: given }),
    spec,
  };
}

export function arbitraryIngresses(count: number, seed: number, namespace: string): readonly RawObject[] {
  return fc.sample(ingressBody, { numRuns: count, seed }).map((body, index) => named(`made-${index}`, namespace, body));
}

export interface UpdatePair {
  readonly old: RawObject;
  readonly next: RawObject;
}

/** Half of them change the metadata or the spec only, as most updates do. */
export function arbitraryUpdates(count: number, seed: number, namespace: string): readonly UpdatePair[] {
  const change = fc.constantFrom('all', 'all', 'annotations', 'spec');
  return fc
    .sample(fc.tuple(ingressBody, ingressBody, change), { numRuns: count, seed })
    .map(([before, after, what], index) => {
      const next = {
        annotations: what === 'spec' ? before.annotations : after.annotations,
        spec: what === 'annotations' ? before.spec : after.spec,
      };
      return { old: named(`pair-${index}`, namespace, before), next: named(`pair-${index}`, namespace, next) };
    });
}
