// How cert-manager gets the certificates that an annotated Ingress asks for, and what it makes on the way (cert-manager
// pkg/controller/certificate-shim/sync.go, pkg/issuer/acme/http).
import type { AcmeSolver } from '../kubernetes/cert-manager-objects.ts';
import type { Ingress, KubernetesObject } from '../kubernetes/objects.ts';
import type { StringMap } from '../kubernetes/read.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isMadeByCertManager } from './annotation-keys.ts';

/** The path of the challenge goes into the Ingress itself, and a temporary certificate is made first. */
export const EDIT_IN_PLACE = 'acme.cert-manager.io/http01-edit-in-place';
const ISSUER = 'cert-manager.io/issuer';
const CLUSTER_ISSUER = 'cert-manager.io/cluster-issuer';
const ISSUER_KIND = 'cert-manager.io/issuer-kind';
const ISSUER_GROUP = 'cert-manager.io/issuer-group';
const TLS_ACME = 'kubernetes.io/tls-acme';

const SOLVER_LABEL = 'acme.cert-manager.io/http01-solver';
const SOLVER_NAME = 'cm-acme-http-solver-';
const CHALLENGE_PATH = '/.well-known/acme-challenge/';

export function isEditedInPlace({ metadata: { annotations } }: Ingress): boolean {
  return isMadeByCertManager(annotations) && annotations[EDIT_IN_PLACE] === 'true';
}

export function isChallengePath(path: string): boolean {
  return path.startsWith(CHALLENGE_PATH);
}

export function isSolverName(name: string): boolean {
  return name.startsWith(SOLVER_NAME);
}

/**
 * An object that cert-manager makes for a challenge and takes away after it: nobody can change it. Its name and its paths count
 * as well as the label, which anybody may set.
 */
export function isOfSolver(object: KubernetesObject): boolean {
  if (object.metadata.labels[SOLVER_LABEL] !== 'true' || !isSolverName(object.metadata.name)) return false;
  return (
    object.kind !== 'Ingress' ||
    (object.defaultBackend === undefined &&
      object.rules.every(({ paths = [] }) => paths.every(({ path }) => isChallengePath(path))))
  );
}

/** Whether a Certificate, of an Ingress or of its own, fills the Secret. */
export function isFilledByCertManager({ metadata }: Ingress, secretName: string, snapshot: Snapshot): boolean {
  if (isMadeByCertManager(metadata.annotations)) return true;
  const { namespace } = metadata;
  return snapshot
    .namesIn('Certificate', namespace)
    .some((name) => snapshot.get('Certificate', namespace, name)?.secretName === secretName);
}

export type Challenge =
  /** None over HTTP, as far as is known: no Ingress of it, no ACME, or DNS-01. */
  | { readonly state: 'none' }
  /** Nobody has shown the issuer. */
  | { readonly state: 'unknown'; readonly key: string; readonly issuer: string }
  | {
      readonly state: 'http01';
      readonly key: string;
      readonly issuer: string;
      /** Of the first host that has one over HTTP-01. */
      readonly solver: AcmeSolver;
    };

export function planChallenge(ingress: Ingress, snapshot: Snapshot): Challenge {
  const { annotations, namespace } = ingress.metadata;
  const hosts = ingress.tls.flatMap(({ hosts: own, secretName }) => (secretName === '' ? [] : own));
  const [first] = hosts;
  if (!isMadeByCertManager(annotations) || first === undefined) return { state: 'none' };
  const named = issuerOf(annotations);
  if (named === undefined) return { state: 'unknown', key: TLS_ACME, issuer: 'the default issuer' };
  // Of another program, which alone knows what it does.
  if ((annotations[ISSUER_GROUP] ?? 'cert-manager.io') !== 'cert-manager.io') return { state: 'none' };
  const { key, kind, name } = named;
  const issuer = `${kind} "${name}"`;
  const object = kind === 'Issuer' ? snapshot.get(kind, namespace, name) : snapshot.get(kind, '', name);
  if (object === undefined) return { state: 'unknown', key, issuer };
  for (const host of hosts) {
    const solver = solverFor(host, ingress.metadata.labels, object.solvers ?? []);
    if (solver?.type === 'http01Ingress') return { state: 'http01', key, issuer, solver };
  }
  return { state: 'none' };
}

interface NamedIssuer {
  readonly key: string;
  readonly kind: 'Issuer' | 'ClusterIssuer';
  readonly name: string;
}

/** The cluster's issuer wins (issuerForIngressLike). */
function issuerOf(annotations: Readonly<Record<string, string>>): NamedIssuer | undefined {
  const cluster = annotations[CLUSTER_ISSUER] ?? '';
  if (cluster !== '') return { key: CLUSTER_ISSUER, kind: 'ClusterIssuer', name: cluster };
  const name = annotations[ISSUER] ?? '';
  if (name === '') return undefined;
  const isOfCluster = annotations[ISSUER_KIND] === 'ClusterIssuer';
  return { key: ISSUER, kind: isOfCluster ? 'ClusterIssuer' : 'Issuer', name };
}

/**
 * The most particular selector that matches: a name before a zone, the longer zone before the shorter, more labels before fewer,
 * no selector last (pkg/controller/acmeorders/util.go). A wildcard can only be proven by DNS. The Certificate has the labels of
 * the Ingress (pkg/controller/certificate-shim/sync.go buildCertificates).
 */
function solverFor(host: string, labels: StringMap, solvers: readonly AcmeSolver[]): AcmeSolver | undefined {
  let best: { readonly solver: AcmeSolver; readonly score: number } | undefined;
  for (const solver of solvers) {
    if (host.startsWith('*.') && solver.type === 'http01Ingress') continue;
    const asked = Object.entries(solver.matchLabels);
    if (asked.some(([key, value]) => labels[key] !== value)) continue;
    const score = scoreOf(host, solver);
    if (score === undefined) continue;
    const all = score * LABELS + Math.min(asked.length, LABELS - 1);
    if (best === undefined || all > best.score) best = { solver, score: all };
  }
  return best?.solver;
}

/** More than anybody asks for. */
const LABELS = 1000;

/** Longer than any zone. */
const NAME_SCORE = 1000;

function scoreOf(host: string, { dnsNames, dnsZones }: AcmeSolver): number | undefined {
  if (dnsNames.includes(host)) return NAME_SCORE;
  const zones = dnsZones.filter((zone) => host === zone || host.endsWith(`.${zone}`));
  if (zones.length > 0) return Math.max(...zones.map((zone) => zone.length));
  return dnsNames.length === 0 && dnsZones.length === 0 ? 0 : undefined;
}
