// Any JSON and any bytes: every answer is an AdmissionReview or a typed 4xx; a patch applied once is all there is.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADD_ON_OFF } from '../support/facts.ts';
import { applyPatch, decodePatch } from '../support/json-patch.ts';
import { argocdServer, ingress, type RawObject, service } from '../support/objects.ts';
import { reviewOf } from '../support/reviews.ts';
import { expectTyped, startTestServer, type TestServer } from './support.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ facts: ADD_ON_OFF });
});
afterAll(() => server.close());

const webhooks = fc.constantFrom('/mutate', '/validate');

it('answers any JSON', async () => {
  await fc.assert(
    fc.asyncProperty(webhooks, fc.json({ maxDepth: 6 }), async (path, text) => {
      expectTyped(await server.post(path, text));
    }),
    { numRuns: 300 },
  );
});

it('answers any bytes', async () => {
  await fc.assert(
    fc.asyncProperty(webhooks, fc.uint8Array({ maxLength: 300 }), async (path, bytes) => {
      expectTyped(await server.post(path, Buffer.from(bytes)));
    }),
    { numRuns: 300 },
  );
});

it('answers any part of a review, with any byte changed', async () => {
  const bytes = Buffer.from(JSON.stringify(reviewOf(ingress({ class: 'gce' }))));
  const position = fc.nat(bytes.length - 1);
  await fc.assert(
    fc.asyncProperty(webhooks, position, position, fc.nat(255), async (path, length, at, byte) => {
      const cut = Buffer.from(bytes.subarray(0, length + 1));
      cut[at % cut.length] = byte;
      expectTyped(await server.post(path, cut));
      const changed = Buffer.from(bytes);
      changed[at] = byte;
      expectTyped(await server.post(path, changed));
    }),
    { numRuns: 300 },
  );
});

const json = fc.jsonValue({ maxDepth: 3 });
const sometimes = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> => fc.oneof({ weight: 4, arbitrary: usual }, json);
const name = fc.constantFrom('web', 'argocd-server', 'x');

const annotations = fc.dictionary(
  fc.constantFrom(
    'kubernetes.io/ingress.class',
    'cloud.google.com/neg',
    'cloud.google.com/backend-config',
    'a/b',
    '__proto__',
  ),
  sometimes(
    fc.constantFrom(
      'gce',
      'gce-internal',
      'nginx',
      '',
      '{"ingress": true}',
      '{"ingress":false}',
      '{"exposed_ports":{"80":{}}}',
      '{',
    ),
  ),
);

const metadata = fc.record(
  {
    name: sometimes(name),
    namespace: sometimes(fc.constantFrom('shop', 'kube-system')),
    annotations: sometimes(annotations),
    labels: json,
  },
  { requiredKeys: [] },
);

const portNumber = sometimes(fc.constantFrom(80, 8080, 443, 0));
const servicePort = fc.record(
  {
    name: sometimes(fc.constantFrom('http', 'https')),
    port: portNumber,
    targetPort: portNumber,
    protocol: json,
    appProtocol: json,
  },
  { requiredKeys: [] },
);

const backend = fc.record({
  service: sometimes(fc.record({ name, port: sometimes(fc.record({ number: portNumber })) })),
});
const spec = fc.record(
  {
    type: sometimes(fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName')),
    clusterIP: sometimes(fc.constantFrom('None', '')),
    selector: sometimes(fc.constant({ app: 'web' })),
    ports: sometimes(fc.array(sometimes(servicePort), { maxLength: 3 })),
    ingressClassName: sometimes(fc.constantFrom('gce', 'nginx')),
    defaultBackend: sometimes(backend),
    rules: sometimes(
      fc.array(
        sometimes(
          fc.record({
            host: json,
            http: sometimes(
              fc.record({
                paths: fc.array(sometimes(fc.record({ path: json, pathType: json, backend })), { maxLength: 2 }),
              }),
            ),
          }),
        ),
        { maxLength: 2 },
      ),
    ),
    template: sometimes(
      fc.record({
        metadata: json,
        spec: sometimes(fc.record({ containers: sometimes(fc.array(json, { maxLength: 2 })) })),
      }),
    ),
  },
  { requiredKeys: [] },
);

const object = fc.record({
  apiVersion: fc.constantFrom(
    'v1',
    'networking.k8s.io/v1',
    'apps/v1',
    'networking.k8s.io/v1beta1',
    'extensions/v1beta1',
  ),
  kind: fc.constantFrom('Service', 'Ingress', 'Deployment', 'StatefulSet', 'DaemonSet'),
  metadata: sometimes(metadata),
  spec: sometimes(spec),
});

it('answers any plausible review with its uid, and no rule fails', async () => {
  const old = fc.option(object, { nil: undefined });
  await fc.assert(
    fc.asyncProperty(
      webhooks,
      object,
      old,
      fc.string({ minLength: 1 }),
      fc.boolean(),
      async (path, raw, stored, uid, dryRun) => {
        const review = reviewOf(raw, { uid, dryRun, ...(stored === undefined ? {} : { old: stored }) });
        const answer = expectTyped(await server.post(path, withStringNames(review)));
        expect(answer).toMatchObject({ response: { uid } });
      },
    ),
    { numRuns: 500 },
  );
  expect(server.entries().filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

it('has nothing to add to a Service that it has patched', async () => {
  const services = fc.record({ metadata, spec }).map((parts): RawObject => ({ ...service(), ...parts }));
  const usual = annotations.map((given) => service({ annotations: given as Readonly<Record<string, string>> }));
  let patched = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(services, usual), async (raw) => {
      const first = expectTyped(await server.post('/mutate', withStringNames(reviewOf(raw)))) as unknown as Answer;
      if (first.response.patch === undefined) return;
      patched += 1;
      const stored = applyPatch(raw, decodePatch(first.response.patch));
      const again = expectTyped(await server.post('/mutate', withStringNames(reviewOf(stored)))) as unknown as Answer;
      expect(again.response.patch).toBeUndefined();
      expect({ ...stored, metadata: raw['metadata'] }).toEqual(raw); // nothing else was touched
    }),
    { numRuns: 300 },
  );
  expect(patched).toBeGreaterThan(10);
});

it('gives the same answer to the same review, whatever came between', async () => {
  const reviews = [ingress({ class: 'gce' }), service(), argocdServer()].map((raw) => reviewOf(raw, { uid: 'u' }));
  const first = await Promise.all(reviews.map((review) => server.post('/validate', review)));
  const second = await Promise.all(reviews.toReversed().map((review) => server.post('/validate', review)));
  expect(second.map(({ text }) => text).toReversed()).toEqual(first.map(({ text }) => text));
});

interface Answer {
  readonly response: { readonly patch?: string };
}

/** The API server writes a name and a namespace whatever the object says. */
function withStringNames(review: RawObject): RawObject {
  const { request } = review as { request: RawObject };
  return { ...review, request: { ...request, name: 'web', namespace: 'shop' } };
}
