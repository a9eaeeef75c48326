import type { ClusterName } from '../../facts/facts.ts';

/** gcloud names clusters in a kubeconfig gke_PROJECT_LOCATION_NAME; none of the parts has an underscore. */
export function parseGkeName(name: string | undefined): ClusterName {
  const [, project, location, cluster] = /^gke_([^_]+)_([^_]+)_([^_]+)$/.exec(name ?? '') ?? [];
  return { project, location, name: cluster };
}
