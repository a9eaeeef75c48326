// What every decision about one Ingress is made from.
import type { Facts } from '../facts/facts.ts';
import type { Ingress, Service } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ClassDecision } from './ingress-class.ts';
import type { NegOwners } from './neg-owners.ts';
import type { Pods } from './pods.ts';

/** What plans are made with, whatever the Ingress. */
export interface PlanSettings {
  readonly facts: Facts;
  /**
   * Whether a Service is on its way into the cluster, so that GKE's own webhook may still write the NEG annotation: true of
   * files. False of stored objects and in a webhook, where it has been written or never will be.
   */
  readonly expectsGkeNeg: boolean;
  /** Whether this guard will write the NEG annotation that the Service carries here. */
  readonly isInjected: (service: Service) => boolean;
}

/** Objects as they are stored, or as the last webhook sees them. */
export function settingsAsStored(facts: Facts): PlanSettings {
  return { facts, expectsGkeNeg: false, isInjected: () => false };
}

/** So many workloads take as long to find and to sort as a backend takes to plan. */
const WORKLOADS_A_BACKEND = 32;

/** What has been planned since somebody asked: parts of plans are made when they are looked at, whoever looks. */
export class PlanWork {
  #backends = 0;

  addBackend(): void {
    this.#backends += 1;
  }

  addWorkloads(count: number): void {
    this.#backends += count / WORKLOADS_A_BACKEND;
  }

  /** @returns the backends planned since the last call, or what took as long */
  take(): number {
    const count = this.#backends;
    this.#backends = 0;
    return count;
  }
}

export interface PlanInput extends PlanSettings {
  readonly work: PlanWork;
  readonly ingress: Ingress;
  readonly classDecision: ClassDecision;
  readonly snapshot: Snapshot;
  readonly negOwners: NegOwners;
  /** Behind a Service; the same whichever of its ports is looked at. */
  readonly podsOf: (service: Service) => Pods;
  /** Whether later paths have taken all paths of this backend, so that the URL map does not have it. */
  readonly isReplaced: (backendKey: string) => boolean;
}
