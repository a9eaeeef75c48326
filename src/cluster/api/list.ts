// Lists in pages, so that no answer, however large the cluster, holds the event loop or the memory for long.
import { at, isJsonObject, type JsonObject, objectsOf, textOr } from '../../kubernetes/read.ts';
import { ApiError, type ClusterConnection } from './connection.ts';
import { AnswerTooLarge, MAX_OBJECT_BYTES } from './read-answer.ts';
import { type Collection, collectionPath, typed } from './resources.ts';

export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly labelSelector?: string | undefined;
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
/** Four times that. What has more comes in smaller pages, down to one object, whatever size the API server takes it in. */
const MAX_PAGE_BYTES = 2 * 1024 * 1024;

/** @throws ApiError, 410 where a later page is asked for too late */
export async function* listPages(
  connection: ClusterConnection,
  resource: Collection,
  { namespace, fieldSelector, labelSelector, signal, limit = PAGE_OBJECTS }: ListOptions = {},
): AsyncGenerator<Page> {
  let size = limit;
  for (let next = ''; ; ) {
    let list: unknown;
    try {
      list = await connection.request({
        path: collectionPath(resource, namespace),
        query: {
          limit: String(size),
          ...(next === '' ? {} : { continue: next }),
          ...(fieldSelector === undefined ? {} : { fieldSelector }),
          ...(labelSelector === undefined ? {} : { labelSelector }),
        },
        maxBytes: size === 1 ? MAX_OBJECT_BYTES : MAX_PAGE_BYTES,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      if (size === 1 || !isTooLarge(error)) throw error;
      size = Math.floor(size / 2);
      continue;
    }
    const items = objectsOf(at(list, 'items')).filter(isJsonObject);
    yield {
      items: items.map((item) => typed(item, resource)),
      resourceVersion: textOr(at(list, 'metadata', 'resourceVersion'), ''),
    };
    const last = next;
    next = textOr(at(list, 'metadata', 'continue'), '');
    if (next === '') return;
    if (next === last) throw new ApiError('its list has no end: a page names itself as the next', { status: 500 });
    size = Math.min(limit, size * 2);
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof ApiError && error.cause instanceof AnswerTooLarge;
}
