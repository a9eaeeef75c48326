// What `check` found, before it is put into words: the one shape that every format is rendered from.
import type { JsonPatch } from '../admission/patch.ts';
import type { FactName } from '../facts/facts.ts';
import type { Finding } from '../judge/finding.ts';
import type { UnseenReference } from '../judge/references.ts';
import type { Unnamed } from '../judge/unnamed.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { NotFinal } from './not-final.ts';

export interface LocatedFinding {
  readonly finding: Finding;
  readonly file: string;
  readonly line: number;
}

interface Mutation {
  readonly object: KubernetesObject;
  readonly file: string;
  readonly patch: JsonPatch;
}

/** A fact that is not known, and how many objects it would have decided more about. */
export interface Undecided {
  readonly fact: FactName;
  readonly objects: number;
}

export interface CheckReport {
  /** Kubernetes objects read, of any kind. */
  readonly objects: number;
  readonly findings: readonly LocatedFinding[];
  /** Passed over because their object says so, with a reason. */
  readonly exempted: readonly LocatedFinding[];
  readonly mutations: readonly Mutation[];
  readonly undecided: readonly Undecided[];
  /** Named, but not among the objects, and not known to be absent. */
  readonly unseen: readonly UnseenReference[];
  /** Without effect until something names it, and not known to be missed. */
  readonly unnamed: readonly Unnamed[];
  /** What of the input is not what will be applied. */
  readonly notFinal: NotFinal;
  /** Rules whose cause is the cluster's. */
  readonly ofCluster: ReadonlySet<string>;
  /** Whether a cluster was asked beside the files. */
  readonly askedCluster: boolean;
}

/** Certain ones by severity, and all that are only possible. */
export interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly possible: number;
}

export function countFindings(findings: readonly Finding[]): Counts {
  const count = (severity: Finding['severity']): number =>
    findings.filter((finding) => finding.isCertain && finding.severity === severity).length;
  return {
    errors: count('error'),
    warnings: count('warning'),
    infos: count('info'),
    possible: findings.filter(({ isCertain }) => !isCertain).length,
  };
}

/** Where a rule is explained, from the root of the project. */
export function docsOf(rule: string): string {
  return `docs/rules/${rule}.md`;
}
