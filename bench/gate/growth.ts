// What a review may grow with: the same admission with so much of something, and with several times as much.
import { admit } from '../../src/admission/admit.ts';
import { parseReview, type Review } from '../../src/admission/review.ts';
import { createAppCatalogue } from '../../src/policy/app-catalogue.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { AppFile } from '../../src/policy/schemas.ts';
import { haproxySays } from '../../src/policy/web-servers/haproxy.ts';
import { parseHaproxy } from '../../src/policy/web-servers/haproxy-syntax.ts';
import { nginxSays } from '../../src/policy/web-servers/nginx.ts';
import { parseNginx } from '../../src/policy/web-servers/nginx-syntax.ts';
import { POD_ADDRESS } from '../../src/policy/web-servers/said.ts';
import { RULES } from '../../src/rules/index.ts';
import type { Corridor } from '../../src/verdict/corridor.ts';
import { corridorOf } from '../../test/support/corridor.ts';
import { ADD_ON_ON } from '../../test/support/facts.ts';
import {
  argocdServer,
  backendConfig,
  deployment,
  ingress,
  ingressOf,
  pathTo,
  type RawObject,
  service,
} from '../../test/support/objects.ts';
import { reviewOf } from '../../test/support/reviews.ts';

export interface Growth {
  readonly what: string;
  /** How many times as much it may cost. */
  readonly most: number;
  /** How often each is run in a round: left out, as often as what takes microseconds must be. */
  readonly runs?: number;
  /** Of which the least counts. */
  readonly rounds?: number;
  readonly once: () => unknown;
  readonly times: () => unknown;
}

const facts = ADD_ON_ON;
const SHIPPED = loadPolicy(
  undefined,
  RULES.map(({ id }) => id),
);

function admission(
  object: RawObject,
  neighbours: readonly RawObject[],
  changes: Partial<Corridor> = {},
): () => unknown {
  const read = parseReview(JSON.parse(JSON.stringify(reviewOf(object))));
  if (!read.ok) throw new TypeError('the review can be read');
  const review: Review = read.review;
  const corridor = corridorOf(neighbours, { facts, ...changes });
  return () => admit('validate', review, corridor);
}

/** An Ingress with its Service and its Deployment, in so many namespaces. */
function cluster(namespaces: number): readonly RawObject[] {
  return Array.from({ length: namespaces }, (_, index) => {
    const namespace = `team-${index}`;
    return [
      service({ namespace }),
      deployment({ namespace }),
      { ...plainIngress(), metadata: { name: 'web', namespace } },
    ];
  }).flat();
}

/** In so many namespaces an Ingress and a Service that name everything that can be named, each something of its own. */
function naming(namespaces: number): readonly RawObject[] {
  return Array.from({ length: namespaces }, (_, index) => {
    const namespace = `team-${index}`;
    return [namingService(namespace), deployment({ namespace }), namingIngress(namespace)];
  }).flat();
}

function namingIngress(namespace: string): RawObject {
  return ingress({
    namespace,
    class: 'gce',
    annotations: {
      'kubernetes.io/ingress.global-static-ip-name': `address-${namespace}`,
      'networking.gke.io/managed-certificates': 'web',
      'networking.gke.io/v1beta1.FrontendConfig': 'web',
    },
  });
}

function namingService(namespace: string): RawObject {
  return service({
    namespace,
    neg: `{"ingress": true, "exposed_ports": {"80": {"name": "neg-${namespace}"}}}`,
    annotations: { 'cloud.google.com/backend-config': '{"default": "web"}' },
  });
}

function plainIngress(): RawObject {
  return ingressOf([pathTo('/*', 'ImplementationSpecific')]);
}

/** Each path of it is refused. */
function badPaths(count: number): RawObject {
  return ingressOf(Array.from({ length: count }, (_, index) => pathTo(`/a*b${index}`, 'ImplementationSpecific')));
}

