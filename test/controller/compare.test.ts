import { expect, test } from 'vitest';
import type { ControllerCase } from './case.ts';
import { compareForms, inWords } from './compare.ts';
import { kindsIn } from './error-words.ts';
import type { NormalForm } from './normal-form.ts';

const CHECK = {
  ...{ protocol: 'HTTP', path: '/', host: '', port: null },
  ...{ intervalSec: 15, timeoutSec: 15, healthyThreshold: 1, unhealthyThreshold: 2 },
};

const FORM: NormalForm = {
  ...{
    served: true,
    finalizer: 'v2',
    error: '',
    event: '',
    built: true,
    address: 'ephemeral',
    defaultBackend: 'web:80',
  },
  hosts: { '*': { '/*': 'web:80' } },
  frontEnd: {
    ...{ scope: 'global', scheme: 'EXTERNAL', http: true, https: false },
    ...{ certificates: '', redirect: null, sslPolicy: null },
  },
  backends: {
    'web:80': { protocol: 'HTTP', group: 'neg', scheme: 'EXTERNAL', healthCheck: CHECK, features: { cdn: false } },
  },
  services: { web: { error: '', negs: { 80: 'auto' } } },
};

const CASE = { name: 'a case', objects: [], flags: {} } as unknown as ControllerCase;

function leaves(predicted: NormalForm, seen: NormalForm): readonly string[] {
  const { disagreements } = compareForms(CASE, 'shop/web', predicted, seen);
  return disagreements.map(({ leaf, plan, controller }) => `${leaf}: ${plan} | ${controller}`);
}

function withCheck(change: Partial<typeof CHECK>): NormalForm {
  const [backend] = Object.values(FORM.backends);
  if (backend === undefined) throw new TypeError('the form has no backend');
  return { ...FORM, backends: { 'web:80': { ...backend, healthCheck: { ...CHECK, ...change } } } };
}

test('equal forms agree in every field', () => {
  const { leaves: count, disagreements } = compareForms(CASE, 'shop/web', FORM, FORM);
  expect({ count, disagreements }).toEqual({ count: 29, disagreements: [] });
});

test('one number that differs is told with its place and both values', () => {
  expect(leaves(FORM, withCheck({ path: '/healthz' }))).toEqual([
    'backends / web:80 / healthCheck / path: / | /healthz',
  ]);
});

test('what one side lacks is a difference', () => {
  expect(leaves(FORM, { ...FORM, hosts: {} })).toEqual(['hosts / * / /*: web:80 | nothing']);
});

test('what the plan leaves open is not compared, nor anything below it', () => {
  expect(leaves({ ...FORM, address: undefined, frontEnd: undefined }, { ...FORM, address: 'web-ip' })).toEqual([]);
});

test('where one side has no load balancer, the rest is not told again field by field', () => {
  const none: NormalForm = {
    ...FORM,
    error: 'C4',
    event: 'Translate',
    built: false,
    address: 'none',
    defaultBackend: null,
    hosts: {},
    backends: {},
  };
  expect(leaves(FORM, { ...none, frontEnd: undefined })).toEqual([
    'error:  | C4',
    'event:  | Translate',
    'built: true | false',
    'address: ephemeral | none',
  ]);
});

test('of a sync that failed, what there is has to be right', () => {
  const failed = {
    error: 'no NEG',
    built: false,
    address: 'none',
    defaultBackend: null,
    hosts: {},
    frontEnd: undefined,
  };
  const other = { ...withCheck({ intervalSec: 60 }), ...failed };
  expect(leaves({ ...FORM, ...failed }, other)).toEqual(['backends / web:80 / healthCheck / intervalSec: 15 | 60']);
  expect(leaves({ ...FORM, ...failed }, { ...other, backends: {} })).toEqual([]);
});

test('a difference is shown with its case, its field and both sides', () => {
  const { disagreements } = compareForms(CASE, 'shop/web', FORM, withCheck({ path: '/healthz' }));
  expect(inWords(disagreements)).toBe(
    [
      'a case, Ingress shop/web',
      '  backends / web:80 / healthCheck / path',
      '    plan:       "/"',
      '    controller: "/healthz"',
      '    errors:     plan "", controller ""',
    ].join('\n'),
  );
});

test('a text of the controller that nobody knows is shown in full', () => {
  expect(kindsIn('something new')).toEqual(['unknown: something new']);
  expect(kindsIn('invalid ingress spec: could not find service "shop/web"; unsupported path type: X')).toEqual([
    'C16',
    'C4',
  ]);
});
