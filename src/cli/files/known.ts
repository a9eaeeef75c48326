// What the absence of an object from the input means.
import type { KnownKinds } from '../../snapshot/snapshot.ts';
import type { ReadFailure } from './list-files.ts';

/** What is in a file that cannot be read may be there all the same, whoever says that the files are complete. */
export function knownOf(isComplete: boolean, failures: readonly ReadFailure[]): KnownKinds {
  return isComplete && failures.length === 0 ? 'everything' : 'nothing';
}