function manyApps(count: number): readonly AppFile[] {
  return Array.from({ length: count }, (_, index) => ({
    apiVersion: 'gke-ingress-guard.dev/v1',
    kind: 'App',
    id: `app-${index}`,
    name: `App ${index}`,
    match: { images: [`docker.io/owner-${index % 50}/app-${index}`], env: [`APP_${index}`] },
    settings: { tls: [{ flag: `--app-${index}-tls`, equals: 'true' }] },
    answers: [{ path: '*', when: ['tls'], status: 301, redirectsToHttps: true }],
    fix: 'Switch it off.',
    sources: ['bench'],
  }));
}

const ASKED = { port: 80, path: '/healthz', target: '/healthz', host: POD_ADDRESS };

/** What it answers: each rule asks for one condition, which has so many lines. */
function haproxyOf(count: number): () => unknown {
  const conditions = 'acl a path /x\n'.repeat(count);
  const rules = 'http-request deny if a a a\n'.repeat(count);
  const text = `defaults\nmode http\nfrontend f\nbind :80\n${conditions}${rules}`;
  return () => haproxySays(parseHaproxy(text) ?? [], ASKED);
}

function nginxOf(spaces: number): () => unknown {
  const text = `http { server { listen 80; if "(${' '.repeat(spaces)}" { return 301 https://x; } } }`;
  return () => nginxSays(parseNginx(text) ?? [], ASKED);
}

const FOUR_TIMES = [1, 2, 3, 4].flatMap((time) =>
  RULES.map((rule) => (time === 1 ? rule : { ...rule, id: `${rule.id}-${time}` })),
);
const { policy } = SHIPPED;
const modes = new Map(FOUR_TIMES.map(({ id }) => [id, policy.modes.get(id.replace(/-[2-4]$/, '')) ?? 'warn']));
const apps = createAppCatalogue([...SHIPPED.appFiles, ...manyApps(SHIPPED.appFiles.length * 9)]);

export const GROWTH: readonly Growth[] = [
  {
    // Rules are most of what judging does; most of them look at a field that is not there, and end.
    what: 'four times the rules, an Ingress that passes',
    most: 3.5,
    once: admission(plainIngress(), cluster(1)),
    times: admission(plainIngress(), cluster(1), { rules: FOUR_TIMES, policy: { ...policy, modes } }),
  },
  {
    what: 'ten times the apps, the Deployment of argocd-server',
    most: 1.5,
    once: admission(argocdServer(), cluster(1)),
    times: admission(argocdServer(), cluster(1), { apps }),
  },
  {
    what: 'ten times the objects, an Ingress that passes',
    most: 1.5,
    once: admission(plainIngress(), cluster(100)),
    times: admission(plainIngress(), cluster(1000)),
  },
  {
    what: 'ten times the objects, an Ingress that names an address, certificates and a FrontendConfig',
    most: 1.5,
    once: admission(namingIngress('shop'), naming(100)),
    times: admission(namingIngress('shop'), naming(1000)),
  },
  {
    what: 'ten times the objects, a Service that names NEGs and a BackendConfig',
    most: 1.5,
    once: admission(namingService('shop'), naming(100)),
    times: admission(namingService('shop'), naming(1000)),
  },
  {
    what: 'ten times the objects, a BackendConfig that a Service names',
    most: 1.5,
    once: admission(backendConfig({ name: 'web', namespace: 'shop' }), [namingService('shop'), ...naming(100)]),
    times: admission(backendConfig({ name: 'web', namespace: 'shop' }), [namingService('shop'), ...naming(1000)]),
  },
  {
    what: 'twice the empty lines of a haproxy.cfg',
    most: 3.5,
    runs: 20,
    once: () => parseHaproxy('\n'.repeat(30_000)),
    times: () => parseHaproxy('\n'.repeat(60_000)),
  },
  {
    what: 'twice the conditions, and the rules that ask for them, of a haproxy.cfg',
    most: 3.5,
    runs: 20,
    once: haproxyOf(450),
    times: haproxyOf(900),
  },
  {
    what: 'twice the spaces in a condition of an nginx.conf',
    most: 3.5,
    runs: 20,
    once: nginxOf(25_000),
    times: nginxOf(50_000),
  },
  {
    // The first ten of a rule are said.
    what: 'ten times the findings',
    most: 10,
    once: admission(badPaths(10), cluster(1)),
    times: admission(badPaths(100), cluster(1)),
  },
];
