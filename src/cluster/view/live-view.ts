// The cluster as it is, kept up by watches: one for each kind that is read whole, and one for each ConfigMap that is read by
// name. Nothing here is waited for by an admission.
import { isDeepStrictEqual } from 'node:util';
import { type ObjectName, referenceTo } from '../../kubernetes/field-path.ts';
import type { Kind } from '../../kubernetes/objects.ts';
import type { JsonObject } from '../../kubernetes/read.ts';
import { LiveSnapshot } from '../../snapshot/live-snapshot.ts';
import type { ClusterConnection } from '../api/connection.ts';
import { CONFIG_MAPS, RESOURCES, type Resource } from '../api/resources.ts';
import type { ClusterView } from './cluster-view.ts';
import { createGate, createSlices } from './fair-scheduling.ts';
import { SharedValues } from './interning.ts';
import { Notices, type ViewLogger, type Watched } from './notices.ts';
import {
  type Failure,
  Reflector,
  type ReflectorEvents,
  type RestartReason,
  type Sink,
  type SyncState,
  type Timings,
} from './reflector.ts';
import { Room } from './room.ts';
import { keepObject } from './trim-object.ts';

export interface LiveViewOptions {
  /** Names of ConfigMaps, which are read in every namespace. */
  readonly configMaps: readonly string[];
  /** One more, in one namespace only. */
  readonly ownConfigMap?: { readonly namespace: string; readonly name: string } | undefined;
  readonly logger: ViewLogger;
  /** A watch has ended, and another takes its place. */
  readonly onRestart?: (kind: Kind, reason: RestartReason) => void;
  /** What the view keeps of an object has changed, or the object is gone; what it does not keep, such as a status, is none. */
  readonly onChange?: ((object: ObjectName) => void) | undefined;
  readonly timings?: Partial<Timings>;
  /** For all objects together; left out, a share of the heap. */
  readonly room?: Room;
}

export interface LiveView extends ClusterView {
  /** Of every kind that is watched. */
  kinds(): readonly KindView[];
  readonly snapshot: LiveSnapshot;
  /** Which kinds are still to come, as a clause; undefined when each is known whole or cannot be. */
  whyNotSynced(): string | undefined;
  /** From now on these ConfigMaps, and no others. */
  followConfigMaps(names: readonly string[]): void;
  /** Resolves when no watch is left. */
  stop(): Promise<void>;
}

export interface KindView {
  readonly kind: Kind;
  readonly objects: number;
  /** Listed whole, and absence means something. */
  readonly isSynced: boolean;
  /** When the view of it was last known to be current, in milliseconds since the epoch; undefined before. */
  readonly lastSignMs: number | undefined;
  /** Why it is not known whole, as a clause; undefined where it is. */
  readonly whyNotSynced: string | undefined;
  /** It is not known whole and will not be for now: its definition is not installed, or a right is missing. */
  readonly isImpossible: boolean;
}

/** Pages in flight: one is parsed while the API server writes another. */
const LISTS_AT_A_TIME = 2;

interface Follower {
  readonly watched: Watched;
  readonly reflector: Reflector;
  readonly state: { syncState: SyncState | undefined; failure: Failure | undefined; reason: string };
}

/** Starts to list and watch, and returns at once. */
export function startLiveView(connection: ClusterConnection, options: LiveViewOptions): LiveView {
  const snapshot = new LiveSnapshot();
  const notices = new Notices(options.logger, connection.server);
  const values = new SharedValues();
  const gate = createGate(LISTS_AT_A_TIME);
  const slices = createSlices();
  const store: Store = { snapshot, values, room: options.room ?? new Room() };
  const follow = (resource: Resource, name?: string, namespace?: string): Follower => {
    const watched: Watched = { resource, name, namespace };
    const state: Follower['state'] = { syncState: undefined, failure: undefined, reason: '' };
    const reflector = new Reflector({
      connection,
      resource,
      namespace,
      fieldSelector: name === undefined ? undefined : `metadata.name=${name}`,
      sink: createSink(watched, store, options.onChange),
      events: createEvents({ watched, state, snapshot, notices, onRestart: options.onRestart }),
      gate,
      slices,
      ...(options.timings === undefined ? {} : { timings: options.timings }),
    });
    return { watched, reflector, state };
  };
  const whole = RESOURCES.map((resource) => follow(resource));
  const { ownConfigMap } = options;
  const own = ownConfigMap === undefined ? [] : [follow(CONFIG_MAPS, ownConfigMap.name, ownConfigMap.namespace)];
  const byName = new Map<string, Follower>();
  const followConfigMaps = (names: readonly string[]): void => {
    for (const [name, follower] of byName) {
      if (names.includes(name)) continue;
      byName.delete(name);
      leave(follower, store);
    }
    for (const name of names) if (!byName.has(name)) byName.set(name, follow(CONFIG_MAPS, name));
  };
  followConfigMaps(options.configMaps);
  const followersOf = (kind: Kind): readonly Follower[] =>
    kind === 'ConfigMap' ? [...byName.values(), ...own] : whole.filter(({ watched }) => watched.resource.kind === kind);
  const kinds = (): readonly KindView[] =>
    [...RESOURCES, CONFIG_MAPS]
      .filter(({ kind }) => followersOf(kind).length > 0)
      .map(({ kind }) => viewOf(kind, followersOf(kind), snapshot.count(kind)));
  return {
    snapshot,
    kinds,
    syncedAtMs: (kind) => latest(followersOf(kind).map(({ reflector }) => reflector.syncedAtMs)),
    lastSignMs: (kind) => earliest(followersOf(kind).map(({ reflector }) => reflector.lastSignMs)),
    whyNotSynced: () => {
      const missing = kinds().filter(({ isSynced, isImpossible }) => !isSynced && !isImpossible);
      const [first] = missing;
      if (first === undefined) return undefined;
      return `the cluster's ${missing.map(({ kind }) => kind).join(', ')} objects are not known yet (${first.whyNotSynced})`;
    },
    followConfigMaps,
    stop: async () => {
      await Promise.all([...whole, ...own, ...byName.values()].map(({ reflector }) => reflector.stop()));
    },
  };
}

