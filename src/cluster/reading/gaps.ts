// What a reading could not have: a kind that may not be listed, or a CustomResourceDefinition that is not there.

import { AppError } from '../../errors.ts';
import { shellCommand } from '../../shell-quote.ts';
import { ApiError } from '../api/connection.ts';
import { type Resource, resourceName } from '../api/resources.ts';

export interface Gap {
  readonly resource: Omit<Resource, 'kind'> & { readonly kind?: string };
  /** undefined where it was asked for in all namespaces, or has none. */
  readonly namespace: string | undefined;
  readonly isForbidden: boolean;
}

export class Gaps {
  readonly #all: Gap[] = [];

  get all(): readonly Gap[] {
    return this.#all;
  }

  /** Runs a read, and records that it may not be done. Rethrows everything else. @throws AppError cluster-unreachable */
  async record(resource: Gap['resource'], namespace: string | undefined, read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { status } = error;
      if (status === 404 && !resource.isCustom) {
        const detail = `It does not know ${resourceName(resource)}: is it the API server of a Kubernetes cluster?`;
        throw new AppError('cluster-unreachable', detail, { cause: error });
      }
      this.#add({ resource, namespace, isForbidden: status === 403 });
    }
  }

  #add(gap: Gap): void {
    const isSame = ({ resource, namespace }: Gap): boolean =>
      resource.plural === gap.resource.plural && namespace === gap.namespace;
    if (!this.#all.some(isSame)) this.#all.push(gap);
  }

  /** One for each kind, in the order of the alphabet, so that the same gaps read the same. */
  lines(): readonly string[] {
    const byKind = Map.groupBy(this.#all, ({ resource }) => resource.plural);
    return [...byKind.keys()].toSorted().flatMap((plural) => {
      const gaps = byKind.get(plural) ?? [];
      const [first] = gaps;
      return first === undefined ? [] : [lineOf(first, gaps.map(({ namespace }) => namespace).toSorted())];
    });
  }
}

function lineOf({ resource, isForbidden }: Gap, namespaces: readonly (string | undefined)[]): string {
  const name = resourceName(resource);
  const consequence = CONSEQUENCES[resource.plural] ?? 'so an absent one counts as unknown, not as missing';
  if (!isForbidden) return `${name} are not known to this cluster (no such CustomResourceDefinition), ${consequence}`;
  const [namespace] = namespaces;
  const where = places(resource, namespaces);
  const verb =
    resource.plural === 'configmaps' || (resource.plural === 'namespaces' && namespace !== undefined) ? 'get' : 'list';
  const ofNamespace = namespace === undefined ? ['-A'] : ['-n', namespace];
  const scope = !resource.isNamespaced && verb === 'list' ? [] : ofNamespace;
  const question = shellCommand(['kubectl', 'auth', 'can-i', verb, name, ...scope]);
  return `you may not ${verb} ${name}${where}, ${consequence} (${question})`;
}

function places({ isNamespaced }: Gap['resource'], namespaces: readonly (string | undefined)[]): string {
  const named = namespaces.filter((namespace) => namespace !== undefined);
  if (named.length === 0) return isNamespaced ? ' in all namespaces' : '';
  const shown = named.slice(0, 3).map((namespace) => `"${namespace}"`);
  const more = named.length > 3 ? ` and ${named.length - 3} more` : '';
  return ` in namespace ${shown.join(', ')}${more}`;
}

/** What an answer loses without the kind. */
const CONSEQUENCES: Readonly<Record<string, string>> = {
  services: 'so no backend can be planned',
  ingresses: 'so only those of files are known',
  ingressclasses: 'so the default class is not known',
  deployments: 'so Pods and their readiness probes are known in part only',
  statefulsets: 'so Pods and their readiness probes are known in part only',
  daemonsets: 'so Pods and their readiness probes are known in part only',
  pods: 'so Pods that no Deployment, StatefulSet or DaemonSet makes are not known',
  configmaps: 'so settings that Pods take from them are not known',
  networkpolicies: 'so whether they let Google in is not known',
  namespaces: 'so a policy that goes by their labels may judge otherwise',
  events: 'so what the controllers say is not shown',
};
