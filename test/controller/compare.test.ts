import { expect, test } from 'vitest';
import type { ControllerCase } from './case.ts';
import { compareForms, inWords } from './compare.ts';
import { kindsIn } from './error-words.ts';
import { type BackendForm, type FrontEndForm, type NormalForm, OTHER_PATHS } from './normal-form.ts';

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
  hosts: { '*': { '/*': 'web:80', [OTHER_PATHS]: 'web:80' } },
  frontEnd: {
    ...{ scope: 'global', scheme: 'EXTERNAL', http: true, https: false },
    ...{ httpProxy: 'URL map', httpsProxy: null, httpAddress: 'ephemeral', httpsAddress: null },
    ...{ certificates: '', redirect: null, redirectsToHttps: false, sslPolicy: null },
  },
  backends: {
    'web:80': {
      ...{ protocol: 'HTTP', group: 'instanceGroup', nodePortOf: 80, scheme: 'EXTERNAL' },
      healthCheck: CHECK,
      features: { cdn: false, logging: 1 },
    },
  },
  services: { web: { error: '', negs: { 80: 'auto' } } },
};

const CASE = { name: 'a case', objects: [], flags: {} } as unknown as ControllerCase;

function leaves(predicted: NormalForm, seen: NormalForm): readonly string[] {
  const { disagreements } = compareForms(CASE, 'shop/web', predicted, seen);
  return disagreements.map(({ leaf, plan, controller }) => `${leaf}: ${plan} | ${controller}`);
}

function withBackend(change: Partial<BackendForm>): NormalForm {
  const [backend] = Object.values(FORM.backends);
  if (backend === undefined) throw new TypeError('the form has no backend');
  return { ...FORM, backends: { 'web:80': { ...backend, ...change } } };
}

function withCheck(change: Partial<typeof CHECK>): NormalForm {
  return withBackend({ healthCheck: { ...CHECK, ...change } });
}

function withFrontEnd(change: Partial<FrontEndForm>): NormalForm {
  if (FORM.frontEnd === undefined) throw new TypeError('the form has no front end');
  return { ...FORM, frontEnd: { ...FORM.frontEnd, ...change } };
}

test('equal forms agree in every field', () => {
  const { leaves: count, disagreements } = compareForms(CASE, 'shop/web', FORM, FORM);
  expect({ count, disagreements }).toEqual({ count: 37, disagreements: [] });
});

test('one number that differs is told with its place and both values', () => {
  expect(leaves(FORM, withCheck({ path: '/healthz' }))).toEqual([
    'backends / web:80 / healthCheck / path: / | /healthz',
  ]);
});

test('what one side lacks is a difference', () => {
  expect(leaves(FORM, { ...FORM, hosts: { '*': { [OTHER_PATHS]: 'web:80' } } })).toEqual([
    'hosts / * / /*: web:80 | nothing',
  ]);
});

test.each<[what: string, seen: NormalForm, told: string]>([
  [
    'the share of requests that is logged',
    withBackend({ features: { cdn: false, logging: 0.5 } }),
    'backends / web:80 / features / logging: 1 | 0.5',
  ],
  [
    'the port that instance groups are asked on',
    withBackend({ nodePortOf: 81 }),
    'backends / web:80 / nodePortOf: 80 | 81',
  ],
  [
    'the default of a host',
    { ...FORM, hosts: { '*': { '/*': 'web:80', [OTHER_PATHS]: 'other:80' } } },
    'hosts / * / any other path: web:80 | other:80',
  ],
  ['the URL map of a proxy', withFrontEnd({ httpProxy: 'redirect' }), 'frontEnd / httpProxy: URL map | redirect'],
  ['where a redirect leads', withFrontEnd({ redirectsToHttps: true }), 'frontEnd / redirectsToHttps: false | true'],
  [
    'the address of a forwarding rule',
    withFrontEnd({ httpAddress: 'web-ip' }),
    'frontEnd / httpAddress: ephemeral | web-ip',
  ],
])('%s is a field of its own', (_what, seen, told) => {
  expect(leaves(FORM, seen)).toEqual([told]);
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
