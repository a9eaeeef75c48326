// Where the NEG annotation of a Service comes from, if from anywhere. GKE's own webhook writes {"ingress":true} when a Service
// is created, of type ClusterIP, NodePort or LoadBalancer, and never on an update (cloud.google.com
// how-to/container-native-load-balancing: GKE 1.17.6-gke.7, VPC-native, no Shared VPC, no GKE network policy; the types as
// public dumps of clusters show them).
import { type Fact, type Facts, isKnownToBe } from '../facts/facts.ts';
import type { Service } from '../kubernetes/objects.ts';
import { NEG } from './annotation-keys.ts';
import type { PlanSettings } from './plan-input.ts';

/**
 * `annotation`: it is there. `guard`: this guard will write it. `gke`: GKE is expected to. `maybe`: what decides whether GKE
 * does is not known. `none`: it is not there, and GKE does not add it later.
 */
export type NegSource = 'annotation' | 'guard' | 'gke' | 'maybe' | 'none';

export function negSourceOf(service: Service, settings: PlanSettings): NegSource {
  if (service.metadata.annotations[NEG] !== undefined) return settings.isInjected(service) ? 'guard' : 'annotation';
  if (!settings.expectsGkeNeg || service.type === 'ExternalName') return 'none';
  const writes = writesByDefault(settings.facts);
  if (writes === false) return 'none';
  // Nobody has seen what it does with a headless Service.
  return writes === true && service.clusterIP !== 'None' ? 'gke' : 'maybe';
}

/** undefined where a fact that decides is not known. */
function writesByDefault(facts: Facts): boolean | undefined {
  const { vpcNative, sharedVpc, networkPolicy, version } = facts;
  const isOld = version.known && !isAtLeast(version.value, FIRST_VERSION);
  if (isOld || isKnownToBe(vpcNative, false) || isKnownToBe(sharedVpc, true) || isKnownToBe(networkPolicy, true)) {
    return false;
  }
  const deciding: readonly Fact<unknown>[] = [vpcNative, sharedVpc, networkPolicy, version];
  return deciding.every(({ known }) => known) ? true : undefined;
}

/** 1.17.6-gke.7 */
const FIRST_VERSION = [1, 17, 6, 7] as const;

/** A part that the version does not have counts as 0; text that is no version of GKE's is older than any. */
function isAtLeast(version: string, wanted: readonly number[]): boolean {
  const match = /^v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})-gke\.(\d{1,12})/.exec(version);
  if (match === null) return false;
  const parts = match.slice(1).map(Number);
  const different = wanted.findIndex((part, index) => parts[index] !== part);
  return different === -1 || (parts[different] ?? 0) > (wanted[different] ?? 0);
}
