// An API server that cannot be asked, in words that say what to type: the network, the credentials, or their plugin.

import { AppError } from '../../errors.ts';
import { operand, shellCommand } from '../../shell-quote.ts';
import { parseGkeName } from '../gke/gke-name.ts';
import type { ApiError, ClusterConnection } from './connection.ts';

export function unreachable(error: ApiError, connection: ClusterConnection): AppError {
  return new AppError('cluster-unreachable', detailOf(error, connection), { cause: error });
}

function detailOf({ status, message }: ApiError, connection: ClusterConnection): string {
  const { server, context } = connection;
  const of = context === undefined ? '' : ` of context "${context}"`;
  const plugin = /credentials of the kubeconfig cannot be obtained: (.*)/s.exec(message)?.[1];
  if (plugin !== undefined) {
    const isAbsent = /ENOENT|not found|no such file/i.test(plugin);
    const next = isAbsent
      ? 'For GKE install it: gcloud components install gke-gcloud-auth-plugin'
      : 'For GKE sign in: gcloud auth login';
    const what = isAbsent ? 'The plugin that gets the credentials' : 'The credentials';
    return `${what}${of} ${isAbsent ? 'does not run' : 'cannot be obtained'}: ${sentence(plugin)} ${next}`;
  }
  if (status === 401) {
    return `${server} does not take the credentials${of} (401): they have expired, or are another cluster's. Sign in again: gcloud auth login; then ${getCredentials(connection)}`;
  }
  if (status === undefined) return `${server}${of} gives no answer: ${sentence(message)}`;
  return `${server}${of} answers ${status}: ${sentence(message)}`;
}

function getCredentials({ clusterName }: ClusterConnection): string {
  const { project = 'PROJECT', location = 'LOCATION', name = 'NAME' } = parseGkeName(clusterName);
  const where = [`--location=${location}`, `--project=${project}`];
  return shellCommand(['gcloud', 'container', 'clusters', 'get-credentials', operand(name), ...where]);
}

function sentence(text: string): string {
  const line = text.split('\n')[0]?.trim() ?? '';
  return line.endsWith('.') ? line : `${line}.`;
}
