// The guard's installation as it is in a cluster, for the doctor. Each thing is asked for by itself, so that what the
// user may not read leaves the rest.

import { kubectl as command, type Fix } from '../../doctor/fix.ts';
import { certificateOnly } from '../../doctor/from-manifests.ts';
import { configMapNames, readGuardPod } from '../../doctor/guard-pod.ts';
import {
  type Clocks,
  type GuardName,
  type Installation,
  type Look,
  type NeededRight,
  need,
  type Right,
  type RightAnswer,
} from '../../doctor/installation.ts';
import { tlsSecret } from '../../doctor/issuer.ts';
import { askerName, keeperName, rightsNeededBy } from '../../doctor/needed-rights.ts';
import { answersOf } from '../../doctor/rbac.ts';
import { AppError } from '../../errors.ts';
import { at, isJsonObject, type JsonObject, objectsOf, textOr } from '../../kubernetes/read.ts';
import { LEARNED_CONFIG_MAP } from '../../learned/learned.ts';
import { operand } from '../../shell-quote.ts';
import { ApiError, type ClusterConnection } from '../api/connection.ts';

/** Where a kind is, and how kubectl calls it. */
interface Place {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespace?: string;
  /** Left out, all of them. */
  readonly labelSelector?: string;
}

/** @throws AppError cluster-unreachable */
export async function lookAtCluster(
  connection: ClusterConnection,
  guard: GuardName,
  watched: readonly Right[],
): Promise<Installation> {
  const clocks = await lookAtClocks(connection);
  const { namespace, name } = guard;
  const here = (apiVersion: string, kind: string, plural: string): Place => ({ apiVersion, kind, plural, namespace });
  const wide = (apiVersion: string, kind: string, plural: string): Place => ({ apiVersion, kind, plural });
  const get = (place: Place, wanted: string): Promise<Look<JsonObject | undefined>> =>
    getOne(connection, place, wanted);
  const list = (...places: readonly Place[]): Promise<Look<readonly JsonObject[]>> => listAll(connection, places);

  const deployment = await get(here('apps/v1', 'Deployment', 'deployments'), name);
  const pod = readGuardPod(need({ deployment }, 'deployment'));
  const keeper = await get(here('apps/v1', 'Deployment', 'deployments'), keeperName(guard));
  const asker = await get(here('apps/v1', 'Deployment', 'deployments'), askerName(guard));
  const learned = await get(here('v1', 'ConfigMap', 'configmaps'), LEARNED_CONFIG_MAP);
  const own = {
    keeper: keeper.seen ? keeper.value : undefined,
    asker: asker.seen ? asker.value : undefined,
  };
  const needed = rightsNeededBy(pod, own, guard, watched);
  const [mutating, validating, rbac] = await Promise.all([
    get(wide(ADMISSION, 'MutatingWebhookConfiguration', 'mutatingwebhookconfigurations'), name),
    get(wide(ADMISSION, 'ValidatingWebhookConfiguration', 'validatingwebhookconfigurations'), name),
    list(
      wide(RBAC, 'ClusterRole', 'clusterroles'),
      wide(RBAC, 'ClusterRoleBinding', 'clusterrolebindings'),
      here(RBAC, 'Role', 'roles'),
      here(RBAC, 'RoleBinding', 'rolebindings'),
    ),
  ]);
  const [secret, configMaps, answers] = await Promise.all([
    get(here('v1', 'Secret', 'secrets'), tlsSecret({ deployment })),
    getSome(connection, here('v1', 'ConfigMap', 'configmaps'), configMapNames(pod)),
    lookAtRights(connection, namespace, needed, rbac),
  ]);
  return {
    origin: 'cluster',
    guard,
    nowMs: Date.now(),
    deployment,
    keepers: asList(keeper),
    askers: asList(asker),
    learned: asList(learned),
    mutating,
    validating,
    rbac,
    configMaps,
    clocks,
    rights: answers,
    secret: secret.seen && secret.value !== undefined ? seen(certificateOnly(secret.value)) : secret,
    namespace: await get(wide('v1', 'Namespace', 'namespaces'), namespace),
    service: await get(here('v1', 'Service', 'services'), name),
    serviceAccount: await get(here('v1', 'ServiceAccount', 'serviceaccounts'), pod.serviceAccount),
    budgets: await list(here('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets')),
    networkPolicies: await list(here('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies')),
    endpointSlices: await list({ ...SLICES, namespace }),
    controlPlane: await lookAtControlPlane(list),
    pods: await list(here('v1', 'Pod', 'pods')),
    certificates: await list(here('cert-manager.io/v1', 'Certificate', 'certificates')),
    namespaces: await list(wide('v1', 'Namespace', 'namespaces')),
    foreignWebhooks: await list(
      wide(ADMISSION, 'MutatingWebhookConfiguration', 'mutatingwebhookconfigurations'),
      wide(ADMISSION, 'ValidatingWebhookConfiguration', 'validatingwebhookconfigurations'),
    ),
    classConstraints: await list(
      wide('constraints.gatekeeper.sh/v1beta1', 'K8sRequiredAnnotations', 'k8srequiredannotations'),
    ),
  };
}

/** One that may be there. */
function asList(look: Look<JsonObject | undefined>): Look<readonly JsonObject[]> {
  return look.seen ? seen(look.value === undefined ? [] : [look.value]) : look;
}

