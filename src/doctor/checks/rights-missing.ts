import type { Check, Problem } from '../check.ts';
import { readGuardPod, usesCluster } from '../guard-pod.ts';
import { type Installation, need, type Right } from '../installation.ts';
import { inWords } from '../rbac.ts';

export const rightsMissing: Check = {
  id: 'rights-missing',
  looksAt: 'The ServiceAccount may do all that the guard asks the API server for.',
  why: 'What it may not list it does not know: rules about neighbours stay silent, and it may never get ready.',
  ok: 'the ServiceAccount may do what the guard needs',
  needs: ['deployment', 'rights'],
  subject: aboutAccount,
  run: (installation) => {
    const { rights } = installation;
    if (!rights.seen || !usesCluster(readGuardPod(need(installation, 'deployment')))) return [];
    const missing = rights.value.filter(({ isAllowed }) => !isAllowed).map(({ right }) => right);
    if (missing.length > 0 && missing.length === rights.value.length) return [nothing(installation)];
    return group(missing).map((rights) => problem(rights, installation));
  },
};

export function aboutAccount(installation: Installation): string {
  const { serviceAccount } = readGuardPod(need(installation, 'deployment'));
  return `ServiceAccount/${installation.guard.namespace}/${serviceAccount}`;
}

function nothing(installation: Installation): Problem {
  const { namespace } = installation.guard;
  return {
    status: 'error',
    subject: aboutAccount(installation),
    message:
      'it may do nothing of what the guard asks the API server for: its ClusterRole or the binding to it is missing.',
    fix:
      installation.origin === 'cluster'
        ? `kubectl apply -k OVERLAY; kubectl get clusterrolebinding -o wide | grep ${namespace}/`
        : 'Render the whole overlay: kubectl kustomize OVERLAY | gke-ingress-guard doctor -f -',
  };
}

/** Rights that differ in the verb only are one rule. */
function group(rights: readonly Right[]): readonly (readonly Right[])[] {
  const key = ({ group, resource, namespace, name }: Right): string =>
    JSON.stringify([group, resource, namespace, name]);
  return [...Map.groupBy(rights, key).values()];
}

function problem(rights: readonly Right[], installation: Installation): Problem {
  const [first] = rights;
  const verbs = rights.map(({ verb }) => verb);
  const rule = {
    apiGroups: [first?.group ?? ''],
    resources: [first?.resource ?? ''],
    ...(first?.name === undefined ? {} : { resourceNames: [first.name] }),
    verbs,
  };
  const { namespace } = installation.guard;
  const account = aboutAccount(installation).split('/').at(-1) ?? '';
  const asked = rights.map(inWords).join(', ');
  return {
    status: 'error',
    subject: aboutAccount(installation),
    message: `it may not ${asked}: the guard does not know these objects, and rules about them stay silent.`,
    fix: `Add to the rules of its ${first?.namespace === undefined ? 'ClusterRole' : 'Role'} (deploy/base has it): ${JSON.stringify(rule)}; then kubectl auth can-i ${verbs[0]} ${first?.resource}${first?.group ? `.${first.group}` : ''} --as=system:serviceaccount:${namespace}:${account}`,
  };
}
