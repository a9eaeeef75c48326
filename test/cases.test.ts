// Inputs that once came out wrong, with the facts of a cluster whose add-on is on: what `check` says of each as it is, with a
// namespace for what names none, and where the input is everything there is.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { check, run } from './cli/support.ts';

const CASES = fileURLToPath(new URL('cases', import.meta.url));
const FACTS = ['--facts', fileURLToPath(new URL('../examples/addon-on.yaml', import.meta.url))];

interface Expected {
  /** Each finding as `possible severity: Kind/name rule`. */
  readonly said: readonly string[];
  /** With --complete; left out: the same. */
  readonly complete?: readonly string[];
  /** Named, and not among the files: `Kind/name`, and `elsewhere NAMESPACE`. */
  readonly unseen?: readonly string[];
  /** What is not final is left out, and one line says to render first. */
  readonly isNotFinal?: true;
  /** No facts are given. */
  readonly isWithoutFacts?: true;
}

const unread = (severity: string): string => `${severity}: Ingress/web annotation-unread`;
const ROLLOUT = 'possible info: Deployment/web neg-rollout-unprotected';
const NO_PODS = 'possible warning: Service/web backend-without-endpoints';
const NO_SERVICE = 'error: Ingress/web backend-service-missing';

const EXPECTED: Readonly<Record<string, Expected>> = {
  'annotations-as-list': { said: ['error: Ingress/squid object-unreadable'] },
  'annotations-that-nothing-reads': {
    said: [
      unread('warning'),
      unread('warning'),
      unread('warning'),
      unread('warning'),
      unread('warning'),
      unread('possible info'),
    ],
    complete: [
      NO_SERVICE,
      unread('warning'),
      unread('warning'),
      unread('warning'),
      unread('warning'),
      unread('warning'),
      unread('possible info'),
    ],
    unseen: ['Service/web'],
  },
  'app-fix-instance-group-keycloak-obeyed-twice': { said: ['warning: StatefulSet/sso health-check-not-ok'] },
  'app-fix-instance-group-keycloak-obeyed': { said: ['possible warning: BackendConfig/sso health-check-port-closed'] },
  'app-fix-instance-group-keycloak': {
    said: ['warning: StatefulSet/sso probe-not-adopted', 'possible warning: StatefulSet/sso health-check-not-ok'],
  },
  'app-fix-instance-group-nginx-obeyed': {
    said: [
      'possible warning: BackendConfig/nginx health-check-port-closed',
      'possible info: Deployment/nginx neg-rollout-unprotected',
    ],
  },
  'app-other-path-keycloak-25': {
    said: ['warning: StatefulSet/sso health-check-not-ok', 'possible info: StatefulSet/sso neg-rollout-unprotected'],
  },
  'app-port-that-no-ingress-names': {
    said: ['possible error: Service/keycloak cluster-ip-without-neg'],
    isWithoutFacts: true,
  },
  'armor-on-service-behind-nothing': {
    said: ['possible warning: BackendConfig/bc security-not-applied'],
    complete: ['warning: BackendConfig/bc security-not-applied'],
  },
  'backend-config-unknown-field-2': {
    said: [
      'possible warning: BackendConfig/bc config-field-unknown',
      'possible warning: BackendConfig/bc config-field-unknown',
      'possible warning: BackendConfig/bc config-field-unknown',
    ],
  },
  'backend-config-unknown-fields': {
    said: [
      'error: BackendConfig/b config-value-refused',
      'error: BackendConfig/b config-value-refused',
      'warning: BackendConfig/b config-field-unknown',
      'warning: BackendConfig/b config-field-unknown',
      'warning: BackendConfig/b config-field-unknown',
    ],
    complete: [
      NO_PODS,
      'error: BackendConfig/b config-value-refused',
      'error: BackendConfig/b config-value-refused',
      'warning: BackendConfig/b config-field-unknown',
      'warning: BackendConfig/b config-field-unknown',
      'warning: BackendConfig/b config-field-unknown',
    ],
  },
  'cdn-ttl-dropped': {
    said: [
      'warning: BackendConfig/bc config-value-dropped',
      'warning: BackendConfig/bc config-value-dropped',
      'warning: BackendConfig/bc config-value-dropped',
    ],
  },
  'cert-manager-edit-in-place': { said: ['possible info: Deployment/blog neg-rollout-unprotected'] },
  'cert-manager-solver-ingress': { said: [] },
  'cert-manager-solver-not-to-blame': { said: [ROLLOUT] },
  'cert-manager-without-edit-in-place': {
    said: [
      'possible info: Ingress/blog cert-manager-challenge',
      'possible info: Deployment/blog neg-rollout-unprotected',
    ],
    complete: [
      'possible info: Ingress/blog tls-secret-missing',
      'possible info: Ingress/blog cert-manager-challenge',
      'possible info: Deployment/blog neg-rollout-unprotected',
    ],
  },
  'class-in-unread-annotation': { said: [unread('possible warning')] },
  'force-ssl-redirect': { said: [unread('warning')] },
  'frontend-config-misspelt-field': {
    said: ['warning: FrontendConfig/fc config-field-unknown'],
    complete: [NO_SERVICE, 'warning: FrontendConfig/fc config-field-unknown'],
    unseen: ['Service/web'],
  },
  'frontend-config-unnamed': {
    said: ['possible warning: FrontendConfig/fc front-end-config-unused'],
    complete: ['warning: FrontendConfig/fc front-end-config-unused'],
  },
  'gke-annotations-on-nginx-class': { said: ['possible info: Ingress/site gke-annotation-on-other-class'] },
  'gke-neg-default-internal': { said: [ROLLOUT] },
  'gke-neg-default-load-balancer': {
    said: [
      'possible warning: BackendConfig/web health-check-timeout',
      'possible warning: BackendConfig/web health-check-port-closed',
      'info: Service/web load-balancer-bypasses-ingress',
      ROLLOUT,
    ],
  },
  'gke-neg-default-node-port-probe': { said: ['possible warning: Deployment/web health-check-timeout', ROLLOUT] },
  'http2-inherited-by-plain-check': {
    said: [
      'possible info: Service/relay http2-needs-tls',
      'possible info: Service/relay backend-timeout-default',
      'warning: BackendConfig/relay health-check-type-inherited',
      'possible info: Deployment/relay neg-rollout-unprotected',
    ],
    complete: [
      'error: Ingress/relay tls-secret-missing',
      'possible info: Service/relay http2-needs-tls',
      'possible info: Service/relay backend-timeout-default',
      'warning: BackendConfig/relay health-check-type-inherited',
      'possible info: Deployment/relay neg-rollout-unprotected',
    ],
    unseen: ['Secret/relay-tls'],
  },
  'ingress-v1-with-service-name': {
    said: ['error: Ingress/old object-unreadable', 'error: Ingress/old object-unreadable'],
  },
  'load-balancer-around-the-ingress': {
    said: ['warning: Service/web load-balancer-bypasses-ingress'],
    complete: ['warning: Service/web load-balancer-bypasses-ingress', NO_PODS],
  },
  'managed-certificate-attached-before-issued': {
    said: ['possible info: Ingress/a redirect-before-certificate'],
    complete: ['error: Ingress/a backend-service-missing', 'possible info: Ingress/a redirect-before-certificate'],
    unseen: ['Service/web'],
  },
  'one-address-two-ingresses': {
    said: ['info: Service/web service-behind-two-ingresses', 'error: Ingress/b address-shared'],
    complete: [NO_PODS, 'info: Service/web service-behind-two-ingresses', 'error: Ingress/b address-shared'],
  },
  'one-cause-many-times': { said: ['possible error: BackendConfig/web health-check-timeout', ROLLOUT] },
  placeholders: { said: [], complete: [NO_SERVICE], unseen: ['Service/web'], isNotFinal: true },
  'port-in-quotes': { said: ['error: Ingress/a object-unreadable', 'error: Service/web object-unreadable'] },
  'port-named-both-ways-in-two-ingresses': {
    said: ['info: Ingress/shop port-named-both-ways', 'info: Service/web service-behind-two-ingresses', ROLLOUT],
  },
  'same-name-in-another-namespace': {
    said: [],
    complete: ['error: Ingress/a tls-secret-missing', 'error: Service/web backend-config-missing', NO_PODS],
    unseen: ['Secret/web-tls elsewhere cert-manager', 'BackendConfig/bc elsewhere infra'],
  },
  'security-policy-on-ingress': { said: [unread('warning')] },
  'service-from-another-repository': {
    said: [],
    complete: [
      'possible warning: Service/dashboard backend-without-endpoints',
      'error: Ingress/fg backend-service-missing',
    ],
    unseen: ['Service/risk-scorer'],
  },
  'service-in-another-namespace': {
    said: [],
    complete: ['error: Ingress/gateway backend-service-missing'],
    unseen: ['Service/jobs elsewhere backend'],
  },
};