const ADMISSION = 'admissionregistration.k8s.io/v1';
const SLICES = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', plural: 'endpointslices' };
const RBAC = 'rbac.authorization.k8s.io/v1';

/** Labels as Kubernetes writes them, and as the manifests of apiserver-network-proxy have them. */
async function lookAtControlPlane(
  list: (...places: readonly Place[]) => Promise<Look<readonly JsonObject[]>>,
): Promise<Look<readonly JsonObject[]>> {
  const ofApiServer = 'kubernetes.io/service-name=kubernetes';
  const pods = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespace: 'kube-system' };
  // Both or nothing: where a tunnel may be, the API server's own address says nothing.
  return list(
    { ...SLICES, namespace: 'default', labelSelector: ofApiServer },
    { ...pods, labelSelector: 'k8s-app=konnectivity-agent' },
  );
}

/** The first question, which every user may ask: where nobody answers, nothing else is asked. */
async function lookAtClocks(connection: ClusterConnection): Promise<Look<Clocks>> {
  try {
    const response = await connection.open({ path: '/version', timeoutMs: 15_000 });
    const localMs = Date.now();
    response.resume();
    const serverMs = Date.parse(response.headers.date ?? '');
    if (Number.isFinite(serverMs)) return seen({ serverMs, localMs });
    return { seen: false, reason: 'the API server sends no Date header', command: 'date -u, on both machines' };
  } catch (error) {
    return notSeen(error, connection, 'kubectl get --raw /version -v=8, and compare its Date header with date -u');
  }
}

async function getOne(
  connection: ClusterConnection,
  place: Place,
  name: string,
): Promise<Look<JsonObject | undefined>> {
  try {
    const object = await connection.request({ path: `${pathOf(place)}/${encodeURIComponent(name)}` });
    return seen(isJsonObject(object) ? object : undefined);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return seen(undefined);
    return notSeen(error, connection, kubectl(place, name));
  }
}

async function getSome(
  connection: ClusterConnection,
  place: Place,
  names: readonly string[],
): Promise<Look<readonly JsonObject[]>> {
  const found: JsonObject[] = [];
  for (const name of names) {
    const look = await getOne(connection, place, name);
    if (!look.seen) return look;
    if (look.value !== undefined) found.push({ ...look.value, apiVersion: place.apiVersion, kind: place.kind });
  }
  return seen(found);
}

async function listAll(connection: ClusterConnection, places: readonly Place[]): Promise<Look<readonly JsonObject[]>> {
  const found: JsonObject[] = [];
  for (const place of places) {
    try {
      found.push(...(await listOne(connection, place)));
    } catch (error) {
      // The kind is not installed, so there are none.
      if (error instanceof ApiError && error.status === 404) continue;
      return notSeen(error, connection, kubectl(place));
    }
  }
  return seen(found);
}

const PAGE_OBJECTS = 500;

async function listOne(connection: ClusterConnection, place: Place): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  for (let next = ''; ; ) {
    const query = {
      limit: String(PAGE_OBJECTS),
      ...(place.labelSelector === undefined ? {} : { labelSelector: place.labelSelector }),
      ...(next === '' ? {} : { continue: next }),
    };
    const page = await connection.request({ path: pathOf(place), query });
    const { apiVersion, kind } = place;
    found.push(...objectsOf(at(page, 'items')).map((item) => ({ ...item, apiVersion, kind })));
    next = textOr(at(page, 'metadata', 'continue'), '');
    if (next === '') return found;
  }
}

const REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';

/**
 * By asking the API server, which knows every authorizer; where the user may not ask, from the RBAC objects.
 * @param namespace of the ServiceAccounts
 */
async function lookAtRights(
  connection: ClusterConnection,
  namespace: string,
  needed: readonly NeededRight[],
  rbac: Look<readonly JsonObject[]>,
): Promise<Look<readonly RightAnswer[]>> {
  const groups = ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  const answers: RightAnswer[] = [];
  let user = '';
  try {
    for (const one of needed) {
      const { account, right } = one;
      user = `system:serviceaccount:${namespace}:${account}`;
      const body = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user, groups, resourceAttributes: { ...right } },
      };
      const answer = await connection.request({ method: 'POST', path: REVIEWS, body });
      answers.push({ ...one, isAllowed: at(answer, 'status', 'allowed') === true });
    }
    return seen(answers);
  } catch (error) {
    const refused = notSeen(error, connection, [['kubectl', 'auth', 'can-i', '--list', `--as=${user}`]]);
    return rbac.seen ? seen(answersOf(rbac.value, namespace, needed)) : refused;
  }
}

/** @throws AppError cluster-unreachable where there was no answer, or the credentials are not accepted */
function notSeen(error: unknown, { server }: ClusterConnection, command: Fix): Look<never> {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === undefined || error.status === 401) {
    throw new AppError('cluster-unreachable', `${server}: ${error.message}.`, { cause: error });
  }
  return { seen: false, reason: `the API server does not show it: ${error.message}`, command };
}

function pathOf({ apiVersion, plural, namespace }: Place): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`}/${plural}`;
}

function kubectl({ plural, namespace }: Place, name?: string): Fix {
  const what = name === undefined ? [plural] : [plural, operand(name)];
  return [command(namespace, 'get', ...what, '-o', 'yaml'), ', as somebody who may'];
}

function seen<T>(value: T): Look<T> {
  return { seen: true, value };
}
