// The findings of a namespace as one report: what Policy Reporter, Rancher and others show of a cluster. It holds nothing that
// changes by itself, so that it is written only when a finding has changed.
import { ANSWER_SOURCES } from '../judge/answer-source.ts';
import { type Finding, SEVERITIES } from '../judge/finding.ts';
import { docsOf } from '../judge/rule-page.ts';
import { formatName, formatPath, isSameName, referenceTo } from '../kubernetes/field-path.ts';
import { singleLine } from '../kubernetes/plain-text.ts';
import { shellCommand } from '../shell-quote.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { AuditedFinding } from './audit.ts';
import { keyOfFinding } from './current-findings.ts';
import { type ObjectReference, objectToChange, referenceOf } from './event.ts';

export const SOURCE = 'gke-ingress-guard';
const CATEGORY = 'GKE Ingress';

export interface ReportLimits {
  readonly results: number;
  /** Of all results as JSON. */
  readonly bytes: number;
  /** Of one rule about one object; the others come after everything else. */
  readonly perRuleAndObject: number;
}

/** etcd takes 1.5 MiB at once (--max-request-bytes), and dashboards read the reports of all namespaces together. */
export const REPORT_LIMITS: ReportLimits = { results: 500, bytes: 256 * 1024, perRuleAndObject: 10 };

/** One of `results[]`, the same in both APIs. */
export interface ReportResult {
  readonly source: string;
  readonly policy: string;
  readonly category: string;
  readonly result: 'fail' | 'warn' | 'skip';
  readonly severity?: 'high' | 'medium';
  /** "Warn provides the count of non-scored policies whose requirements were not met" (reports-api, ReportSummary). */
  readonly scored: boolean;
  readonly message: string;
  readonly resources?: readonly ObjectReference[];
  readonly properties?: Readonly<Record<string, string>>;
}

/** What a report says, without when: the same for the same findings. */
export interface ReportContent {
  readonly results: readonly ReportResult[];
  readonly summary: Readonly<Record<'pass' | 'fail' | 'warn' | 'error' | 'skip', number>>;
  /** Findings that have no result of their own. */
  readonly beyond: number;
}

/** @returns undefined where there is nothing to report */
export function reportOf(
  namespace: string,
  found: readonly AuditedFinding[],
  snapshot: Snapshot,
  limits: ReportLimits = REPORT_LIMITS,
): ReportContent | undefined {
  const findings = inOrder(found, limits.perRuleAndObject);
  if (findings.length === 0) return undefined;
  const results: ReportResult[] = [];
  let bytes = 0;
  let misfits = 0;
  for (const finding of findings) {
    // One that is too large is passed over; where many are, there is no room, and thousands need not be tried.
    if (results.length >= limits.results || misfits > MAX_MISFITS) break;
    const result = resultOf(finding, snapshot);
    const size = Buffer.byteLength(JSON.stringify(result)) + TIMESTAMP_BYTES;
    // Half a command is worthless: what does not fit whole is left out.
    if (bytes + size > limits.bytes) {
      misfits += 1;
      continue;
    }
    bytes += size;
    results.push(result);
  }
  const beyond = findings.length - results.length;
  const fail = findings.filter(({ severity }) => severity === 'error').length;
  return {
    results: beyond === 0 ? results : [...results, moreResult(namespace, beyond)],
    summary: { pass: 0, fail, warn: findings.length - fail, error: 0, skip: beyond === 0 ? 0 : 1 },
    beyond,
  };
}

const MAX_MISFITS = 20;

/** `,"timestamp":{"nanos":0,"seconds":1764362400}` */
const TIMESTAMP_BYTES = 48;

/** Each problem once. What is worst comes first, and no object fills the report alone. */
function inOrder(found: readonly AuditedFinding[], perRuleAndObject: number): readonly Finding[] {
  const byKey = new Map(found.map(({ finding }) => [keyOfFinding(finding), finding]));
  const counts = new Map<string, number>();
  const ranked = [...byKey]
    .map(([key, finding]) => ({ key, finding, severity: SEVERITIES.indexOf(finding.severity) }))
    .toSorted((a, b) => a.severity - b.severity || compare(a.key, b.key))
    .map(({ finding }) => {
      const group = `${finding.rule}\0${formatName(referenceTo(finding.object))}`;
      const count = (counts.get(group) ?? 0) + 1;
      counts.set(group, count);
      return { finding, isOneOfMany: count > perRuleAndObject };
    });
  const some = ranked.filter(({ isOneOfMany }) => !isOneOfMany);
  const others = ranked.filter(({ isOneOfMany }) => isOneOfMany);
  return [...some, ...others].map(({ finding }) => finding);
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function resultOf(finding: Finding, snapshot: Snapshot): ReportResult {
  const { rule, severity, object, owner, message, note } = finding;
  const resource = referenceOf(objectToChange(owner, object, snapshot));
  const told = referenceTo(object);
  const where = isSameName(told, resource) ? '' : `${formatName(told)}: `;
  const isError = severity === 'error';
  return {
    source: SOURCE,
    policy: rule,
    category: CATEGORY,
    result: isError ? 'fail' : 'warn',
    severity: isError ? 'high' : 'medium',
    scored: isError,
    message: singleLine(`${where}${message}${note === '' ? '' : ` ${note}`}`),
    resources: [resource],
    properties: propertiesOf(finding, resource),
  };
}

/** Never `elsewhere`: who reads the reports of a namespace need not see others. */
function propertiesOf(finding: Finding, resource: ObjectReference): Readonly<Record<string, string>> {
  const { rule, isCertain, object, path, answeredBy, fix, places } = finding;
  const told = referenceTo(object);
  const ingresses = places
    .map(({ ingress }) => referenceTo(ingress))
    .filter((ingress) => ingress.namespace === resource.namespace && !isSameName(ingress, resource))
    .map(({ name }) => name);
  return {
    ...(answeredBy === undefined ? {} : { answer: ANSWER_SOURCES[answeredBy] }),
    certainty: isCertain ? 'certain' : 'possible',
    docs: docsOf(rule),
    fix: singleLine(fix.text),
    path: singleLine(formatPath(path)),
    ...(isSameName(told, resource) ? {} : { object: formatName(told) }),
    ...(ingresses.length === 0 ? {} : { ingress: namesInWords(ingresses) }),
  };
}

const MAX_NAMED = 10;

function namesInWords(names: readonly string[]): string {
  const all = [...new Set(names)].toSorted();
  const shown = all.slice(0, MAX_NAMED).join(', ');
  return all.length > MAX_NAMED ? `${shown} and ${all.length - MAX_NAMED} more` : shown;
}

function moreResult(namespace: string, count: number): ReportResult {
  const command = shellCommand(['gke-ingress-guard', 'audit', `--namespace=${namespace}`]);
  return {
    source: SOURCE,
    policy: SOURCE,
    category: CATEGORY,
    result: 'skip',
    scored: false,
    message: `and ${count} more, for which a report has no room: ${command} prints all`,
  };
}