type Options = readonly string[];

async function saidOf(name: string, options: Options): Promise<readonly string[]> {
  const { document } = await check(CASES, [`${name}.yaml`], options);
  return document.findings.map(({ rule, severity, certain, object }) => {
    const what = `${severity}: ${object.kind}/${object.name} ${rule}`;
    return certain ? what : `possible ${what}`;
  });
}

it('has each case in its table', () => {
  expect(Object.keys(EXPECTED).map((name) => `${name}.yaml`)).toEqual(readdirSync(CASES).toSorted());
});

describe.each(Object.entries(EXPECTED))(
  '%s',
  (name, { said, complete = said, unseen = [], isNotFinal, isWithoutFacts }) => {
    const facts = isWithoutFacts ? [] : FACTS;

    it('is told what is right, and what was not looked at', async () => {
      expect(await saidOf(name, facts)).toEqual(said);
      const { out } = await run(['check', `${CASES}/${name}.yaml`, '--format=json', ...facts]);
      const document = JSON.parse(out) as {
        readonly unseen: readonly { readonly object: Named; readonly elsewhere?: readonly string[] }[];
        readonly notFinal?: unknown;
      };
      const missed = document.unseen.map(
        ({ object, elsewhere }) =>
          `${object.kind}/${object.name}${elsewhere === undefined ? '' : ` elsewhere ${elsewhere.join(', ')}`}`,
      );
      expect({ missed, isNotFinal: document.notFinal !== undefined }).toEqual({
        missed: unseen,
        isNotFinal: isNotFinal === true,
      });
    });

    it('is told the same with a namespace for what names none', async () => {
      expect(await saidOf(name, [...facts, '-n', 'team'])).toEqual(said);
    });

    it('misses what is not in it, where it is everything there is', async () => {
      expect(await saidOf(name, [...facts, '--complete'])).toEqual(complete);
      const { out } = await run(['check', `${CASES}/${name}.yaml`, '--complete', '--format=json', ...facts]);
      expect((JSON.parse(out) as { readonly unseen: readonly unknown[] }).unseen).toEqual([]);
    });
  },
);

interface Named {
  readonly kind: string;
  readonly name: string;
}

it.each([
  ['app-fix-instance-group-keycloak', 'port 30900 (the node port of 9000) and requestPath /health/ready'],
  ['app-fix-instance-group-keycloak-obeyed', 'spec.healthCheck.port: 30900 (the node port of 9000)'],
  ['app-fix-instance-group-keycloak-obeyed-twice', 'port 30900 (the node port of 9000) and requestPath /health/ready'],
  ['app-fix-instance-group-nginx-obeyed', 'spec.healthCheck.port: 30254 (the node port of 10254)'],
  ['app-other-path-keycloak-25', 'port 9000 and requestPath /health/ready'],
])('%s: the fix names the port that answers', async (name, port) => {
  const { out } = await run(['check', `${CASES}/${name}.yaml`, ...FACTS]);
  expect(out).toContain(`Fix: Set ${port}`);
});
