// A Pod as the asker has to know it: beside what runs in it, where it is, since when, and from which image.
import type { RunningPod } from '../asked/targets.ts';
import type { Workload } from '../kubernetes/objects.ts';
import { parseObject } from '../kubernetes/parse.ts';
import { at, isJsonObject, objectsOf, textOr, textsOf } from '../kubernetes/read.ts';
import type { NodeAddresses } from './pod-address.ts';

export interface ClusterPod extends RunningPod {
  readonly uid: string;
  /** "" until it is scheduled. */
  readonly nodeName: string;
  readonly isOnHostNetwork: boolean;
  /** Of its node, as its status has them. */
  readonly hostAddresses: readonly string[];
  /** When the last of its containers started, in milliseconds since the epoch; undefined where one has not. */
  readonly startedAtMs: number | undefined;
  /** By container: sha256:… of the image that runs; without those of which it is not known. */
  readonly digests: ReadonlyMap<string, string>;
  /** Of cloud.google.com/load-balancer-neg-ready, as the NEG controller writes it; "" where it has not. */
  readonly negReason: string;
  /** Names of all its containers, those that stay beside them included. */
  readonly containerNames: readonly string[];
}

const NEG_READY = 'cloud.google.com/load-balancer-neg-ready';

export function parseClusterPod(raw: unknown): ClusterPod | undefined {
  if (!isJsonObject(raw)) return undefined;
  const object = parseObject({ ...raw, apiVersion: 'v1', kind: 'Pod' });
  if (object?.kind !== 'Pod') return undefined;
  const status = at(raw, 'status');
  const conditions = objectsOf(at(status, 'conditions'));
  const neg = conditions.find((one) => at(one, 'type') === NEG_READY);
  const hosts = [at(status, 'hostIP'), ...objectsOf(at(status, 'hostIPs')).map((one) => at(one, 'ip'))];
  const containers = [...objectsOf(at(raw, 'spec', 'initContainers')), ...objectsOf(at(raw, 'spec', 'containers'))];
  return {
    object,
    address: textOr(at(status, 'podIP'), ''),
    phase: textOr(at(status, 'phase'), 'Unknown'),
    isReady: conditions.some((one) => at(one, 'type') === 'Ready' && at(one, 'status') === 'True'),
    isLeaving: textOr(at(raw, 'metadata', 'deletionTimestamp'), '') !== '',
    uid: textOr(at(raw, 'metadata', 'uid'), ''),
    nodeName: textOr(at(raw, 'spec', 'nodeName'), ''),
    isOnHostNetwork: at(raw, 'spec', 'hostNetwork') === true,
    hostAddresses: textsOf(hosts).filter((one) => one !== ''),
    startedAtMs: startedAtMs(object, status),
    digests: digestsOf(status),
    negReason: textOr(at(neg, 'reason'), ''),
    containerNames: containers.map((one) => textOr(at(one, 'name'), '')),
  };
}

function startedAtMs({ containers }: Workload, status: unknown): number | undefined {
  const statuses = objectsOf(at(status, 'containerStatuses'));
  const times = containers.map(({ name }) => {
    const own = statuses.find((one) => at(one, 'name') === name);
    return Date.parse(textOr(at(own, 'state', 'running', 'startedAt'), ''));
  });
  return times.length === 0 || times.some(Number.isNaN) ? undefined : Math.max(...times);
}

const DIGEST = /sha256:[0-9a-f]{64}$/;

/** NAME@sha256:…, or with a scheme before it, as container runtimes write it. */
export function digestIn(text: string): string | undefined {
  return DIGEST.exec(text)?.[0];
}

function digestsOf(status: unknown): ReadonlyMap<string, string> {
  return new Map(
    objectsOf(at(status, 'containerStatuses')).flatMap((one) => {
      const digest = digestIn(textOr(at(one, 'imageID'), ''));
      return digest === undefined ? [] : [[textOr(at(one, 'name'), ''), digest] as const];
    }),
  );
}

export function parseNodeAddresses(raw: unknown): NodeAddresses {
  const ranges = [...textsOf(at(raw, 'spec', 'podCIDRs')), textOr(at(raw, 'spec', 'podCIDR'), '')];
  return {
    podRanges: [...new Set(ranges)].filter((one) => one !== ''),
    addresses: textsOf(objectsOf(at(raw, 'status', 'addresses')).map((one) => at(one, 'address'))),
  };
}

/** When its content was last written, by whoever; undefined where the API server does not say. */
export function changedAtMs(raw: unknown): number | undefined {
  const times = objectsOf(at(raw, 'metadata', 'managedFields')).map((one) => Date.parse(textOr(at(one, 'time'), '')));
  return times.length === 0 || times.some(Number.isNaN) ? undefined : Math.max(...times);
}
