// An installation as rendered manifests describe it: what only a cluster can tell was not looked at.

import { at, type JsonObject, textOr } from '../kubernetes/read.ts';
import { LEARNED_CONFIG_MAP } from '../learned/learned.ts';
import { operand } from '../shell-quote.ts';
import type { Expectations } from './check.ts';
import { type Fix, kubectl } from './fix.ts';
import { type GuardPod, isSelfSigned, readGuardPod, tlsSecretName } from './guard-pod.ts';
import { type GuardName, type Installation, isIn, type Look, nameOf } from './installation.ts';
import { DEFAULT_TLS_SECRET } from './issuer.ts';
import { askerName, keeperName, rightsNeededBy } from './needed-rights.ts';
import { answersOf } from './rbac.ts';

export function fromManifests(
  objects: readonly JsonObject[],
  guard: GuardName,
  expected: Pick<Expectations, 'rights'>,
  nowMs: number,
): Installation {
  const { namespace, name } = guard;
  const ofKind = (...kinds: readonly string[]): readonly JsonObject[] =>
    objects.filter((object) => kinds.includes(textOr(at(object, 'kind'), '')));
  const here = (kind: string): readonly JsonObject[] => ofKind(kind).filter((object) => isIn(object, namespace));
  const named = (list: readonly JsonObject[], wanted: string): JsonObject | undefined =>
    list.find((object) => nameOf(object) === wanted);
  const deployment = named(here('Deployment'), name);
  const pod = readGuardPod(deployment ?? {});
  const rbac = ofKind('Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding');
  const keeper = named(here('Deployment'), keeperName(guard));
  const asker = named(here('Deployment'), askerName(guard));
  const learned = named(here('ConfigMap'), LEARNED_CONFIG_MAP);
  const rights = rightsNeededBy(pod, { keeper, asker }, guard, expected.rights);
  const foreign = ofKind('MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration').filter(
    (object) => nameOf(object) !== name,
  );
  const constraints = ofKind('K8sRequiredAnnotations');
  const secret = named(here('Secret'), tlsSecretName(pod) ?? DEFAULT_TLS_SECRET);
  const live: Fix = [['gke-ingress-guard', 'doctor', '-n', namespace], ', against the cluster'];
  const secretName = operand(tlsSecretName(pod) ?? DEFAULT_TLS_SECRET);
  const secretLive: Fix = [...live, '; or ', kubectl(namespace, 'get', 'secret', secretName)];
  return {
    origin: 'files',
    guard,
    nowMs,
    mutating: seen(named(ofKind('MutatingWebhookConfiguration'), name)),
    validating: seen(named(ofKind('ValidatingWebhookConfiguration'), name)),
    namespace: seen(named(ofKind('Namespace'), namespace)),
    service: seen(named(here('Service'), name)),
    deployment: seen(deployment),
    serviceAccount: seen(named(here('ServiceAccount'), pod.serviceAccount)),
    secret:
      secret === undefined || isToBeFilled(secret, pod)
        ? notIn('the serving certificate', secretLive)
        : seen(certificateOnly(secret)),
    configMaps: seen(here('ConfigMap')),
    keepers: seen(keeper === undefined ? [] : [keeper]),
    askers: seen(asker === undefined ? [] : [asker]),
    learned: seen(learned === undefined ? [] : [learned]),
    budgets: seen(here('PodDisruptionBudget')),
    networkPolicies: seen(here('NetworkPolicy')),
    endpointSlices: notIn('whether Pods are ready', live),
    controlPlane: notIn('where the control plane calls from', live),
    pods: notIn('which Pods run', live),
    certificates: seen(here('Certificate')),
    rbac: seen(rbac),
    namespaces: seen(ofKind('Namespace')),
    foreignWebhooks: foreign.length === 0 ? notIn('other webhooks of the cluster', live) : seen(foreign),
    classConstraints: constraints.length === 0 ? notIn('constraints of Policy Controller', live) : seen(constraints),
    clocks: notIn("the API server's clock", live),
    rights: seen(answersOf(rbac, namespace, rights)),
  };
}

/** The self-signed component ships its Secret empty. */
function isToBeFilled(secret: JsonObject, pod: GuardPod): boolean {
  return isSelfSigned(pod) && at(secret, 'data', 'tls.crt') === undefined;
}

/** A Secret without its key: nothing of the doctor may print it. */
export function certificateOnly(secret: JsonObject): JsonObject {
  const { apiVersion, kind, metadata } = secret;
  return { apiVersion, kind, metadata, data: { 'tls.crt': at(secret, 'data', 'tls.crt') } };
}

function seen<T>(value: T): Look<T> {
  return { seen: true, value };
}

function notIn(what: string, command: Fix): Look<never> {
  return { seen: false, reason: `manifests do not tell ${what}`, command };
}
