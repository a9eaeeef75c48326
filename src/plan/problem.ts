// What stands between an Ingress and a working load balancer, as the plan sees it: the condition, the field that has to
// change, and where it shows in what is built. How bad it is, and whether anybody is told, is for rules and policy.
import type { ControllerFlags } from '../facts/facts.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';

/** Keys and indexes from an object down to a field. */
export type FieldPath = readonly (string | number)[];

/** An object by its name: it may not exist, or not be known. */
export interface ObjectName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A part of the load balancer: the whole Ingress, a host, one path of a rule, a Service port, or the front end. */
export interface ProblemPlace {
  readonly at: 'class' | 'host' | 'path' | 'backend' | 'frontEnd';
  /** Which host, path (rule and path index, joined by a slash) or backend (BackendPlan.key); "" where there is one only. */
  readonly key: string;
}

export interface PlanProblem {
  /** Number in the catalogue of the controller's conditions, such as C6; null for what only Google refuses. */
  readonly condition: string | null;
  /** What is wrong and what follows, in one line. */
  readonly message: string;
  /** What to type next, in one line. */
  readonly fix: string;
  /** The object that has to change, and the field in it. */
  readonly object: ObjectName;
  readonly path: FieldPath;
  readonly place: ProblemPlace;
  /** False where it depends on something that is not known, such as the flag in `restsOn`. */
  readonly isCertain: boolean;
  /** The controller flag whose assumed default makes it a problem. */
  readonly restsOn: keyof ControllerFlags | undefined;
}

type Optional = 'isCertain' | 'restsOn';

export function problem(fields: Omit<PlanProblem, Optional> & Partial<Pick<PlanProblem, Optional>>): PlanProblem {
  return { restsOn: undefined, isCertain: fields.restsOn === undefined, ...fields };
}

export function referenceTo({ kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): ObjectName {
  return { kind, namespace: metadata.namespace, name: metadata.name };
}

export function annotationPath(key: string): FieldPath {
  return ['metadata', 'annotations', key];
}

export const AT_CLASS: ProblemPlace = { at: 'class', key: '' };
export const AT_FRONT_END: ProblemPlace = { at: 'frontEnd', key: '' };
/** A Service by itself, whatever Ingress uses it. */
export const AT_SERVICE: ProblemPlace = { at: 'backend', key: '' };

export function atPath(ruleIndex: number, pathIndex: number): ProblemPlace {
  return { at: 'path', key: `${ruleIndex}/${pathIndex}` };
}
