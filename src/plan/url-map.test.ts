import { describe, expect, it } from 'vitest';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { faultsOf, planOf } from '../../test/support/plan-of.ts';

const WEB = service({ type: 'NodePort' });
const API = service({ name: 'api', type: 'NodePort' });

const path = (text: string | undefined, pathType: string | undefined, name = 'web'): RawObject => ({
  ...(text === undefined ? {} : { path: text }),
  ...(pathType === undefined ? {} : { pathType }),
  backend: { service: { name, port: { number: 80 } } },
});
const rule = (host: string | undefined, ...paths: readonly RawObject[]): RawObject => ({
  ...(host === undefined ? {} : { host }),
  http: { paths },
});
const of = (...rules: readonly RawObject[]): RawObject => ingress({ class: 'gce', spec: { rules } });

/** `host path>service`, in order; a host without paths alone. */
function routes(...rules: readonly RawObject[]): readonly string[] {
  return planOf([of(...rules), WEB, API]).urlMap.hostRules.flatMap(({ host, paths }) =>
    paths.length === 0 ? [host] : paths.map((route) => `${host} ${route.path}>${route.backend.serviceName}`),
  );
}

/** Facts §5.2, C41 to C43. */
describe('the URL map', () => {
  it.each([
    ['no host is *', [rule(undefined, path('/', 'Prefix'))], ['* /*>web']],
    [
      'an empty host is * too, and the later rule replaces',
      [rule(undefined, path('/a', 'Exact')), rule('', path('/b', 'Exact'))],
      ['* /b>web'],
    ],
    ['a path left out is /*', [rule('a', path(undefined, undefined))], ['a /*>web']],
    [
      'a later rule for a host replaces the earlier, and stands at the end',
      [rule('a', path('/1', 'Exact')), rule('b', path('/2', 'Exact')), rule('a', path('/3', 'Exact', 'api'))],
      ['b /2>web', 'a /3>api'],
    ],
    ['a rule without http does not replace', [rule('a', path('/1', 'Exact')), { host: 'a' }], ['a /1>web']],
    ['a rule with no paths does', [rule('a', path('/1', 'Exact')), rule('a')], ['a']],
    [
      'the last of equal paths wins, and keeps its place',
      [rule('a', path('/x', 'Exact'), path('/y', 'Exact'), path('/x', 'Exact', 'api'))],
      ['a /y>web', 'a /x>api'],
    ],
    [
      'equal after translation is equal',
      [rule('a', path('/x', 'Prefix'), path('/x', 'Exact', 'api'))],
      ['a /x/*>web', 'a /x>api'],
    ],
    [
      'a failed path is left out, the host stays',
      [rule('a', path('/*', 'Exact'), path('/b', 'Exact')), rule('b', path('', 'Prefix'))],
      ['a /b>web', 'b'],
    ],
    [
      'a path without backend Service is left out',
      [rule('a', { path: '/', pathType: 'Prefix', backend: { resource: {} } })],
      ['a'],
    ],
  ])('%s', (_name, rules, expected) => {
    expect(routes(...rules)).toEqual(expected);
  });

  it('keeps the path of a backend that fails after it has got its ServicePort, and of no other', () => {
    const annotations = (key: string): RawObject =>
      service({ name: 'api', type: 'NodePort', annotations: { [key]: 'x' } });
    const kept = (web: RawObject): boolean =>
      planOf([of(rule('a', path('/', 'Prefix', 'api'))), web]).urlMap.hostRules.some(({ paths }) => paths.length > 0);
    expect(kept(annotations('cloud.google.com/app-protocols'))).toBe(true);
    expect(kept(annotations('cloud.google.com/backend-config'))).toBe(true);
    expect(kept(service({ name: 'api' }))).toBe(false);
    expect(kept(service({ name: 'api', type: 'NodePort', ports: [{ port: 81 }] }))).toBe(false);
  });
});

