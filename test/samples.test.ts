// What Google's pages and recipes document as working, rebuilt: nobody may hear an error or a warning about it, neither
// from `check` nor from the webhook. An info is allowed where the table says why.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { admit } from '../src/admission/admit.ts';
import { parseReview } from '../src/admission/review.ts';
import { createSnapshot, emptySnapshot, type Snapshot } from '../src/snapshot/snapshot.ts';
import { check, directoryOf } from './cli/support.ts';
import { corridorOf, parsed } from './support/corridor.ts';
import { factsOf } from './support/facts.ts';
import { ingress, type RawObject } from './support/objects.ts';
import { reviewOf } from './support/reviews.ts';

const SAMPLES = fileURLToPath(new URL('samples', import.meta.url));
const KNOWN = { httpLoadBalancing: 'enabled', vpcNative: true };

/** True of every Pod behind a NEG that stops at once: Google documents the 502s and leaves preStop to the reader. */
const ROLLOUT = 'neg-rollout-unprotected';

/** The infos of each sample, `kind/name rule`, and nothing else; a sample that is not named has none. */
const INFOS: Readonly<Record<string, readonly string[]>> = {
  'argocd.yaml': [`Deployment/argocd-server ${ROLLOUT}`],
  'backend-features.yaml': [`Deployment/site ${ROLLOUT}`],
  'health-check.yaml': [`Deployment/api ${ROLLOUT}`],
  // Nobody can see in a manifest that echoserver speaks TLS on 8443, nor what it answers.
  'http2.yaml': ['Deployment/echo probe-missing', 'Service/echo http2-needs-tls'],
  'https-redirect.yaml': [`Deployment/front ${ROLLOUT}`],
  'https-to-pods.yaml': [`Deployment/sealed ${ROLLOUT}`],
  'ingress-and-standalone-neg.yaml': [`Deployment/both ${ROLLOUT}`],
  'internal-pre-shared.yaml': [`Deployment/inside ${ROLLOUT}`],
  'internal-tls-static-ip.yaml': [`Deployment/inside ${ROLLOUT}`],
  'internal.yaml': [`Deployment/inside ${ROLLOUT}`],
  // True of every new one until Google has issued the certificate.
  'managed-certificate-https-only.yaml': [`Deployment/portal ${ROLLOUT}`, 'Ingress/portal redirect-before-certificate'],
  'network-policy.yaml': [`Deployment/walled ${ROLLOUT}`],
  'prefix-paths.yaml': [`Deployment/shop ${ROLLOUT}`, `Deployment/basket ${ROLLOUT}`],
  // What the app answers on the port that PORT names is not known; /kube beside "/*" is meant, but not for /kube/more.
  'two-services.yaml': [
    'Deployment/world probe-missing',
    'Deployment/kube probe-missing',
    'Ingress/fan-out path-matches-root-only',
  ],
  'whereami-recipe.yaml': [`Deployment/whereami ${ROLLOUT}`],
};

/** Behind a NEG only once the annotation is injected, which needs the facts. */
const INFOS_WITH_FACTS: typeof INFOS = { ...INFOS, 'injected.yaml': [`Deployment/plain ${ROLLOUT}`] };

/** What another cluster would make of it, where nothing is known of this one. */
const WITHOUT_FACTS: typeof INFOS = {
  ...INFOS,
  'class-less.yaml': ['possible warning: Ingress/class-less ingress-class-missing'],
  'injected.yaml': ['possible error: Service/plain cluster-ip-without-neg'],
};

const samples = readdirSync(SAMPLES);

async function checked(name: string, words: readonly string[]): Promise<{ code: number; findings: readonly string[] }> {
  const { code, document } = await check(SAMPLES, [name], words);
  const findings = document.findings.map(({ rule, severity, certain, object: { kind, name: of } }) => {
    const what = `${kind}/${of} ${rule}`;
    return severity === 'info' ? what : `${certain ? '' : 'possible '}${severity}: ${what}`;
  });
  return { code, findings };
}

function objectsOf(name: string): readonly RawObject[] {
  const text = readFileSync(`${SAMPLES}/${name}`, 'utf8');
  return parseAllDocuments(text, { schema: 'core' }).map((document): RawObject => document.toJS());
}

interface Heard {
  readonly isAllowed: boolean;
  /** Rules that found more than an info: infos have their table above. */
  readonly loud: readonly string[];
}

/** What the webhook says of a creation. */
function answerTo(object: RawObject, snapshot: Snapshot, known: RawObject = KNOWN): Heard {
  const review = parseReview(reviewOf(object));
  if (!review.ok) throw new TypeError(`no review: ${review.detail}`);
  const { answer, findings } = admit('validate', review.review, corridorOf([], { facts: factsOf(known), snapshot }));
  const loud = findings.filter(({ finding }) => finding.severity !== 'info').map(({ finding }) => finding.rule);
  return { isAllowed: answer.response.allowed, loud };
}

it('has the samples that the table speaks of', () => {
  expect(samples).toEqual(expect.arrayContaining(Object.keys(INFOS_WITH_FACTS)));
});

it.each([
  ['off', 'disabled'],
  ['not known', undefined],
])('refuses no Ingress without class that another controller may serve, the add-on being %s', (_, addOn) => {
  const dotted = ingress({ name: 'shop.example.com', namespace: 'shop' });
  expect(answerTo(dotted, emptySnapshot(), { httpLoadBalancing: addOn }).isAllowed).toBe(true);
});

describe.each(samples)('%s', (name) => {
  it('passes on a cluster with the add-on, VPC-native', async () => {
    const facts = `${directoryOf({})}/facts.yaml`;
    writeFileSync(facts, JSON.stringify({ apiVersion: 'gke-ingress-guard.dev/v1', kind: 'ClusterFacts', ...KNOWN }));
    expect(await checked(name, ['--facts', facts])).toEqual({ code: 0, findings: INFOS_WITH_FACTS[name] ?? [] });
  });

  it('passes where nothing is known of the cluster', async () => {
    expect(await checked(name, [])).toEqual({ code: 0, findings: WITHOUT_FACTS[name] ?? [] });
  });

  it('passes the webhook, each object by itself and beside the others', () => {
    const objects = objectsOf(name);
    const quiet = objects.map(() => ({ isAllowed: true, loud: [] }));
    expect(objects.map((object) => answerTo(object, emptySnapshot()))).toEqual(quiet);
    // GKE, or the guard, has injected by then what this sample leaves out.
    if (name === 'injected.yaml') return;
    const stored = createSnapshot(objects.map(parsed), 'listed');
    expect(objects.map((object) => answerTo(object, stored))).toEqual(quiet);
  });
});
