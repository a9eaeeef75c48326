// One watch: what the API server says of a collection from a version on, until the stream ends.
import { at, isJsonObject, type JsonObject, optionalInteger, textOr } from '../../kubernetes/read.ts';
import { ApiError, type ClusterConnection } from './connection.ts';
import { MAX_OBJECT_BYTES } from './read-answer.ts';
import { collectionPath, type Resource, typed } from './resources.ts';
import { linesOf } from './split-lines.ts';

export type WatchEvent =
  | { readonly type: 'put' | 'remove'; readonly object: JsonObject; readonly resourceVersion: string }
  /** Nothing has changed up to this version. */
  | { readonly type: 'bookmark'; readonly resourceVersion: string };

export interface WatchOptions {
  /** undefined for all of them. */
  readonly namespace: string | undefined;
  readonly fieldSelector: string | undefined;
  readonly resourceVersion: string;
  readonly timeoutSeconds: number;
  /** The stream is given up when nothing comes for so long. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
  /** The API server has taken the watch. */
  readonly onOpen: () => void;
}

/** What came is not what an API server writes; what was missed is not known. */
export class GarbledStream extends Error {}

/** Nothing came for too long, not even a bookmark: the connection may lead nowhere. */
export class SilentStream extends Error {}

/** Ends when the API server closes the stream. @throws ApiError, GarbledStream, SilentStream */
export async function* watchEvents(
  connection: ClusterConnection,
  resource: Resource,
  { namespace, fieldSelector, resourceVersion, timeoutSeconds, silenceMs, signal, onOpen }: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const response = await connection.open({
    path: collectionPath(resource, namespace),
    query: {
      watch: '1',
      allowWatchBookmarks: 'true',
      resourceVersion,
      timeoutSeconds: String(timeoutSeconds),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    },
    signal,
  });
  onOpen();
  const silence = setTimeout(() => response.destroy(new SilentStream('nothing came, not even a bookmark')), silenceMs);
  try {
    for await (const line of linesOf(response, MAX_OBJECT_BYTES)) {
      silence.refresh();
      yield readEvent(line, resource);
    }
  } catch (error) {
    if (error instanceof RangeError) throw new GarbledStream(error.message, { cause: error });
    throw error;
  } finally {
    clearTimeout(silence);
    // Whoever stops reading leaves a stream that goes on.
    response.destroy();
  }
}

function readEvent(line: string, resource: Resource): WatchEvent {
  const event = parseLine(line);
  const [type, object] = [at(event, 'type'), at(event, 'object')];
  if (!isJsonObject(object)) throw new GarbledStream('an event has no object');
  if (type === 'ERROR') {
    const given = { status: optionalInteger(at(object, 'code')) ?? 500, reason: textOr(at(object, 'reason'), '') };
    throw new ApiError(textOr(at(object, 'message'), '') || 'it ended the watch', given);
  }
  const resourceVersion = textOr(at(object, 'metadata', 'resourceVersion'), '');
  if (type === 'BOOKMARK') return { type: 'bookmark', resourceVersion };
  if (type === 'ADDED' || type === 'MODIFIED') return { type: 'put', object: typed(object, resource), resourceVersion };
  if (type === 'DELETED') return { type: 'remove', object, resourceVersion };
  throw new GarbledStream('an event is of no type that there is');
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new GarbledStream('a line is not JSON', { cause });
  }
}
