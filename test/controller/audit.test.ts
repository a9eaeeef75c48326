// The audit of `serve --audit` on the API server on which the controllers run: it finds a certain error where the controller
// refuses an Ingress, tells it at that Ingress or at what it is made of, and none where the controller serves without complaint.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CONTROLLER_DEFAULTS } from '../../src/facts/facts.ts';
import { collectionPath } from '../cluster/api-paths.ts';
import { logToStderr } from '../cluster/go-programs.ts';
import { type AuditEvent, type Auditor, type Found, startAuditor } from './audit.ts';
import { type Batch, batchesOf, type ControllerCase, type Flags } from './case.ts';
import { type ControllerCluster, type StoredObject, startControllerCluster, type Written } from './cluster.ts';
import { findPrograms, type Programs } from './programs.ts';
import { corpusCases } from './sources.ts';
import { specialCases } from './special-cases.ts';
import { storable } from './storable.ts';

const FLAGS: Flags = { ...CONTROLLER_DEFAULTS, enableIngressRegionalExternal: true };

/** Of one set of flags, and of the system's own default backend, so that one cluster has them all. */
function theBatch(): Batch {
  const cases = [...corpusCases(), ...specialCases()]
    .filter(({ flags }) => JSON.stringify(flags) === JSON.stringify(FLAGS))
    .map((one): ControllerCase => storable(one));
  const [largest] = batchesOf(cases, cases.length).toSorted((a, b) => b.cases.length - a.cases.length);
  if (largest === undefined) throw new Error('There are no cases.');
  return largest;
}

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** The controllers read their Pods, which are there; `serve` watches what makes Pods, and here nothing does. */
async function storeWorkloads({ store }: ControllerCluster, { cases }: Batch): Promise<void> {
  const workloads = cases
    .flatMap(({ objects }) => objects)
    // Special cases have some that no API server takes: only their Pods matter there.
    .filter(({ kind, spec }) => WORKLOADS.includes(kind) && spec?.['selector'] !== undefined);
  await Promise.all(workloads.map((one) => store.must('POST', collectionPath(one), one)));
}

let programs: Programs;
const running: { stop(): Promise<unknown> }[] = [];
let batch: Batch;
let written: Written;
let found: ReadonlyMap<string, Found>;

beforeAll(async () => {
  programs = await findPrograms();
  if (!programs.ok) return;
  const started = performance.now();
  batch = theBatch();
  const cluster: ControllerCluster = await startControllerCluster(programs.program, batch, logToStderr);
  running.push(cluster);
  await storeWorkloads(cluster, batch);
  const auditor: Auditor = await startAuditor(cluster, batch.flags);
  running.push(auditor);
  written = await cluster.settle();
  found = await auditor.found([...new Set(written.ingresses.map(({ metadata }) => metadata.namespace))]);
  const seconds = Math.round((performance.now() - started) / 1000);
  logToStderr(
    `${written.ingresses.length} Ingresses, ${written.ingresses.filter(isRefused).length} of them refused, ${seconds} s.`,
  );
});

afterAll(async () => {
  for (const one of running.toReversed()) await one.stop();
});

const SECRETS = 'the guard never reads Secrets';
const ASSUMED_OF_GOOGLE = 'the guard says it as possible only';

const nameOf = ({ metadata }: StoredObject): string =>
  `${caseOf(metadata.namespace)}, Ingress ${metadata.namespace}/${metadata.name}`;

const caseOf = (namespace: string): string =>
  batch.cases.find(({ objects }) => objects.some(({ metadata }) => metadata.namespace === namespace))?.name ?? '';

const errorOf = ({ metadata }: StoredObject): string =>
  written.syncs.ingresses[`${metadata.namespace}/${metadata.name}`]?.error ?? '';

/** Its last sync has failed, and it has said so in an Event. */
function isRefused(ingress: StoredObject): boolean {
  const { namespace, name } = ingress.metadata;
  const isTold = written.events.some(
    ({ type, involvedObject: of }) =>
      type === 'Warning' && of.kind === 'Ingress' && of.namespace === namespace && of.name === name,
  );
  return errorOf(ingress) !== '' && isTold;
}

