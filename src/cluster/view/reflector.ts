// Keeps one collection of the API server mirrored: a list in pages, then a watch, resumed where it ended; another list when
// the API server has forgotten that place (410). It never gives up, and what was known stays until it is known better.
import { setTimeout as delay } from 'node:timers/promises';
import { at, type JsonObject, textOr } from '../../kubernetes/read.ts';
import { systemReason } from '../../system-reason.ts';
import { ApiError, type ClusterConnection } from '../api/connection.ts';
import { listPages } from '../api/list.ts';
import { collectionPath, type Resource } from '../api/resources.ts';
import { GarbledStream, SilentStream, watchEvents } from '../api/watch-stream.ts';
import { type Moment, msSince, onWallClock, thisMoment } from '../moment.ts';
import type { Gate, Slices } from './fair-scheduling.ts';
import { NoRoom } from './room.ts';

/** Where the objects go; a key is `namespace/name`. */
export interface Sink {
  /** @throws NoRoom where it cannot be kept; what was there of it stays */
  put(raw: JsonObject): void;
  remove(key: string): void;
  keys(): Iterable<string>;
}

/**
 * `current`: listed whole and watched since. `past`: it was, but absence has come to prove nothing. `absent`: there is no
 * such collection, so nothing of it is kept.
 */
export type SyncState = 'current' | 'past' | 'absent';

export type RestartReason = 'closed' | 'broken' | 'expired' | 'silent' | 'garbled' | 'refused' | 'no-room';

export type Failure = 'unreachable' | 'refused' | 'forbidden' | 'not-installed' | 'no-room';

export interface ReflectorEvents {
  know(syncState: SyncState): void;
  restarted(reason: RestartReason): void;
  failed(failure: Failure, verb: Verb, reason: string): void;
  /** After a failure, and the first time. */
  succeeded(): void;
}

export type Verb = 'list' | 'watch';

export interface Timings {
  /** The first wait after a failure; doubled with each up to the longest. */
  readonly backoffMs: number;
  readonly longestBackoffMs: number;
  /** A watch is asked for with between one and two times this. */
  readonly watchSeconds: number;
  readonly silenceMs: number;
  /** Until a right that is missing, or a CRD, is looked for again. */
  readonly lookAgainMs: number;
  /** Without a sign of life for so long, absence proves nothing any more. */
  readonly staleMs: number;
  /** Until a collection for which there is no room is listed again, which costs the API server a list for each try. */
  readonly fullMs: number;
  /** Whatever the API server asks: who does not look does not know. */
  readonly longestRetryAfterMs: number;
}

const TIMINGS: Timings = {
  backoffMs: 500,
  longestBackoffMs: 10_000,
  watchSeconds: 300,
  // Bookmarks come about once a minute (k8s.io/apiserver storage/cacher).
  silenceMs: 200_000,
  lookAgainMs: 15_000,
  staleMs: 300_000,
  fullMs: 300_000,
  longestRetryAfterMs: 60_000,
};

export interface ReflectorOptions {
  readonly connection: ClusterConnection;
  readonly resource: Resource;
  /** Left out: all of them. */
  readonly namespace?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly sink: Sink;
  readonly events: ReflectorEvents;
  /** Through which every page of a list goes. */
  readonly gate: Gate;
  /** One for all that share the event loop: a flood of events is taken in between the admissions. */
  readonly slices: Slices;
  readonly timings?: Partial<Timings>;
}

/** After so many refusals of a watch in a row its place is given up too, as one that an API server restored from a backup never had. */
const REFUSALS_BEFORE_LIST = 3;

/**
 * Few, for all that a page holds is alive while it is taken in, and what lives long makes garbage collections long: with
 * pages of 150 admissions waited three times as long for them, and the memory had its peak during lists.
 */
const PAGE_OBJECTS = 25;

