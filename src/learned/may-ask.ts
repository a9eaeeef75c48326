// Who may be asked: Pods of the cluster network that run and are Ready, whose address their node and nobody else has, and whose
// owners have not said no. A Pod's address is the only one that is ever asked.
import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { ClusterPod } from './cluster-pod.ts';
import { type NodeAddresses, whyNoPodAddress } from './pod-address.ts';

/** "false" on a Namespace, an Ingress, a Service, a Deployment or its like, or a Pod: what belongs to it is not asked. */
const ASK = 'gke-ingress-guard.dev/ask';

/** @param objects those that lead to a Pod; undefined for one that is not known */
export function isOptedOut(objects: readonly (KubernetesObject | undefined)[]): boolean {
  return objects.some((object) => object?.metadata.annotations[ASK]?.trim().toLowerCase() === 'false');
}

/** Proxies of a mesh that answer in place of the app, to callers of the mesh otherwise than to Google. */
const SIDECARS: readonly string[] = ['istio-proxy', 'linkerd-proxy'];

/** Why a Pod is not asked. */
export interface NotAsked {
  /** One of a few words, to be counted. */
  readonly reason:
    | 'opted-out'
    | 'not-running'
    | 'host-network'
    | 'mesh'
    | 'address'
    | 'shared-address'
    | 'settings-changed';
  /** As a predicate. */
  readonly why: string;
}

/** What the Pod itself says. @returns undefined where it may be asked */
export function whyPodNotAsked(pod: ClusterPod): NotAsked | undefined {
  if (isOptedOut([pod.object])) return { reason: 'opted-out', why: `has the annotation ${ASK}: "false"` };
  const state = whyNotRunning(pod);
  if (state !== undefined) return { reason: 'not-running', why: state };
  if (pod.isOnHostNetwork) return { reason: 'host-network', why: 'is on the network of its node' };
  if (pod.hostAddresses.includes(pod.address)) return { reason: 'address', why: 'has the address of its node' };
  const sidecar = pod.containerNames.find((name) => SIDECARS.includes(name));
  if (sidecar === undefined) return undefined;
  return { reason: 'mesh', why: `has the sidecar ${sidecar}, which may treat Google otherwise` };
}

function whyNotRunning(pod: ClusterPod): string | undefined {
  if (pod.isLeaving) return 'is being deleted';
  if (pod.phase !== 'Running') return `is ${pod.phase}`;
  if (!pod.isReady || pod.startedAtMs === undefined) return 'is not Ready';
  return pod.nodeName === '' ? 'is on no node' : undefined;
}

/** The proof beside it. @param sharing Pods that say they have its address; one of them is the Pod as it is now */
export function whyAddressNotAsked(
  pod: ClusterPod,
  node: NodeAddresses,
  sharing: readonly ClusterPod[],
): NotAsked | undefined {
  const fault = whyNoPodAddress(pod.address, node);
  if (fault !== undefined) return { reason: 'address', why: `has an address that ${fault}` };
  const others = sharing.filter(({ uid, phase }) => uid !== pod.uid && phase !== 'Succeeded' && phase !== 'Failed');
  if (others.length > 0) return { reason: 'shared-address', why: 'says that it has the address of another Pod' };
  const now = sharing.find(({ uid }) => uid === pod.uid);
  return now === undefined ? { reason: 'address', why: 'has another address now' } : whyPodNotAsked(now);
}
