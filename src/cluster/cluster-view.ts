// What is seen of a cluster: its objects as a Snapshot, and since when each kind is known.
import type { Kind } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export interface ClusterView {
  /** It may change between two admissions, never during one. */
  readonly snapshot: Snapshot;
  /** When the kind was first known whole, in milliseconds since the epoch; undefined while it is not. */
  syncedAtMs(kind: Kind): number | undefined;
  /** Of every kind that is watched. */
  kinds(): readonly KindView[];
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
