// What the doctor judges: the objects of one installation of the guard, each with whether it could be looked at. It is
// filled from manifests (from-manifests.ts) or by asking an API server (cluster/installation.ts); checks only read it.

import { type Facts, NO_FACTS } from '../facts/facts.ts';
import { parseFactsFile } from '../facts/facts-file.ts';
import { at, type JsonObject, stringMapOf, textOr } from '../kubernetes/read.ts';
import type { Fix } from './fix.ts';
import { readGuardPod } from './guard-pod.ts';

/** Something that was looked at, or why it could not be, and the command that shows it to somebody who may. */
export type Look<T> =
  | { readonly seen: true; readonly value: T }
  | { readonly seen: false; readonly reason: string; readonly command: Fix };

/** One permission, as a SubjectAccessReview asks for it. No namespace means all of them. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

/**
 * What suffers without a right: what the guard knows, its certificate, its audit, the reports of that, what it reads of mounted
 * configurations, what was learned of apps, or the asker, which learns it.
 */
export type Purpose = 'view' | 'certificate' | 'audit' | 'reports' | 'mounted-config' | 'learned' | 'ask';

export interface NeededRight {
  /** Name of the ServiceAccount that needs it, in the namespace of the guard. */
  readonly account: string;
  readonly right: Right;
  readonly purpose: Purpose;
}

export interface RightAnswer extends NeededRight {
  readonly isAllowed: boolean;
}

/** Objects that an installation has once, each known by its name. */
export const SINGLES = [
  'mutating',
  'validating',
  'namespace',
  'service',
  'deployment',
  'serviceAccount',
  'secret',
] as const;

export type Single = (typeof SINGLES)[number];
/** Kinds of which there may be none or many. */
export type Listed =
  | 'configMaps'
  // EndpointSlices of the API servers, and Pods of the tunnel by which they reach the nodes, where there is one.
  | 'controlPlane'
  // The Deployment of keep-certificate.
  | 'keepers'
  // The Deployment of the asker, and the ConfigMap that it writes.
  | 'askers'
  | 'learned'
  | 'budgets'
  | 'networkPolicies'
  | 'endpointSlices'
  | 'pods'
  | 'certificates'
  | 'rbac'
  | 'namespaces'
  | 'foreignWebhooks'
  | 'classConstraints';

export interface GuardName {
  readonly namespace: string;
  /** Of the Deployment, the Service and both webhook configurations. */
  readonly name: string;
}

export interface Clocks {
  /** The API server's Date header: whole seconds, in milliseconds since the epoch. */
  readonly serverMs: number;
  /** This machine's, when the answer came. */
  readonly localMs: number;
}

export interface Installation
  extends Readonly<Record<Single, Look<JsonObject | undefined>>>,
    Readonly<Record<Listed, Look<readonly JsonObject[]>>> {
  readonly origin: 'cluster' | 'files';
  readonly guard: GuardName;
  /** By which certificates are judged, in milliseconds since the epoch. */
  readonly nowMs: number;
  readonly clocks: Look<Clocks>;
  /** What the ServiceAccounts may do, of what they need. */
  readonly rights: Look<readonly RightAnswer[]>;
}

const EMPTY: JsonObject = Object.freeze({});

/** An object that the check `needs`; so it is there when the check runs. */
export function need<S extends Single>(installation: Pick<Installation, S>, single: S): JsonObject {
  const look: Look<JsonObject | undefined> = installation[single];
  return look.seen ? (look.value ?? EMPTY) : EMPTY;
}

/** A list that the check `reads`; so it was looked at when the check runs. */
export function listed(installation: Installation, list: Listed): readonly JsonObject[] {
  const look = installation[list];
  return look.seen ? look.value : [];
}

/** Kind/namespace/name, as findings name objects. */
export function subjectOf(object: JsonObject): string {
  const namespace = textOr(at(object, 'metadata', 'namespace'), '');
  const parts = [textOr(at(object, 'kind'), 'Object'), namespace, nameOf(object)];
  return parts.filter((part) => part !== '').join('/');
}

export function nameOf(object: JsonObject): string {
  return textOr(at(object, 'metadata', 'name'), '');
}

export function isIn(object: JsonObject, namespace: string): boolean {
  // Manifests may leave it to kustomize or to kubectl -n.
  return textOr(at(object, 'metadata', 'namespace'), namespace) === namespace;
}

export interface ConfigFile {
  readonly configMap: string;
  /** Its name in the directory that the guard reads. */
  readonly file: string;
  readonly text: string;
}

/** The files that the guard finds below a directory, as far as they come from ConfigMaps. */
export function mountedFiles(installation: Installation, directory: string): readonly ConfigFile[] {
  const { mounts } = readGuardPod(need(installation, 'deployment'));
  return mounts.flatMap(({ path, configMap, items }) => {
    const object = listed(installation, 'configMaps').find((candidate) => nameOf(candidate) === configMap);
    if (configMap === undefined || object === undefined) return [];
    const base = path.endsWith('/') ? path : `${path}/`;
    return Object.entries(stringMapOf(at(object, 'data'))).flatMap(([key, text]) => {
      const full = `${base}${items === undefined ? key : items.get(key)}`;
      if (items !== undefined && !items.has(key)) return [];
      return full.startsWith(`${directory}/`) ? [{ configMap, file: full.slice(directory.length + 1), text }] : [];
    });
  });
}

export interface FactsRead {
  readonly facts: Facts;
  readonly configMap: string | undefined;
  /** What is wrong with the file, if anything. */
  readonly fault: string | undefined;
}

/** The facts file that the guard mounts; unknown where there is none or it cannot be read. */
export function readMountedFacts(installation: Installation): FactsRead {
  const path = readGuardPod(need(installation, 'deployment')).flags.get('--facts');
  if (path === undefined) return { facts: NO_FACTS, configMap: undefined, fault: undefined };
  const directory = path.slice(0, path.lastIndexOf('/'));
  const name = path.slice(directory.length + 1);
  const found = mountedFiles(installation, directory).find(({ file }) => file === name);
  if (found === undefined) return { facts: NO_FACTS, configMap: undefined, fault: undefined };
  try {
    const facts = parseFactsFile(found.text, name, installation.nowMs);
    return { facts, configMap: found.configMap, fault: undefined };
  } catch (error) {
    const fault = error instanceof Error && 'detail' in error ? String(error.detail) : String(error);
    return { facts: NO_FACTS, configMap: found.configMap, fault };
  }
}
