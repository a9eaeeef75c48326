// Reads and writes the guard's reports: always by their one name, which is all that its rights are for.

import { at, isJsonObject, type JsonObject, objectsOf, optionalText } from '../../kubernetes/read.ts';
import { apiVersionOf, REPORT_KINDS, REPORT_NAME, type ReportKind } from '../../kubernetes/report-kinds.ts';
import { ApiError, type ClusterConnection } from './connection.ts';
import { listPages, type Page } from './list.ts';
import { type Collection, collectionPath } from './resources.ts';

const TIMEOUT_MS = 10_000;
/** Where they are full, a page is two megabytes; listPages asks for fewer where it is more. */
const PAGE_REPORTS = 8;

/** @returns those of which the API server takes objects, the newer API first @throws ApiError */
export async function findReportKinds(
  connection: ClusterConnection,
  signal: AbortSignal,
): Promise<readonly ReportKind[]> {
  const found: ReportKind[] = [];
  for (const kind of REPORT_KINDS) if (await isServed(connection, kind, signal)) found.push(kind);
  return found;
}

async function isServed(connection: ClusterConnection, kind: ReportKind, signal: AbortSignal): Promise<boolean> {
  const path = `/apis/${apiVersionOf(kind)}`;
  const answer = await absentAsUndefined(connection.request({ path, signal, timeoutMs: TIMEOUT_MS }));
  return objectsOf(at(answer, 'resources')).some((resource) => at(resource, 'name') === kind.plural);
}

/** Of all namespaces. @throws ApiError */
export function listReports(
  connection: ClusterConnection,
  kind: ReportKind,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  const fieldSelector = `metadata.name=${REPORT_NAME}`;
  return listPages(connection, collectionOf(kind), { fieldSelector, signal, limit: PAGE_REPORTS });
}

/** @returns undefined where there is none @throws ApiError */
export async function readReport(
  connection: ClusterConnection,
  kind: ReportKind,
  namespace: string,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  const path = pathOf(kind, namespace);
  const stored = await absentAsUndefined(connection.request({ path, signal, timeoutMs: TIMEOUT_MS }));
  return isJsonObject(stored) ? stored : undefined;
}

/** @throws ApiError, 409 where one has been created meanwhile */
export async function createReport(
  connection: ClusterConnection,
  kind: ReportKind,
  namespace: string,
  body: JsonObject,
  signal: AbortSignal,
): Promise<void> {
  const path = collectionPath(collectionOf(kind), namespace);
  await connection.request({ method: 'POST', path, body, signal, timeoutMs: TIMEOUT_MS });
}

/** @param body with the resourceVersion that was read @throws ApiError, 409 where it has changed since */
export async function replaceReport(
  connection: ClusterConnection,
  kind: ReportKind,
  namespace: string,
  body: JsonObject,
  signal: AbortSignal,
): Promise<void> {
  await connection.request({ method: 'PUT', path: pathOf(kind, namespace), body, signal, timeoutMs: TIMEOUT_MS });
}

/** Deletes the one that was read, and no other. @throws ApiError, 409 where it has changed since */
export async function deleteReport(
  connection: ClusterConnection,
  kind: ReportKind,
  namespace: string,
  stored: JsonObject,
  signal: AbortSignal,
): Promise<void> {
  const text = (field: string): string | undefined => optionalText(at(stored, 'metadata', field));
  const preconditions = { uid: text('uid'), resourceVersion: text('resourceVersion') };
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions };
  const path = pathOf(kind, namespace);
  await absentAsUndefined(connection.request({ method: 'DELETE', path, body, signal, timeoutMs: TIMEOUT_MS }));
}

function pathOf(kind: ReportKind, namespace: string): string {
  return `${collectionPath(collectionOf(kind), namespace)}/${REPORT_NAME}`;
}

function collectionOf({ group, version, kind, plural }: ReportKind): Collection {
  return { group, version, kind, plural, isNamespaced: true, isCustom: true };
}

async function absentAsUndefined(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
