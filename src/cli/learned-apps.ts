// The catalogue with what was learned in the cluster laid over it: the same for the webhook and every command that reads a cluster.
import { GUARD_NAMESPACE } from '../learned/learned.ts';
import { type LearnedInput, withLearned } from '../learned/learned-apps.ts';
import type { AppCatalogue } from '../plan/app.ts';
import { today } from './io.ts';

/** Short, for a warning has 256 characters: who, what and when come first. */
function fixOf({ redirectsToHttps }: { readonly redirectsToHttps: boolean }): string {
  return redirectsToHttps
    ? 'Let the app answer plain HTTP with 200 there.'
    : 'Let the check ask a path that answers 200.';
}

/** @param namespace of the guard; left out: where deploy/ puts it */
export function learnedInput(namespace: string = GUARD_NAMESPACE): LearnedInput {
  return { namespace, today: today(), fixOf };
}

/** @param namespace of the guard; left out: where deploy/ puts it */
export function appsWithLearned(base: AppCatalogue, namespace?: string): AppCatalogue {
  return withLearned(base, learnedInput(namespace));
}
