// What is seen of a cluster: its objects as a Snapshot, and since when each kind is known.
import type { Kind } from '../../kubernetes/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

export interface ClusterView {
  /** It may change between two admissions, never during one. */
  readonly snapshot: Snapshot;
  /** When the kind was first known whole, in milliseconds since the epoch; undefined while it is not. */
  syncedAtMs(kind: Kind): number | undefined;
  /** When what is seen of the kind was last known to be current; undefined before. */
  lastSignMs(kind: Kind): number | undefined;
}
