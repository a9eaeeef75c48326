// What a fault of a Service's annotation does to the Ingresses that use it: shared by the rules about annotations that
// the controller cannot decode.
import type { BackendUse } from '../plan/plan.ts';

export interface ServiceFate {
  /** As a clause. */
  readonly words: string;
  /** Whether a known Ingress fails for it. */
  readonly isCertain: boolean;
}

/** @param condition number in the catalogue of the controller's conditions, such as C7 */
export function fateOfUses(uses: readonly BackendUse[], condition: string): ServiceFate {
  const failing = uses.find(({ backend }) => backend.error?.condition === condition);
  if (failing === undefined) return { words: 'an Ingress that uses the Service fails', isCertain: false };
  return { words: `the whole of Ingress "${failing.plan.ingress.metadata.name}" fails`, isCertain: true };
}
