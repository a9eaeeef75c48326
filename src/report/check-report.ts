// What `check` found, before it is put into words: the one shape that every format is rendered from.
import type { JsonPatch } from '../admission/patch.ts';
import type { FactName } from '../facts/facts.ts';
import { type Finding, SEVERITIES, type Severity } from '../judge/finding.ts';
import type { UnseenReference } from '../judge/references.ts';
import type { Rule } from '../judge/rule.ts';
import type { Unnamed } from '../judge/unnamed.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { NotFinal } from './not-final.ts';

/** What is marked in a line; columns count UTF-16 code units from 1. */
export interface SourceMark {
  readonly column: number;
  /** Behind the last one. */
  readonly endColumn: number;
  /** The line itself; undefined where nothing narrower than an object is meant. */
  readonly source: string | undefined;
}

export interface LocatedFinding {
  readonly finding: Finding;
  /** "" for an object of a cluster, which stands in no file. */
  readonly file: string;
  readonly line: number;
  readonly mark: SourceMark;
}

/** A finding about an object of a cluster. */
export function inNoFile(finding: Finding): LocatedFinding {
  return { finding, file: '', line: 0, mark: { column: 1, endColumn: 1, source: undefined } };
}

/** A file, or a part of one, that is not judged. */
export interface Unread {
  readonly file: string;
  readonly line: number | undefined;
  readonly message: string;
}

export interface JudgedObject {
  readonly object: KubernetesObject;
  readonly file: string;
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
  /** Those that rules looked at. */
  readonly judged: readonly JudgedObject[];
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
  readonly unread: readonly Unread[];
  /** Every rule that was asked. */
  readonly rules: readonly Rule[];
  /** From this severity on, what is certain makes the command fail. */
  readonly failOn: Severity;
  /** That relative paths count from. */
  readonly directory: string;
}

export function isFailing({ failOn }: Pick<CheckReport, 'failOn'>, { isCertain, severity }: Finding): boolean {
  return isCertain && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(failOn);
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
