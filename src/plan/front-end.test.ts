import { describe, expect, it } from 'vitest';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { faultsOf, planOf } from '../../test/support/plan-of.ts';

const PRE_SHARED = 'ingress.gcp.kubernetes.io/pre-shared-cert';
const ALLOW = 'kubernetes.io/ingress.allow-http';
const MANAGED = 'networking.gke.io/managed-certificates';
const GLOBAL = 'kubernetes.io/ingress.global-static-ip-name';
const REGIONAL = 'kubernetes.io/ingress.regional-static-ip-name';
const FRONTEND = 'networking.gke.io/v1beta1.FrontendConfig';

const WEB = service({ type: 'NodePort', neg: '{"ingress": true}' });
const defaultBackend = { service: { name: 'web', port: { number: 80 } } };

interface Options {
  readonly className?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly tls?: readonly RawObject[];
  readonly name?: string;
  readonly finalizers?: readonly string[];
}

function raw({ className = 'gce', annotations = {}, tls, name = 'web', finalizers = [] }: Options): RawObject {
  const spec = { defaultBackend, ...(tls === undefined ? {} : { tls }) };
  const object = ingress({ class: className, name, annotations, spec });
  return { ...object, metadata: { ...(object['metadata'] as RawObject), finalizers } };
}

const conditionsOf = (options: Options, ...more: readonly RawObject[]): readonly (string | null)[] =>
  planOf([raw(options), WEB, ...more]).faults.map(({ condition }) => condition);
const secret = (name: string, ...keys: readonly string[]): RawObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'shop' },
  data: Object.fromEntries(keys.map((key) => [key, 'eA=='])),
});
const frontendConfig = (redirectToHttps: RawObject, name = 'front'): RawObject => ({
  apiVersion: 'networking.gke.io/v1beta1',
  kind: 'FrontendConfig',
  metadata: { name, namespace: 'shop' },
  spec: { redirectToHttps },
});

/** Facts §3.1, TLS / protocols. */
describe('protocols of the front end', () => {
  it.each([
    ['HTTP alone', {}, [true, false, false]],
    ['HTTP is turned off by a bool of Go', { [ALLOW]: 'F', [PRE_SHARED]: 'a' }, [false, true, true]],
    ['and by nothing else', { [ALLOW]: 'off', [PRE_SHARED]: 'a' }, [true, true, true]],
    ['managed certificates are not counted', { [MANAGED]: 'a' }, [true, false, false]],
    ['a list of nothing configures TLS without HTTPS', { [PRE_SHARED]: ' , ' }, [true, false, true]],
  ])('%s', (_name, annotations, expected) => {
    const { frontEnd } = planOf([raw({ annotations }), WEB]);
    expect([frontEnd.http, frontEnd.https, frontEnd.tls.isConfigured]).toEqual(expected);
  });

  it.each([
    ['no front end', { [ALLOW]: 'false' }, undefined, ['C20']],
    ['no front end until a managed certificate is issued', { [ALLOW]: 'false', [MANAGED]: 'a' }, undefined, ['C20']],
    ['an unnamed Secret ends the sync before that', { [ALLOW]: 'false' }, [{ hosts: ['a'] }], ['C23']],
    ['a Secret of which nothing is known', { [ALLOW]: 'false' }, [{ secretName: 'a' }], []],
    ['a bool that is none', { [ALLOW]: '' }, undefined, ['C45']],
    ['a list of nothing', { [ALLOW]: 'false', [PRE_SHARED]: ',' }, undefined, ['C53']],
    ['two unnamed Secrets', {}, [{}, {}], ['C23', 'C23']],
  ])('%s', (_name, annotations, tls, expected) => {
    expect(conditionsOf({ annotations, ...(tls === undefined ? {} : { tls }) })).toEqual(expected);
  });
});

describe('TLS Secrets', () => {
  it.each([
    ['there', [secret('a', 'tls.crt', 'tls.key')], []],
    ['missing, where Secrets are known', [secret('b')], ['C22']],
    ['unknown', [], []],
    ['without certificate', [secret('a', 'tls.key')], ['C24']],
    ['without key', [secret('a', 'tls.crt')], ['C24']],
  ])('%s', (_name, secrets, expected) => {
    expect(conditionsOf({ tls: [{ secretName: 'a' }, { secretName: 'a' }] }, ...secrets)).toEqual(expected);
  });

  it('counts each certificate once, Secrets and pre-shared ones together', () => {
    const tls = ['a', 'b', 'a'].map((secretName) => ({ secretName }));
    const list = (count: number): string => Array.from({ length: count }, (_, index) => `c${index}`).join(',');
    expect(conditionsOf({ tls, annotations: { [PRE_SHARED]: list(8) } })).toEqual([]);
    expect(conditionsOf({ tls, annotations: { [PRE_SHARED]: list(9) } })).toEqual(['C25']);
  });
});

