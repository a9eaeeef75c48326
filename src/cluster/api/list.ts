// Lists in pages, so that no answer, however large the cluster, holds the event loop or the memory for long.
import { at, isJsonObject, type JsonObject, objectsOf, textOr } from '../../kubernetes/read.ts';
import type { ClusterConnection } from './connection.ts';
import { type Collection, collectionPath, typed } from './resources.ts';

export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Objects a page. */
  readonly limit?: number;
}

export interface Page {
  /** As the API server gave them; lists leave apiVersion and kind out, here they are put in. */
  readonly items: readonly JsonObject[];
  /** Of the whole list, the same on each page; where a watch goes on. */
  readonly resourceVersion: string;
}

/** A page of Deployments is then about half a megabyte, which parses in a few milliseconds. */
const PAGE_OBJECTS = 150;

/** @throws ApiError, 410 where a later page is asked for too late */
export async function* listPages(
  connection: ClusterConnection,
  resource: Collection,
  { namespace, fieldSelector, signal, limit = PAGE_OBJECTS }: ListOptions = {},
): AsyncGenerator<Page> {
  for (let next = ''; ; ) {
    const list = await connection.request({
      path: collectionPath(resource, namespace),
      query: {
        limit: String(limit),
        ...(next === '' ? {} : { continue: next }),
        ...(fieldSelector === undefined ? {} : { fieldSelector }),
      },
      ...(signal === undefined ? {} : { signal }),
    });
    const items = objectsOf(at(list, 'items')).filter(isJsonObject);
    yield {
      items: items.map((item) => typed(item, resource)),
      resourceVersion: textOr(at(list, 'metadata', 'resourceVersion'), ''),
    };
    next = textOr(at(list, 'metadata', 'continue'), '');
    if (next === '') return;
  }
}
