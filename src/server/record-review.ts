// What stays of a review: its metrics and one line in the log.
import type { Logger } from 'pino';
import { type Admission, subjectOf, type Webhook } from '../admission/admit.ts';
import { isAny } from '../admission/left-out.ts';
import type { Review } from '../admission/review.ts';
import type { RankedFinding } from '../verdict/verdict.ts';
import { clip } from './answer.ts';
import type { Metrics } from './metrics.ts';

export interface RecordDependencies {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Called for each finding once the answer is on its way. */
  readonly onFinding?: ((found: RankedFinding) => void) | undefined;
}

/** An object may have thousands; a line of the log has as many as fit a screen, and says how many more there are. */
const MAX_LOGGED_FINDINGS = 20;

export function recordReview(
  webhook: Webhook,
  review: Review,
  { answer, findings, patch, failures, leftOut }: Admission,
  durationMs: number,
  { logger, metrics, onFinding }: RecordDependencies,
): void {
  const { allowed } = answer.response;
  metrics.admission(webhook, review.kind.kind, allowed, durationMs / 1000);
  for (const found of findings) {
    metrics.finding(found, review.isDryRun);
    onFinding?.(found);
  }
  if (patch !== undefined) metrics.injected(review.isDryRun);
  if (isAny(leftOut)) metrics.leftOut(!leftOut.isUndecided);
  for (const { rule, error } of failures) {
    metrics.ruleFailed(rule);
    logger.error({ err: error, rule, ...loggedObject(review) }, 'a rule failed');
  }
  // What is undefined is not in the line.
  logger.info(
    {
      webhook,
      operation: review.operation,
      ...loggedObject(review),
      dryRun: review.isDryRun || undefined,
      allowed,
      patched: patch === undefined ? undefined : true,
      findings: findings.length === 0 ? undefined : loggedFindings(findings),
      moreFindings: findings.length > MAX_LOGGED_FINDINGS ? findings.length - MAX_LOGGED_FINDINGS : undefined,
      leftOut: isAny(leftOut) ? leftOut : undefined,
      durationMs: Math.round(durationMs * 1000) / 1000,
    },
    'review',
  );
}

function loggedFindings(findings: readonly RankedFinding[]): readonly string[] {
  return findings.slice(0, MAX_LOGGED_FINDINGS).map(({ finding, outcome }) => `${finding.rule}:${outcome}`);
}

/** Which object it was about, and never what is in it. */
export function loggedObject(review: Review): Readonly<Record<string, string>> {
  const { kind, namespace, name } = subjectOf(review);
  return { uid: clip(review.uid), kind: clip(kind), namespace: clip(namespace), name: clip(name) };
}
