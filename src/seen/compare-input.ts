// What a comparison of predicted and seen is made from.
import type { Facts } from '../facts/facts.ts';
import type { Finding } from '../judge/finding.ts';
import type { IngressPlan } from '../plan/plan.ts';
import type { SeenIngress } from './seen.ts';

export interface CompareInput {
  readonly plan: IngressPlan;
  /** What the rules say of it. */
  readonly findings: readonly Finding[];
  readonly seen: SeenIngress;
  readonly facts: Facts;
  readonly nowMs: number;
}
