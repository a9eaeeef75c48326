// Whatever JSON comes in, a plan and both its reports come out: wrong shapes read as absent, and nothing throws.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_FACTS } from '../../src/facts/facts.ts';
import { explainAllJson } from '../../src/report/explain-json.ts';
import { renderExplainText } from '../../src/report/explain-text.ts';
import { explainObjects } from '../support/explain-file.ts';
import { ADD_ON_OFF } from '../support/facts.ts';
import { arbitraryCase } from './arbitrary-case.ts';

const API_VERSIONS = [
  'v1',
  'networking.k8s.io/v1',
  'extensions/v1beta1',
  'apps/v1',
  'cloud.google.com/v1',
  'networking.gke.io/v1',
  '',
];
const KINDS = [
  'Ingress',
  'Service',
  'Deployment',
  'Pod',
  'BackendConfig',
  'FrontendConfig',
  'ManagedCertificate',
  'Secret',
  'Gateway',
];

/** A value that may be anywhere: the wrong shape more often than the right one. */
const junk = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    0,
    -1,
    80,
    1.5,
    '',
    '80',
    'web',
    '/',
    '*',
    '{"ingress": true}',
    '{',
    [],
    {},
    [null],
    [{}],
    { a: null },
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

const FIELDS = [
  ...[
    'name',
    'namespace',
    'annotations',
    'labels',
    'finalizers',
    'creationTimestamp',
    'rules',
    'host',
    'http',
    'paths',
    'path',
  ],
  ...[
    'pathType',
    'backend',
    'defaultBackend',
    'service',
    'port',
    'number',
    'serviceName',
    'servicePort',
    'resource',
    'tls',
  ],
  ...[
    'secretName',
    'hosts',
    'ingressClassName',
    'type',
    'selector',
    'ports',
    'targetPort',
    'nodePort',
    'template',
    'metadata',
    'spec',
  ],
  ...[
    'containers',
    'containerPort',
    'readinessProbe',
    'httpGet',
    'httpHeaders',
    'scheme',
    'replicas',
    'healthCheck',
    'iap',
    'cdn',
  ],
  ...['signedUrlKeys', 'redirectToHttps', 'enabled', 'domains', 'data', 'stringData', 'kubernetes.io/ingress.class'],
  ...['cloud.google.com/neg', 'cloud.google.com/backend-config', '__proto__', 'constructor', 'toString'],
] as const;

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    junk,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie('tree'), { maxKeys: 5 }),
  ),
}));

const wrongObject = fc.record({
  apiVersion: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...API_VERSIONS) }, { weight: 1, arbitrary: junk }),
  kind: fc.oneof({ weight: 6, arbitrary: fc.constantFrom('Ingress', ...KINDS) }, { weight: 1, arbitrary: junk }),
  metadata: fc.oneof(
    fc.record({ name: fc.constantFrom('web', 'x'), namespace: fc.constant('shop'), annotations: tree }),
    tree,
  ),
  spec: tree,
  data: tree,
});

/** Right objects in which one value, anywhere, is replaced. */
const brokenCase = fc.tuple(arbitraryCase, fc.nat(), junk).map(([{ objects }, position, value]) => {
  const copy: unknown = structuredClone(objects);
  const places: (readonly [Record<string, unknown>, string])[] = [];
  collect(copy, places);
  const [holder, key] = places[position % places.length] ?? [{}, ''];
  holder[key] = value;
  return copy as readonly unknown[];
});

function collect(value: unknown, places: (readonly [Record<string, unknown>, string])[]): void {
  if (typeof value !== 'object' || value === null) return;
  const holder = value as Record<string, unknown>;
  for (const key of Object.keys(holder)) {
    places.push([holder, key]);
    collect(holder[key], places);
  }
}

function isJson(text: string): boolean {
  return typeof JSON.parse(text) === 'object';
}

function explainBoth(objects: readonly unknown[]): void {
  for (const facts of [NO_FACTS, ADD_ON_OFF]) {
    const plans = explainObjects(objects, facts);
    const said = plans.flatMap(({ findings }) => findings.map(({ finding }) => finding));
    const texts = said.map(({ message, note, fix }) => `${message}${note}${fix.text}`);
    const odd = texts.filter((text) => /undefined|\[object|NaN s/.test(text));
    const json = JSON.stringify(explainAllJson(plans));
    // One assertion for all of them: each takes its time, and these are thousands.
    expect({ odd, isJson: isJson(json), end: renderExplainText(plans).at(-1) }).toEqual({
      odd: [],
      isJson: true,
      end: '\n',
    });
  }
}

describe('plan, JSON and text', () => {
  it('come out of any JSON at all', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.jsonValue(), wrongObject), { maxLength: 5 }), explainBoth), {
      numRuns: 2000,
    });
  });

  it('come out of right objects with one wrong value', () => {
    fc.assert(fc.property(brokenCase, explainBoth), { numRuns: 2000 });
  });

  it('say the same of the same objects, whatever the order of those beside the Ingress', () => {
    fc.assert(
      fc.property(arbitraryCase, ({ objects }) => {
        const [first, ...others] = objects;
        const backwards = [first, ...others.toReversed()];
        expect(explainAllJson(explainObjects(backwards, NO_FACTS))).toEqual(
          explainAllJson(explainObjects(objects, NO_FACTS)),
        );
      }),
      { numRuns: 500 },
    );
  });
});
