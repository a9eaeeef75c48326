// What every Kubernetes object has, and what several kinds share.
import type { StringMap } from './read.ts';
import type { TextFaults } from './text-faults.ts';

/** Group and version are kept for messages; rules look at kinds only. */
export interface TypeMeta<K extends string> {
  readonly apiVersion: string;
  readonly kind: K;
  readonly metadata: ObjectMeta;
  /** What is odd about its text; only objects of files have it, and those that have nothing odd have it not. */
  readonly text?: TextFaults;
}

export interface ObjectMeta {
  /** `generateName` where the API server has not given a name yet. */
  readonly name: string;
  /** "" for cluster-scoped kinds. */
  readonly namespace: string;
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly finalizers: readonly string[];
  /** RFC 3339, or "" where the API server has not set it yet. */
  readonly creationTimestamp: string;
  readonly isBeingDeleted: boolean;
  /** Of this object, and of no later one of its name; stored objects have it. */
  readonly uid?: string;
}

/** A port number, or the name of a port. */
export type PortReference = number | string;
