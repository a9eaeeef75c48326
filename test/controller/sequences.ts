// Sequences: what becomes of an Ingress that is edited, moved to another class or deleted. After each step the plan of
// what is stored then is compared, and what is left in the fake Google is counted: history is nothing that a plan knows.
import { objectPath } from '../cluster/api-paths.ts';
import type { Flags, RawObject } from './case.ts';
import type { ControllerCluster, StoredObject, Written } from './cluster.ts';
import { compareForms } from './compare.ts';
import type { Google, Resource } from './google.ts';
import { predict } from './predicted.ts';
import { seenForm } from './seen.ts';
import type { Store } from './store.ts';

export interface Step {
  readonly what: string;
  readonly change: (store: Store, find: (kind: string, name: string) => RawObject) => Promise<unknown>;
  readonly expected: State;
}

export interface State {
  /** How many of each kind in Google are for objects of this sequence; kinds of which there are none are left out. */
  readonly left: Readonly<Record<string, number>>;
  /** Fields in which the controllers differ from the plan of what is stored now, because of what was before. */
  readonly differs: readonly string[];
  /** What the NEG controller tells of their Services. */
  readonly serviceErrors: readonly string[];
}

export interface Sequence {
  readonly name: string;
  readonly objects: readonly RawObject[];
  readonly created: State;
  readonly steps: readonly Step[];
}

/** Of one namespace; each sequence has its own. */
export async function stateOf(
  namespace: string,
  cluster: ControllerCluster,
  written: Written,
  flags: Flags,
): Promise<State> {
  const objects = await storedIn(cluster.store, namespace);
  const { forms } = predict([...objects, ...(await storedIn(cluster.store, 'kube-system'))], flags);
  const serviceErrors: string[] = [];
  const differs = [...forms].flatMap(([key, form]) => {
    const ingress = written.ingresses.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === key);
    if (ingress === undefined) return [];
    const seen = seenForm(ingress, written);
    serviceErrors.push(...Object.values(seen.services).flatMap(({ error }) => (error ? [String(error)] : [])));
    const one = { name: key, objects, flags };
    return compareForms(one, key, form, seen).disagreements.map(
      ({ leaf, plan, controller }) => `${leaf}: ${plan} | ${controller}`,
    );
  });
  return { left: countLeft(namespace, written.google), differs: [...new Set(differs)].toSorted(), serviceErrors };
}

/** Front ends carry the namespace in their names, backends in their descriptions, or in their names where these have none. */
function countLeft(namespace: string, google: Google): Readonly<Record<string, number>> {
  const isOf = ({ name, description = '' }: Resource): boolean =>
    name.includes(`-${namespace}-`) ||
    description.includes(`${namespace}/`) ||
    description.includes(`"namespace":"${namespace}"`);
  const counts = Object.entries(google).flatMap(([kind, resources]) => {
    const own = (resources as readonly Resource[]).filter(isOf);
    const global = own.filter(({ selfLink }) => selfLink.includes('/global/')).length;
    const regional = own.length - global;
    const isZonal = kind === 'groups';
    return [
      ...(global === 0 ? [] : [[kind, global] as const]),
      ...(regional === 0 ? [] : [[isZonal ? kind : `regional ${kind}`, regional] as const]),
    ];
  });
  return Object.fromEntries(counts);
}

const KINDS: Readonly<Record<string, string>> = {
  Ingress: '/apis/networking.k8s.io/v1/namespaces/NAMESPACE/ingresses',
  Service: '/api/v1/namespaces/NAMESPACE/services',
  Pod: '/api/v1/namespaces/NAMESPACE/pods',
  Secret: '/api/v1/namespaces/NAMESPACE/secrets',
  BackendConfig: '/apis/cloud.google.com/v1/namespaces/NAMESPACE/backendconfigs',
  FrontendConfig: '/apis/networking.gke.io/v1beta1/namespaces/NAMESPACE/frontendconfigs',
};

/** What is there of the kinds that a plan is made of. */
export async function storedIn(store: Store, namespace: string): Promise<readonly RawObject[]> {
  const lists = await Promise.all(
    Object.entries(KINDS).map(async ([kind, path]) => {
      // A list of the API server, whose items have neither kind nor version of their own.
      const list = (await store.must('GET', path.replace('NAMESPACE', namespace))) as {
        readonly apiVersion: string;
        readonly items: readonly StoredObject[];
      };
      return list.items.map((item): RawObject => ({ ...item, apiVersion: list.apiVersion, kind }));
    }),
  );
  return lists.flat();
}

const MERGE = 'application/merge-patch+json';

export function patch(kind: string, name: string, body: unknown): Step['change'] {
  return (store, find) => store.must('PATCH', objectPath(find(kind, name)), body, MERGE);
}

export function remove(kind: string, name: string): Step['change'] {
  return (store, find) => store.must('DELETE', objectPath(find(kind, name)));
}
