// What every decision about one Ingress is made from.
import type { Facts } from '../facts/facts.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ClassDecision } from './ingress-class.ts';

export interface PlanInput {
  readonly ingress: Ingress;
  readonly classDecision: ClassDecision;
  readonly snapshot: Snapshot;
  readonly facts: Facts;
}
