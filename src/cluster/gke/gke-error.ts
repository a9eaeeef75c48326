// Why Google could not be asked about the cluster, and what whoever reads the log does about it.

import type { ClusterName } from '../../facts/facts.ts';
import { operand, shellCommand } from '../../shell-quote.ts';

/** Also the label of a metric, so there are few and they do not change. */
export type GkeFailure =
  | 'no-names'
  | 'no-credentials'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'throttled'
  | 'server-error'
  | 'refused'
  | 'unreachable'
  | 'malformed';

export class GkeApiError extends Error {
  readonly kind: GkeFailure;
  /** What to do about it, with the commands. */
  readonly hint: string;
  /** Seconds that Google asks to wait; undefined where it does not. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    kind: GkeFailure,
    message: string,
    hint: string,
    options: { readonly cause?: unknown; readonly retryAfterSeconds?: number | undefined } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'GkeApiError';
    this.kind = kind;
    this.hint = hint;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export const HINTS = {
  noNames: (missing: readonly (keyof ClusterName)[]): string =>
    `On GKE the metadata server tells them; elsewhere give ${missing.map((part) => FLAGS[part]).join(', ')}, or a facts file (--facts FILE) and --no-gke-api.`,
  noCredentials:
    'In a Pod turn on Workload Identity for its node pool; a person runs gcloud auth application-default login; a key file is named by GOOGLE_APPLICATION_CREDENTIALS.',
  unauthorized:
    'The token is expired, revoked or for another API. In a Pod check Workload Identity (iam.gke.io/gcp-service-account on the ServiceAccount, if there is one); a person runs gcloud auth application-default login; a key file may have been deleted in IAM.',
  forbidden: (project: string, member: string): string =>
    `It needs the permission container.clusters.get. Run ${shellCommand(['gcloud', 'projects', 'add-iam-policy-binding', operand(project, 'PROJECT'), '--role=roles/container.clusterViewer', `--member=${member}`, '--condition=None'])}`,
  apiDisabled: (project: string): string =>
    `The Kubernetes Engine API is not enabled there. Run ${shellCommand(['gcloud', 'services', 'enable', 'container.googleapis.com', `--project=${project}`])}`,
  scopes:
    "The node's token lacks the scope https://www.googleapis.com/auth/cloud-platform. Use Workload Identity, which needs no scope of the node.",
  notFound: ({ project, location, name }: Required<ClusterName>): string =>
    `Tried were project "${project}" (--gke-project changes it), location "${location}" (--gke-location: a region for regional clusters, a zone for zonal ones) and cluster "${name}" (--gke-cluster). ${shellCommand(['gcloud', 'container', 'clusters', 'list', `--project=${project}`])} shows what there is.`,
  wait: 'Nothing needs doing: it is asked again by itself.',
  unreachable: (endpoint: string): string =>
    `Check that a NetworkPolicy, a firewall or a proxy lets the Pod reach ${endpoint} and the metadata server (169.254.169.254, port 80; 169.254.169.252, port 988 on GKE); clusters without a way there take --facts FILE and --no-gke-api.`,
  malformed: (endpoint: string): string =>
    `Check --gke-endpoint (${endpoint}): something other than the GKE API answers there.`,
} as const;

const FLAGS: Readonly<Record<keyof ClusterName, string>> = {
  project: '--gke-project',
  location: '--gke-location',
  name: '--gke-cluster',
};