interface Store {
  readonly snapshot: LiveSnapshot;
  readonly values: SharedValues;
  readonly room: Room;
}

function leave({ watched, reflector }: Follower, store: Store): void {
  // From here on it takes nothing in; what is left of it ends by itself.
  void reflector.stop();
  const sink = createSink(watched, store);
  for (const key of sink.keys()) sink.remove(key);
  store.snapshot.know('none', watched.resource.kind, watched.name);
}

function createSink(
  { resource: { kind }, name }: Watched,
  { snapshot, values, room }: Store,
  onChange?: LiveViewOptions['onChange'],
): Sink {
  return {
    put: (raw: JsonObject) => {
      const object = keepObject(raw, values);
      if (object === undefined) return;
      const { namespace, name: own } = object.metadata;
      room.take(`${kind}/${namespace}/${own}`, object, !snapshot.keeps(kind, namespace, own));
      const before = onChange && snapshot.stored(kind, namespace, own);
      snapshot.put(object);
      if (onChange !== undefined && !isDeepStrictEqual(before, object)) onChange(referenceTo(object));
    },
    remove: (key) => {
      const [namespace = '', own = ''] = key.split('/');
      if (!snapshot.keeps(kind, namespace, own)) return;
      room.leave(`${kind}/${key}`);
      snapshot.remove(kind, namespace, own);
      onChange?.({ kind, namespace, name: own });
    },
    *keys() {
      for (const { metadata } of snapshot.objects(kind)) {
        if (name === undefined || metadata.name === name) yield `${metadata.namespace}/${metadata.name}`;
      }
    },
  };
}

interface EventsInput {
  readonly watched: Watched;
  readonly state: Follower['state'];
  readonly snapshot: LiveSnapshot;
  readonly notices: Notices;
  readonly onRestart: LiveViewOptions['onRestart'];
}

function createEvents({ watched, state, snapshot, notices, onRestart }: EventsInput): ReflectorEvents {
  const { kind } = watched.resource;
  return {
    know: (syncState) => {
      // What has never been seen whole has no past to show.
      const isPast = syncState === 'past' && state.syncState !== undefined && state.syncState !== 'absent';
      if (syncState === 'past' && !isPast) return;
      state.syncState = syncState;
      // That one is not there means nothing for other namespaces.
      const isEverywhere = watched.namespace === undefined;
      snapshot.know(syncState === 'absent' ? 'none' : isEverywhere ? syncState : 'past', kind, watched.name);
    },
    restarted: (reason) => onRestart?.(kind, reason),
    failed: (failure, verb, reason) => {
      state.failure = failure;
      state.reason = reason;
      notices.failed(watched, failure, verb, reason);
    },
    succeeded: () => {
      state.failure = undefined;
      notices.succeeded(watched);
    },
  };
}

function viewOf(kind: Kind, followers: readonly Follower[], objects: number): KindView {
  const isSynced = followers.every(({ state }) => state.syncState === 'current');
  const isStuck = ({ state }: Follower): boolean => state.failure === 'forbidden' || state.failure === 'not-installed';
  const missing = followers.find(({ state }) => state.syncState !== 'current');
  return {
    kind,
    objects,
    isSynced,
    lastSignMs: earliest(followers.map(({ reflector }) => reflector.lastSignMs)),
    whyNotSynced: missing === undefined ? undefined : whyNot(missing),
    isImpossible: !isSynced && followers.every((one) => one.state.syncState === 'current' || isStuck(one)),
  };
}

function whyNot({ state }: Follower): string {
  if (state.failure === undefined) return 'they are being listed';
  return state.reason === '' ? state.failure : state.reason;
}

/** undefined where one of them is. */
function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length < times.length || known.length === 0 ? undefined : Math.max(...known);
}

/** undefined where one of them is. */
function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length < times.length || known.length === 0 ? undefined : Math.min(...known);
}
