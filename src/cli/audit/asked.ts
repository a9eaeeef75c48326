// What `audit` is asked for, and what of its findings that is.
import type { AuditedFinding, AuditSeverity } from '../../audit/audit.ts';
import type { Facts } from '../../facts/facts.ts';
import { type Finding, SEVERITIES } from '../../judge/finding.ts';
import type { CheckFormat } from '../../report/check-formats.ts';
import { RULES } from '../../rules/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Corridor } from '../../verdict/corridor.ts';
import type { LiveOptions } from '../cluster/cluster-reader.ts';
import type { FactSources } from '../cluster/gather-facts.ts';
import { EXIT, type ExitCode, today } from '../io.ts';

export interface AuditOptions extends FactSources {
  readonly live: LiveOptions;
  /** undefined for every one. */
  readonly namespace: string | undefined;
  /** Ids; none for every one. */
  readonly rules: readonly string[];
  readonly severity: AuditSeverity;
  readonly failOn: AuditSeverity;
  readonly watch: boolean;
  readonly policy: string | undefined;
  readonly format: CheckFormat | 'html';
  /** One line for each error and warning. */
  readonly quiet: boolean;
  /** Of the program. */
  readonly version: string;
}

export function corridorOf(
  { policy, apps }: Pick<Corridor, 'policy' | 'apps'>,
  facts: Facts,
  snapshot: Snapshot,
): Corridor {
  return { rules: RULES, policy, apps, facts, snapshot, today: today() };
}

export function isWanted({ finding }: AuditedFinding, { rules, severity }: AuditOptions): boolean {
  return (rules.length === 0 || rules.includes(finding.rule)) && isAtLeast(finding, severity);
}

export function exitCodeOf(findings: readonly Finding[], failOn: AuditSeverity): ExitCode {
  return findings.some((finding) => isAtLeast(finding, failOn)) ? EXIT.findings : EXIT.clean;
}

function isAtLeast({ severity }: Finding, limit: AuditSeverity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(limit);
}