/** Facts §3.1, Static IP. */
describe('the address', () => {
  it.each([
    ['both keys', 'gce', { [GLOBAL]: 'a', [REGIONAL]: 'b' }, ['C18'], ''],
    ['an empty key is no key', 'gce', { [GLOBAL]: 'a', [REGIONAL]: '' }, [], 'a'],
    ['a regional key on a global class', 'gce', { [REGIONAL]: 'a' }, ['C19'], 'a'],
    ['a global key on an internal class', 'gce-internal', { [GLOBAL]: 'a' }, ['C19'], 'a'],
    ['a regional key on an internal class', 'gce-internal', { [REGIONAL]: 'a' }, [], 'a'],
    ['an address', 'gce', { [GLOBAL]: '203.0.113.7' }, ['C19'], '203.0.113.7'],
    ['an IPv6 address', 'gce', { [GLOBAL]: '2001:db8::1' }, ['C19'], '2001:db8::1'],
    ['a name that none can have', 'gce', { [GLOBAL]: 'Shop' }, ['C19'], 'Shop'],
  ])('%s', (_name, className, annotations, expected, name) => {
    const plan = planOf([raw({ className, annotations }), WEB]);
    expect([plan.faults.map(({ condition }) => condition), plan.frontEnd.staticIp.name]).toEqual([expected, name]);
  });

  it('is only possibly wrong where the key alone speaks against it', () => {
    const certainty = (name: string) => planOf([raw({ annotations: { [REGIONAL]: name } }), WEB]).faults[0]?.isCertain;
    expect([certainty('a'), certainty('10.0.0.1')]).toEqual([false, true]);
  });

  it.each([
    ['both protocols and no address', {}, ['C21']],
    ['an address', { [REGIONAL]: 'a' }, []],
    ['HTTPS alone', { [ALLOW]: 'false' }, []],
    ['both keys, which ends the sync before', { [GLOBAL]: 'a', [REGIONAL]: 'b' }, ['C18']],
  ])('must be named on an internal class with %s', (_name, annotations, expected) => {
    expect(conditionsOf({ className: 'gce-internal', annotations: { [PRE_SHARED]: 'c', ...annotations } })).toEqual(
      expected,
    );
    expect(conditionsOf({ className: 'gce', annotations: { [PRE_SHARED]: 'c' } })).toEqual([]);
  });
});

/** Facts §3.1, FrontendConfig. */
describe('the redirect to HTTPS', () => {
  const named = { [FRONTEND]: 'front' };
  const withTls = { ...named, [PRE_SHARED]: 'c' };

  it.each([
    ['is fine with a certificate', { annotations: withTls }, []],
    ['is fine with a managed certificate, once it is issued', { annotations: { ...named, [MANAGED]: 'c' } }, []],
    ['does nothing good without one', { annotations: named }, ['C29']],
    ['does nothing without HTTP', { annotations: { ...withTls, [ALLOW]: 'false' } }, ['C29']],
    [
      'fails on the internal class',
      { annotations: { ...withTls, [REGIONAL]: 'a' }, className: 'gce-internal' },
      ['C27'],
    ],
    [
      'fails with the V1 finalizer',
      { annotations: withTls, finalizers: ['networking.gke.io/ingress-finalizer'] },
      ['C28'],
    ],
    [
      'works with the V2 finalizer, whatever else is there',
      {
        annotations: withTls,
        finalizers: ['networking.gke.io/ingress-finalizer', 'networking.gke.io/ingress-finalizer-V2'],
      },
      [],
    ],
  ])('%s', (_name, options, expected) => {
    expect(conditionsOf(options, frontendConfig({ enabled: true }))).toEqual(expected);
  });

  it("is nobody's trouble where it is off", () => {
    expect(conditionsOf({ annotations: named, className: 'gce-internal' }, frontendConfig({ enabled: false }))).toEqual(
      [],
    );
  });

  it('needs a code that Google has', () => {
    const codes = ['', 'FOUND', '301'].map((responseCodeName) =>
      conditionsOf({ annotations: withTls }, frontendConfig({ enabled: true, responseCodeName })),
    );
    expect(codes).toEqual([[], [], ['G3']]);
  });

  it('is missed only where the FrontendConfigs of the namespace are known', () => {
    expect(conditionsOf({ annotations: named })).toEqual([]);
    expect(conditionsOf({ annotations: named }, frontendConfig({}, 'other'))).toEqual(['C26']);
  });
});

/** C32, with the truncation of both naming schemes (pkg/utils/namer). */
describe('the name of the load balancer', () => {
  const V1 = ['networking.gke.io/ingress-finalizer'];
  const V2 = ['networking.gke.io/ingress-finalizer-V2'];

  it.each([
    ['a dot', 'web.shop', [], ['C32'], true],
    ['a dot that V2 cuts off and V1 keeps', `${'a'.repeat(38)}.b`, [], ['C32'], false],
    ['the same, named by V1 already', `${'a'.repeat(38)}.b`, V1, ['C32'], true],
    ['the same, named by V2 already', `${'a'.repeat(38)}.b`, V2, [], undefined],
    ['a dot that both cut off', `${'a'.repeat(55)}.b`, [], [], undefined],
    ['no dot', 'a-b', [], [], undefined],
  ])('%s', (_name, name, finalizers, expected, isCertain) => {
    const { faults } = planOf([raw({ name, finalizers }), WEB]);
    expect([faults.map(({ condition }) => condition), faults[0]?.isCertain]).toEqual([expected, isCertain]);
  });
});

it('points at the field that has to change', () => {
  const annotations = { [GLOBAL]: 'a', [REGIONAL]: 'b', [ALLOW]: 'no' };
  expect(faultsOf([raw({ annotations, tls: [{ secretName: 'a' }, {}] }), WEB, secret('b')])).toEqual([
    `C45 Ingress/shop/web metadata.annotations.${ALLOW}`,
    'C22 Ingress/shop/web spec.tls.0.secretName',
    'C23 Ingress/shop/web spec.tls.1',
    `C18 Ingress/shop/web metadata.annotations.${REGIONAL}`,
  ]);
});
