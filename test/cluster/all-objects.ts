// Every object of a cluster, and what a namespace that is deleted takes along: this control plane has no controller for it.
import { at, objectsOf, textOr, textsOf } from '../../src/kubernetes/read.ts';
import { type ApiClient, mustSucceed } from './api-client.ts';
import { waitFor } from './wait-for.ts';

export interface Resource {
  readonly path: string;
  readonly singular: string;
  /** `reports.openreports.io`, as kubectl takes it where the name alone may be another's. */
  readonly fullName: string;
  readonly isNamespaced: boolean;
}

/** As kubectl learns them. */
export async function discover(client: ApiClient): Promise<readonly Resource[]> {
  const { body } = await mustSucceed(client.request({ method: 'GET', path: '/apis' }));
  const versions = objectsOf(at(body, 'groups')).map(
    (group) => `/apis/${textOr(at(group, 'preferredVersion', 'groupVersion'), '')}`,
  );
  const found: Resource[] = [];
  for (const version of ['/api/v1', ...versions]) {
    const { body: list } = await mustSucceed(client.request({ method: 'GET', path: version }));
    for (const one of objectsOf(at(list, 'resources'))) {
      const verbs = textsOf(at(one, 'verbs'));
      if (!verbs.includes('list') || !verbs.includes('delete')) continue;
      const singular = textOr(at(one, 'singularName'), '') || textOr(at(one, 'kind'), '').toLowerCase();
      const plural = textOr(at(one, 'name'), '');
      found.push({
        path: `${version}/${plural}`,
        singular,
        fullName: `${plural}.${version.split('/')[2]}`,
        isNamespaced: at(one, 'namespaced') === true,
      });
    }
  }
  return found;
}

/** Each as "kind namespace/name". Events, which are records of what happens, only where they are asked for. */
export async function everything(
  client: ApiClient,
  resources: readonly Resource[],
  withEvents: 'with Events' | 'without Events' = 'without Events',
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { path, singular } of resources) {
    if (singular === 'event' && withEvents === 'without Events') continue;
    // A kind that was just defined is not listed at once.
    const list = () => client.request({ method: 'GET', path });
    const { body } = await waitFor(`${path} to be listed`, list, ({ status }) => status === 200);
    for (const item of objectsOf(at(body, 'items'))) {
      const [namespace, name] = ['namespace', 'name'].map((field) => textOr(at(item, 'metadata', field), '-'));
      found.add(`${singular} ${namespace}/${name}`);
    }
  }
  return found;
}

/** What `kubectl delete KINDS [--all-namespaces] -l LABEL` and `kubectl delete namespace NAME` do. */
export async function obeyDeletion(client: ApiClient, resources: readonly Resource[], line: string): Promise<void> {
  const byLabel = /^kubectl delete (\S+)(?: (--all-namespaces))? -l (\S+)$/.exec(line);
  if (byLabel !== null) {
    const [, kinds = '', everywhere, label = ''] = byLabel;
    for (const kind of kinds.split(',')) {
      const resource = resources.find(({ singular, fullName }) => singular === kind || fullName === kind);
      if (resource === undefined) throw new Error(`${line}: the API server knows no ${kind}`);
      // Without a namespace kubectl means that of its context, where the guard has nothing.
      if (resource.isNamespaced && everywhere === undefined) throw new Error(`${line}: in which namespace?`);
      await deleteAll(client, resource, label);
    }
    return;
  }
  const [, namespace] = /^kubectl delete namespace (\S+)$/.exec(line) ?? [];
  if (namespace === undefined) throw new Error(`It is not known what "${line}" does.`);
  await emptyNamespace(client, resources, namespace);
}

async function deleteAll(client: ApiClient, { path, isNamespaced }: Resource, label: string): Promise<void> {
  const selected = `labelSelector=${encodeURIComponent(label)}`;
  if (!isNamespaced) {
    await mustSucceed(client.request({ method: 'DELETE', path: `${path}?${selected}` }));
    return;
  }
  // A collection of all namespaces cannot be deleted at once.
  const { body } = await mustSucceed(client.request({ method: 'GET', path: `${path}?${selected}` }));
  const place = path.lastIndexOf('/');
  for (const item of objectsOf(at(body, 'items'))) {
    const [namespace, name] = ['namespace', 'name'].map((field) => textOr(at(item, 'metadata', field), ''));
    const one = `${path.slice(0, place)}/namespaces/${namespace}${path.slice(place)}/${name}`;
    await mustSucceed(client.request({ method: 'DELETE', path: one }));
  }
}

async function emptyNamespace(client: ApiClient, resources: readonly Resource[], name: string): Promise<void> {
  const path = `/api/v1/namespaces/${name}`;
  await mustSucceed(client.request({ method: 'DELETE', path }));
  for (const resource of resources.filter(({ isNamespaced }) => isNamespaced)) {
    const place = resource.path.lastIndexOf('/');
    const here = `${resource.path.slice(0, place)}/namespaces/${name}${resource.path.slice(place)}`;
    const { body } = await client.request({ method: 'GET', path: here });
    for (const item of objectsOf(at(body, 'items'))) {
      await client.request({ method: 'DELETE', path: `${here}/${textOr(at(item, 'metadata', 'name'), '')}` });
    }
  }
  const { body } = await mustSucceed(client.request({ method: 'GET', path }));
  const emptied = { ...(body as object), spec: { finalizers: [] } };
  await mustSucceed(client.request({ method: 'PUT', path: `${path}/finalize`, body: emptied }));
}
