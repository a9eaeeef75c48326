// The name that was meant, where an object names one that is not there. Only names of the same namespace: nobody learns of others.
import type { ObjectName } from '../kubernetes/field-path.ts';
import type { Kind } from '../kubernetes/objects.ts';
import { nearest } from '../nearest.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { advise, type Remedy } from './fix.ts';

/** Of short names many are near each other and none is meant. */
function mostEdits({ length }: string): number {
  return Math.min(2, Math.floor(length / 3));
}

/**
 * @param taken what the same object names as well: it means those themselves
 * @returns undefined where no name is near enough to be a slip of the finger
 */
export function nearName(
  { kind, namespace, name }: Pick<ObjectName, 'namespace' | 'name'> & { readonly kind: Kind },
  snapshot: Snapshot,
  taken: readonly string[] = [],
): string | undefined {
  const others = snapshot.namesIn(kind, namespace).filter((other) => other !== name && !taken.includes(other));
  return nearest(name, others, mostEdits(name));
}

/** For a person: whether the other one is meant no program can tell. */
export function correctName(...asked: Parameters<typeof nearName>): readonly Remedy[] {
  const meant = nearName(...asked);
  return meant === undefined ? [] : [advise(`correct the name to "${meant}"`)];
}
