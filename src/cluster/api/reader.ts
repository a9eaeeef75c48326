// Questions to the API server for a command that asks once: a few at a time, the passing refusals again, and what cannot
// be fixed by going on as one error that says what to type.
import { setTimeout as wait } from 'node:timers/promises';
import { isJsonObject, type JsonObject } from '../../kubernetes/read.ts';
import { ApiError, type ClusterConnection } from './connection.ts';
import { unreachable } from './unreachable.ts';

/** As many as a browser opens to one host; the API server's fairness queues see one user in them. */
const PARALLEL = 6;

/** Runs over all of them, no more than a few at once. @throws what the first failing one throws */
export async function inParallel<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  let hasFailed = false;
  const work = async (): Promise<void> => {
    for (const item of queue) {
      if (hasFailed) return;
      try {
        await run(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}

/** Too many requests; a page asked for too late; a server that is starting or stopping. */
const PASSING = [429, 410, 503];
const ATTEMPTS = 3;
/** Where the server does not say how long, and no longer than who looks at a terminal will wait. */
const PAUSE_SECONDS = 1;
const MAX_PAUSE_SECONDS = 10;

export class Reader {
  readonly #connection: ClusterConnection;

  constructor(connection: ClusterConnection) {
    this.#connection = connection;
  }

  /** @throws ApiError for 403 and 404 @throws AppError cluster-unreachable for everything else */
  async ask<T>(question: (connection: ClusterConnection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await question(this.#connection);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const { status, retryAfterSeconds = PAUSE_SECONDS } = error;
        if (status === 403 || status === 404) throw error;
        if (attempt === ATTEMPTS || status === undefined || !PASSING.includes(status)) {
          throw unreachable(error, this.#connection);
        }
        await wait(Math.min(retryAfterSeconds, MAX_PAUSE_SECONDS) * 1000);
      }
    }
  }

  /** @returns undefined where there is no such object @throws as `ask` does, but for 404 */
  async get(path: string): Promise<JsonObject | undefined> {
    try {
      const raw = await this.ask((connection) => connection.request({ path }));
      if (isJsonObject(raw)) return raw;
      throw unreachable(new ApiError('its answer is no object'), this.#connection);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** @returns undefined where it may not be read */
  async getIfAllowed(path: string): Promise<{ readonly object: JsonObject | undefined } | undefined> {
    try {
      return { object: await this.get(path) };
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) return undefined;
      throw error;
    }
  }
}