export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #timings: Timings;
  readonly #run: Promise<void>;
  #isStopped = false;
  #attempt = new AbortController();
  /** Where the watch goes on; "" where a list comes first. */
  #version = '';
  #verb: Verb = 'list';
  /** Of each object as it was put last, by its key. */
  readonly #versions = new Map<string, string>();
  #failures = 0;
  #synced: Moment | undefined;
  #lastSign: Moment | undefined;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    this.#timings = { ...TIMINGS, ...options.timings };
    this.#run = this.#mirror();
  }

  /** When the collection was first known whole; undefined while it is not, or where there is none. */
  get syncedAtMs(): number | undefined {
    return this.#synced && onWallClock(this.#synced);
  }

  /** When the view was last known to be current: the end of a list, an event, a bookmark. */
  get lastSignMs(): number | undefined {
    return this.#lastSign && onWallClock(this.#lastSign);
  }

  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void> {
    this.#isStopped = true;
    this.#attempt.abort();
    return this.#run;
  }

  async #mirror(): Promise<void> {
    while (!this.#isStopped) {
      this.#attempt = new AbortController();
      let waitMs: number;
      try {
        if (this.#version === '') await this.#list();
        waitMs = await this.#watch();
      } catch (error) {
        if (this.#isStopped) return;
        waitMs = this.#afterFailure(error);
      }
      // An abort is the only way in which it fails.
      if (waitMs > 0) await delay(waitMs, undefined, { signal: this.#attempt.signal }).catch(() => undefined);
    }
  }

  async #list(): Promise<void> {
    this.#verb = 'list';
    const { connection, resource, namespace, fieldSelector, gate, slices } = this.#options;
    const seen = new Set<string>();
    let full: NoRoom | undefined;
    let version = '';
    const { signal } = this.#attempt;
    const pages = listPages(connection, resource, { namespace, fieldSelector, signal, limit: PAGE_OBJECTS });
    for (;;) {
      const { done, value: page } = await gate(() => pages.next());
      if (done) break;
      version = page.resourceVersion;
      for (const item of page.items) {
        this.#attempt.signal.throwIfAborted();
        full = this.#putIfRoom(item) ?? full;
        const key = keyOf(item);
        // Of what is not kept nothing is remembered either, or a list without end would take all memory.
        if (this.#versions.has(key)) seen.add(key);
        await slices();
      }
    }
    if (version === '') throw new ApiError('its list has no resourceVersion', { status: 500 });
    await this.#removeAllBut(seen);
    if (full !== undefined) throw full;
    this.#version = version;
    this.#sign();
    this.#synced ??= thisMoment();
    // Where the watch was refused before, it may be again: who only lists sees too late what has gone.
    if (this.#failures === 0) this.#options.events.know('current');
  }

  /** @returns why it was not */
  #putIfRoom(item: JsonObject): NoRoom | undefined {
    try {
      this.#put(item);
      return undefined;
    } catch (error) {
      if (!(error instanceof NoRoom)) throw error;
      this.#tellNoRoom(error);
      return error;
    }
  }

  async #removeAllBut(seen: ReadonlySet<string>): Promise<void> {
    const { sink, slices } = this.#options;
    for (const key of sink.keys()) {
      if (!seen.has(key)) this.#remove(key);
      await slices();
    }
  }

  /** @returns how long to wait before the next */
  async #watch(): Promise<number> {
    this.#verb = 'watch';
    const { connection, resource, namespace, fieldSelector, events, slices } = this.#options;
    const openedAtMs = performance.now();
    const watched = watchEvents(connection, resource, {
      namespace,
      fieldSelector,
      resourceVersion: this.#version,
      // At random, so that the watches of a cluster do not all end together.
      timeoutSeconds: Math.round(this.#timings.watchSeconds * (1 + Math.random())),
      silenceMs: this.#timings.silenceMs,
      signal: this.#attempt.signal,
      onOpen: () => {
        events.know('current');
        events.succeeded();
      },
    });
    for await (const { resourceVersion, ...event } of watched) {
      this.#attempt.signal.throwIfAborted();
      if (event.type === 'put') this.#put(event.object);
      else if (event.type === 'remove') this.#remove(keyOf(event.object));
      if (resourceVersion !== '') this.#version = resourceVersion;
      this.#failures = 0;
      this.#sign();
      await slices();
    }
    events.restarted('closed');
    // One that is closed at once, again and again, is a failure that does not say so.
    if (performance.now() - openedAtMs < this.#timings.backoffMs) return this.#backOff();
    this.#failures = 0;
    return 0;
  }

  /** Most of what another list brings has not changed, and is left as it is. */
  #put(raw: JsonObject): void {
    const key = keyOf(raw);
    const version = textOr(at(raw, 'metadata', 'resourceVersion'), '');
    if (version !== '' && version === this.#versions.get(key)) return;
    this.#options.sink.put(raw);
    this.#versions.set(key, version);
  }

  #remove(key: string): void {
    this.#versions.delete(key);
    this.#options.sink.remove(key);
  }

  #sign(): void {
    this.#lastSign = thisMoment();
  }

  /** @returns how long to wait */
  #afterFailure(error: unknown): number {
    const { events, resource } = this.#options;
    if (this.#lastSign === undefined || msSince(this.#lastSign) > this.#timings.staleMs) events.know('past');
    if (error instanceof NoRoom) return this.#afterNoRoom(error);
    if (error instanceof SilentStream) {
      events.restarted('silent');
      return this.#backOff();
    }
    if (error instanceof ApiError && error.status !== undefined) return this.#afterRefusal(error, error.status);
    const isGarbled = error instanceof GarbledStream;
    if (this.#verb === 'watch') events.restarted(isGarbled ? 'garbled' : 'broken');
    if (isGarbled) this.#version = '';
    // A stream that breaks is an everyday thing; it is reported when the next attempt fails too.
    if (this.#failures > 0 || this.#verb === 'list') {
      events.failed(
        isGarbled ? 'refused' : 'unreachable',
        this.#verb,
        `${collectionPath(resource, this.#options.namespace)}: ${systemReason(error)}`,
      );
    }
    return this.#backOff();
  }

  /** What there is stays, absence proves nothing, and what has gone meanwhile makes room at the next list. */
  #afterNoRoom(error: NoRoom): number {
    if (this.#verb === 'watch') this.#options.events.restarted('no-room');
    this.#version = '';
    this.#tellNoRoom(error);
    // An event that finds no room is answered by a list soon, which takes away what has gone.
    return this.#count(jittered(this.#verb === 'watch' ? this.#timings.lookAgainMs : this.#timings.fullMs));
  }

  #tellNoRoom(error: NoRoom): void {
    this.#options.events.know('past');
    this.#options.events.failed('no-room', this.#verb, error.message);
  }

  #afterRefusal(error: ApiError, status: number): number {
    const { events, connection, resource } = this.#options;
    if (status === 410) {
      this.#version = '';
      events.restarted('expired');
      return this.#failures > 0 ? this.#backOff() : this.#count(0);
    }
    if (this.#verb === 'watch') events.restarted('refused');
    if (status === 401) {
      const reason = renew(connection) ?? error.message;
      // Fresh credentials are tried at once; what is wrong with those too is reported.
      if (this.#failures === 0) return this.#count(0);
      events.failed('refused', this.#verb, `the credentials are not accepted (401 ${reason})`);
      return this.#backOff(error.retryAfterSeconds);
    }
    if (status === 403) {
      // Without the right to watch, lists alone follow the cluster, slowly.
      this.#version = '';
      events.know('past');
      events.failed('forbidden', this.#verb, error.message);
      return this.#count(jittered(this.#timings.lookAgainMs));
    }
    if (status === 404 && resource.isCustom) return this.#afterMissing();
    if (this.#verb === 'watch' && this.#failures >= REFUSALS_BEFORE_LIST) this.#version = '';
    events.failed('refused', this.#verb, `${error.message} (${status})`);
    return this.#backOff(error.retryAfterSeconds);
  }

  /** The definition is not installed, or has been removed with all of its objects. */
  #afterMissing(): number {
    const { events, sink } = this.#options;
    this.#version = '';
    this.#synced = undefined;
    this.#lastSign = undefined;
    this.#failures = 0;
    for (const key of sink.keys()) this.#remove(key);
    events.know('absent');
    events.failed('not-installed', this.#verb, 'its CustomResourceDefinition is not installed');
    return jittered(this.#timings.lookAgainMs);
  }

  #count(waitMs: number): number {
    this.#failures += 1;
    return waitMs;
  }

  #backOff(retryAfterSeconds = 0): number {
    const { backoffMs, longestBackoffMs, longestRetryAfterMs } = this.#timings;
    const waitMs = Math.min(backoffMs * 2 ** this.#failures, longestBackoffMs);
    return this.#count(Math.max(jittered(waitMs), Math.min(retryAfterSeconds * 1000, longestRetryAfterMs)));
  }
}

/** Between half and all of it. */
function jittered(ms: number): number {
  return ms * (0.5 + Math.random() / 2);
}

function keyOf(raw: JsonObject): string {
  return `${textOr(at(raw, 'metadata', 'namespace'), '')}/${textOr(at(raw, 'metadata', 'name'), '')}`;
}

/** @returns why they cannot be read */
function renew(connection: ClusterConnection): string | undefined {
  try {
    connection.renewCredentials();
    return undefined;
  } catch (error) {
    return systemReason(error);
  }
}
