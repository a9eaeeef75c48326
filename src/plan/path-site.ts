// One path of an Ingress among the others.
import type { FieldPath } from '../kubernetes/field-path.ts';
import type { IngressPath } from '../kubernetes/objects.ts';
import type { BackendPlan } from './backend-plan.ts';
import type { TranslatedPath } from './path.ts';

/** One path of the Ingress, with where it is and what becomes of it. */
export interface PathSite extends IngressPath {
  /** "" for every host. */
  readonly host: string;
  /** With the default of a path that has none. */
  readonly type: string;
  readonly ruleIndex: number;
  readonly pathIndex: number;
  /** From the Ingress down to the path's entry. */
  readonly field: FieldPath;
  readonly translated: TranslatedPath;
  /** undefined for a backend that is no Service. */
  readonly plan: BackendPlan | undefined;
}
