// A report beside what is stored of it: whether they say the same, whose it is, and what is written in its place.
import { createHash } from 'node:crypto';
import { at, isJsonObject, type JsonObject, objectsOf, optionalInteger } from '../kubernetes/read.ts';
import { apiVersionOf, MANAGED_BY, REPORT_NAME, type ReportKind } from '../kubernetes/report-kinds.ts';
import { compare, type ReportContent, SOURCE } from './namespace-report.ts';

/** The same for reports that say the same, whatever the order of fields in which an API server gives one. */
export function digestOf(content: Pick<ReportContent, 'results' | 'summary'>): string {
  const { results, summary } = content;
  return createHash('sha256').update(canonical({ results, summary })).digest('base64');
}

/** Of a report that is stored. */
export function digestOfStored(stored: JsonObject): string {
  const results = objectsOf(stored['results']).map(({ timestamp: _, ...result }) => result);
  return createHash('sha256')
    .update(canonical({ results, summary: stored['summary'] }))
    .digest('base64');
}

/** JSON with its keys in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isJsonObject(inner) ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => compare(a, b))) : inner,
  );
}

/** Whoever else has a report of this name did not mark it so. */
export function isOwnReport(stored: unknown): boolean {
  return at(stored, 'metadata', 'name') === REPORT_NAME && at(stored, 'metadata', 'labels', MANAGED_BY) === SOURCE;
}

/**
 * The body that creates the report, or replaces what is stored.
 *
 * @param stored its results keep their time where they say the same
 */
export function reportBody(
  kind: ReportKind,
  namespace: string,
  { results, summary }: ReportContent,
  stored: JsonObject | undefined,
  nowMs: number,
): JsonObject {
  const metadata = at(stored, 'metadata');
  const labels = at(metadata, 'labels');
  const since = timesOf(stored);
  const now = Math.floor(nowMs / 1000);
  return {
    ...stored,
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: {
      ...(isJsonObject(metadata) ? metadata : { namespace, name: REPORT_NAME }),
      labels: { ...(isJsonObject(labels) ? labels : {}), [MANAGED_BY]: SOURCE },
    },
    ...(kind.hasSource ? { source: SOURCE } : {}),
    results: results.map((result) => ({
      ...result,
      timestamp: { seconds: since.get(canonical(result)) ?? now, nanos: 0 },
    })),
    summary,
  };
}

/** Whether something that is stored would be said no more. */
export function takesAway(stored: JsonObject | undefined, content: ReportContent | undefined): boolean {
  if (stored === undefined) return false;
  const said = new Set(content?.results.map(canonical));
  return content === undefined || [...timesOf(stored).keys()].some((result) => !said.has(result));
}

function timesOf(stored: JsonObject | undefined): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { timestamp, ...result } of objectsOf(at(stored, 'results'))) {
    const seconds = optionalInteger(at(timestamp, 'seconds'));
    if (seconds !== undefined) times.set(canonical(result), seconds);
  }
  return times;
}
