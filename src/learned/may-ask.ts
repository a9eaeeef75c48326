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

/** What the Pod itself says. @returns why not, as a predicate; undefined where it may be */
export function whyPodNotAsked(pod: ClusterPod): string | undefined {
  if (isOptedOut([pod.object])) return `has the annotation ${ASK}: "false"`;
  if (pod.isLeaving) return 'is being deleted';
  if (pod.phase !== 'Running') return `is ${pod.phase}`;
  if (!pod.isReady || pod.startedAtMs === undefined) return 'is not Ready';
  if (pod.isOnHostNetwork) return 'is on the network of its node';
  if (pod.hostAddresses.includes(pod.address)) return 'has the address of its node';
  if (pod.nodeName === '') return 'is on no node';
  const sidecar = pod.containerNames.find((name) => SIDECARS.includes(name));
  return sidecar === undefined ? undefined : `has the sidecar ${sidecar}, which may treat Google otherwise`;
}

/** The proof beside it. @param sharing Pods that say they have its address; one of them is the Pod as it is now */
export function whyAddressNotAsked(
  pod: ClusterPod,
  node: NodeAddresses,
  sharing: readonly ClusterPod[],
): string | undefined {
  const fault = whyNoPodAddress(pod.address, node);
  if (fault !== undefined) return `has an address that ${fault}`;
  const others = sharing.filter(({ uid, phase }) => uid !== pod.uid && phase !== 'Succeeded' && phase !== 'Failed');
  if (others.length > 0) return 'says that it has the address of another Pod';
  const now = sharing.find(({ uid }) => uid === pod.uid);
  return now === undefined ? 'has another address now' : whyPodNotAsked(now);
}