/** At the Ingress, related to it, or at an object that it names. */
function isAbout({ regarding, related }: AuditEvent, { metadata, spec }: StoredObject): boolean {
  if (regarding.kind === 'Ingress') return regarding.name === metadata.name;
  if (related?.kind === 'Ingress' && related.name === metadata.name) return true;
  return JSON.stringify([metadata.annotations, spec]).includes(`"${regarding.name}"`);
}

function isToldAt(ingress: StoredObject): boolean {
  const { errors, events } = foundIn(ingress);
  return events.some((event) => errors.includes(event.rule) && isAbout(event, ingress));
}

const foundIn = ({ metadata }: StoredObject): Found => found.get(metadata.namespace) ?? { errors: [], events: [] };

function untoldInWords(ingress: StoredObject): string {
  const { errors, events } = foundIn(ingress);
  const told = events.map(({ rule, regarding, related }) => `${rule} at ${regarding.kind} (${related?.name ?? ''})`);
  return `${nameOf(ingress)}: ${errorOf(ingress)}; errors: ${errors.join()}; Events: ${told.join()}`;
}

/** Refused for what no manifest tells for certain, and so no error of the audit. */
const UNTELLABLE: readonly (readonly [inCase: string, why: string])[] = [
  ['corpus C13-iap-secret-key/broken', SECRETS],
  ['corpus C22-tls-secret-missing/broken', SECRETS],
  ['corpus C24-tls-secret-without-key/broken', SECRETS],
  [
    'corpus C20-no-front-end/broken',
    'the certificate may come, and its controller, which does not run here, attaches it',
  ],
  ['corpus C26-frontend-config-missing/broken', 'the load balancer is built without it, so it is a warning'],
  ['corpus G05-ssl-policy-on-internal/broken', ASSUMED_OF_GOOGLE],
  ['special sslPolicy on gce-internal', ASSUMED_OF_GOOGLE],
  [
    'special a Service without selector, and a Pod whose probe waits longer than its period',
    'whose probe counts is never certain where every Pod of the namespace does',
  ],
  ['special gce-multi-cluster, IPv6 only', 'no rule speaks of what another controller makes'],
];

/** A certain error all the same. */
const SERVED_BADLY: readonly (readonly [inCase: string, why: string])[] = [
  [
    'corpus C29-redirect-without-tls/broken',
    'it redirects to HTTPS, where nothing answers; the controller does not mind',
  ],
];

/** Of their cases, without what tells those of one cluster apart. */
const namesOf = (namespaces: readonly string[]): readonly string[] =>
  namespaces.map((namespace) => caseOf(namespace).replace(/ #\d+$/, '')).toSorted();

const isOf = (list: typeof UNTELLABLE, namespace: string): boolean =>
  list.some(([name]) => namesOf([namespace]).includes(name));

it('has an Event of a certain error for each Ingress that the controller refuses', ({ skip }) => {
  if (!programs.ok) return skip(programs.why);
  const refused = written.ingresses.filter(isRefused);
  expect(refused.length).toBeGreaterThan(20);
  const untold = refused.filter((ingress) => !isToldAt(ingress));
  const isKnown = ({ metadata }: StoredObject): boolean => isOf(UNTELLABLE, metadata.namespace);
  expect(untold.filter((one) => !isKnown(one)).map(untoldInWords)).toEqual([]);
  // What is reported after all has to leave the list.
  expect(namesOf(untold.map(({ metadata }) => metadata.namespace))).toEqual(
    UNTELLABLE.map(([name]) => name).toSorted(),
  );
});

it('has no certain error where the controller serves everything without complaint', ({ skip }) => {
  if (!programs.ok) return skip(programs.why);
  const byNamespace = Map.groupBy(written.ingresses, ({ metadata }) => metadata.namespace);
  const served = [...byNamespace].filter(([, ingresses]) =>
    ingresses.every((one) => errorOf(one) === '' && one.status?.loadBalancer?.ingress?.[0]?.ip !== undefined),
  );
  expect(served.length).toBeGreaterThan(20);
  const wrong = served.filter(([namespace]) => (found.get(namespace)?.errors ?? []).length > 0);
  const told = wrong.map(([namespace]) => `${caseOf(namespace)}: ${found.get(namespace)?.errors.join()}`);
  expect(told.filter((_, index) => !isOf(SERVED_BADLY, wrong[index]?.[0] ?? ''))).toEqual([]);
  expect(namesOf(wrong.map(([namespace]) => namespace))).toEqual(SERVED_BADLY.map(([name]) => name));
});
