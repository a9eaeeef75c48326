// Who asks Google, and about which cluster: google-auth-library's credentials and the metadata server.

import type { ClusterName } from '../../facts/facts.ts';
import { systemReason } from '../../system-reason.ts';
import { type AuthClient, GoogleAuth, gaxios, gcpMetadata, UserRefreshClient } from '../bundled/google-auth.ts';
import { GkeApiError, HINTS } from './gke-error.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
/** A token takes a few kilobytes, a key of a cluster's metadata at most 256 (Compute Engine, limits of metadata values). */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** What the answer says of its length, and what comes: gaxios makes the second of the first for single requests only. */
const BOUND = { maxContentLength: MAX_ANSWER_BYTES, size: MAX_ANSWER_BYTES };

// Whoever answers in the place of the metadata server must not fill the memory; its client takes no option for one request.
gaxios.instance.defaults = { ...gaxios.instance.defaults, ...BOUND };

export interface GkeIdentity {
  /** @throws GkeApiError no-credentials */
  headersFor(url: string): Promise<Headers>;
  /** As `gcloud … --member=` takes it, with placeholders in capitals for what is not known. Never throws. */
  member(): Promise<string>;
}

/** @param namespace of the Pod, where there is one */
export function createIdentity(namespace: string | undefined): GkeIdentity {
  // The library and its metadata client remember forever that there was no metadata server; on GKE it may come up a
  // few seconds after the Pod.
  gcpMetadata.resetIsAvailableCache();
  // With a project the library does not run gcloud to find one, which nobody needs here.
  const auth = new GoogleAuth({
    scopes: [SCOPE],
    projectId: 'not-needed',
    clientOptions: { transporterOptions: BOUND },
  });
  // A key signs its own tokens then, as Google's own clients have it: one host less that a Pod must reach.
  auth.useJWTAccessWithScope = true;
  let client: AuthClient | undefined;
  return {
    headersFor: async (url) => {
      try {
        client ??= await auth.getClient();
        return await client.getRequestHeaders(url);
      } catch (cause) {
        throw new GkeApiError('no-credentials', `there are no credentials: ${clipped(cause)}`, HINTS.noCredentials, {
          cause,
        });
      }
    },
    member: async () => {
      try {
        if (client instanceof UserRefreshClient) return 'user:EMAIL';
        const { client_email: email } = await auth.getCredentials();
        return email === undefined ? 'PRINCIPAL' : await memberOf(email, namespace);
      } catch {
        return 'PRINCIPAL';
      }
    },
  };
}

/** With Workload Identity and no Google service account, the metadata server names the pool in place of an email. */
async function memberOf(email: string, namespace = 'NAMESPACE'): Promise<string> {
  if (!email.endsWith('.svc.id.goog')) return `serviceAccount:${email}`;
  const number = (await metadata('project', 'numeric-project-id')) ?? 'PROJECT_NUMBER';
  const pool = `projects/${number}/locations/global/workloadIdentityPools/${email}`;
  return `principal://iam.googleapis.com/${pool}/subject/ns/${namespace}/sa/gke-ingress-guard`;
}

/** What the metadata server knows of the cluster; nothing where there is none. Never throws. */
export async function namesFromMetadata(): Promise<ClusterName> {
  gcpMetadata.resetIsAvailableCache();
  if (!(await isOnGoogleCloud())) return { project: undefined, location: undefined, name: undefined };
  const [project, location, name] = await Promise.all([
    metadata('project', 'project-id'),
    metadata('instance', 'attributes/cluster-location'),
    metadata('instance', 'attributes/cluster-name'),
  ]);
  return { project, location, name };
}

async function isOnGoogleCloud(): Promise<boolean> {
  try {
    return await gcpMetadata.isAvailable();
  } catch {
    return false;
  }
}

/** The library refuses an answer without the header Metadata-Flavor: Google, which a captive portal would not have. */
async function metadata(of: 'project' | 'instance', key: string): Promise<string | undefined> {
  try {
    // Parsed as JSON where that is possible: a number, of any size, comes as one.
    const value: unknown = await (of === 'project' ? gcpMetadata.project(key) : gcpMetadata.instance(key));
    return String(value).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Errors of the library may hold whole answers. */
function clipped(error: unknown): string {
  return systemReason(error).slice(0, 200);
}
