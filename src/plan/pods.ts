// The workloads whose Pods are behind a Service, in the order in which the controller looks at them, and what is decided by
// them alone: once a Service, for many of its ports may lead to one port of its Pods.
import type { PortReference, Workload } from '../kubernetes/objects.ts';
import { chooseProbe, oldestFirst, type ProbeChoice } from './probe.ts';
import type { AppProtocol } from './protocol.ts';

export class Pods {
  readonly #find: () => readonly Workload[];
  #workloads: readonly Workload[] | undefined;
  #running: readonly Workload[] | undefined;
  readonly #probes = new Map<AppProtocol, Map<PortReference, ProbeChoice>>();

  /** @param find looked for when somebody asks: thousands of Services may select as many workloads each */
  constructor(find: () => readonly Workload[]) {
    this.#find = find;
  }

  /** The oldest first. */
  get workloads(): readonly Workload[] {
    this.#workloads ??= oldestFirst(this.#find());
    return this.#workloads;
  }

  /** Those that have a Pod to look at. */
  get running(): readonly Workload[] {
    this.#running ??= this.workloads.filter(({ replicas }) => replicas > 0);
    return this.#running;
  }

  probeFor(targetPort: PortReference, protocol: AppProtocol): ProbeChoice {
    let byPort = this.#probes.get(protocol);
    if (byPort === undefined) {
      byPort = new Map();
      this.#probes.set(protocol, byPort);
    }
    let choice = byPort.get(targetPort);
    if (choice === undefined) {
      choice = chooseProbe(this.running, targetPort, protocol);
      byPort.set(targetPort, choice);
    }
    return choice;
  }
}

export const NO_PODS = new Pods(() => []);