describe('faults of hosts and paths', () => {
  const at = (field: string): string => `Ingress/shop/web spec.rules.${field}`;

  it.each([
    ['two rules for a host', [rule('a'), rule('a')], [`C41 ${at('0.host')}`]],
    ['three rules for a host', [rule('a'), rule('a'), rule('a')], [`C41 ${at('0.host')}`, `C41 ${at('1.host')}`]],
    [
      'an equal path, once a pair',
      [rule('a', path('/x', 'Prefix'), path('/x/', 'Prefix'))],
      [`C42 ${at('0.http.paths.0.path')}`],
    ],
    [
      'no path of a rule that is replaced',
      [rule('a', path('/x', 'Exact'), path('/x', 'Exact')), rule('a')],
      [`C41 ${at('0.host')}`],
    ],
    ['a rule without http', [{ host: 'a' }], [`C43 ${at('0')}`]],
    ['a wildcard that only Google refuses', [rule('a', path('/x*', undefined))], [`G1 ${at('0.http.paths.0.path')}`]],
    ['an unknown type', [rule('a', path('/x', 'Regex'))], [`C16 ${at('0.http.paths.0.pathType')}`]],
    [
      'a failed path even in a rule that is replaced, for it ends the translation',
      [rule('a', path('/*', 'Exact')), rule('a')],
      [`C41 ${at('0.host')}`, `C14 ${at('0.http.paths.0.path')}`],
    ],
  ])('%s', (_name, rules, expected) => {
    expect(faultsOf([of(...rules), WEB, API])).toEqual(expected);
  });

  it('hides a failed path behind a backend without ServicePort, and no other', () => {
    const bad = of(rule('a', path('/*', 'Exact', 'api')));
    const conditions = (web: RawObject): readonly string[] =>
      planOf([bad, web]).faults.map(({ condition, isHidden }) => `${condition}${isHidden ? ' hidden' : ''}`);
    expect(conditions(service({ name: 'api' }))).toEqual(['C6', 'C14 hidden']);
    expect(
      conditions(service({ name: 'api', type: 'NodePort', annotations: { 'cloud.google.com/app-protocols': 'x' } })),
    ).toEqual(['C7', 'C14']);
  });

  it('finds a default backend that is no Service', () => {
    const plan = planOf([ingress({ class: 'gce', spec: { defaultBackend: { resource: { kind: 'Bucket' } } } })]);
    expect([plan.defaultBackend, plan.backends, plan.faults.map(({ condition }) => condition)]).toEqual([
      null,
      [],
      ['C3'],
    ]);
  });
});

/** AllServicePorts: what the URL map does not have is not synced. */
describe('a backend whose paths are all taken by later ones', () => {
  const conditions = (...paths: readonly RawObject[]): readonly string[] =>
    faultsOf([
      ingress({ class: 'gce-internal', spec: { rules: [rule(undefined, ...paths)] } }),
      service({ neg: '{"ingress": true}' }),
      API,
    ]).map((one) => one.split(' ')[0] ?? '');

  it('fails nothing of the sync', () => {
    expect(conditions(path('/cart/', 'Prefix', 'api'), path('/cart', 'Prefix'))).not.toContain('C33');
  });

  it('is synced like any other with one path left', () => {
    const cart = [path('/cart/', 'Prefix', 'api'), path('/cart', 'Prefix')];
    expect(conditions(...cart, path('/api', 'Prefix', 'api'))).toContain('C33');
  });

  it('has no health check, where its neighbours have one', () => {
    const checked = (...rules: readonly RawObject[]): readonly string[] =>
      planOf([of(...rules), WEB, API]).backends.flatMap(({ serviceName, healthCheck, isSystemDefault }) =>
        healthCheck === undefined || isSystemDefault ? [] : [serviceName],
      );
    const cart = [path('/cart', 'Exact', 'api'), path('/cart', 'Exact')];
    expect(checked(rule('a', ...cart))).toEqual(['web']);
    expect(checked(rule('a', path('/cart', 'Exact', 'api')), rule('a', path('/', 'Prefix')))).toEqual(['web']);
    expect(checked(rule('a', ...cart), rule('b', path('/cart', 'Exact', 'api')))).toEqual(['api', 'web']);
  });

  it('still has to be translated', () => {
    expect(conditions(path('/cart/', 'Prefix', 'gone'), path('/cart', 'Prefix'))).toContain('C4');
  });
});
