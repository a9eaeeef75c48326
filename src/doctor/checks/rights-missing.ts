import type { Command } from '../../shell-quote.ts';
import type { Check, Problem } from '../check.ts';
import { kubectl } from '../fix.ts';
import { readGuardPod } from '../guard-pod.ts';
import { type Installation, need, type Right } from '../installation.ts';
import { type Purpose, purposeOf } from '../needed-rights.ts';
import { inWords } from '../rbac.ts';

export const rightsMissing: Check = {
  id: 'rights-missing',
  looksAt: 'The ServiceAccount may do all that the guard asks the API server for.',
  why: 'What it may not list it does not know: rules about neighbours stay silent. With --self-signed it may never get its certificate, and never be ready; with --audit nobody hears of what is stored.',
  ok: 'the ServiceAccount may do what the guard needs',
  needs: ['deployment', 'rights'],
  subject: aboutAccount,
  run: (installation) => {
    const { rights } = installation;
    if (!rights.seen) return [];
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
      'it may do nothing of what the guard asks the API server for: its roles or the bindings to them are missing.',
    fix:
      installation.origin === 'cluster'
        ? [
            kubectl(undefined, 'apply', '-k', 'OVERLAY'),
            '; ',
            kubectl(undefined, 'get', 'clusterrolebinding', '-o', 'wide'),
            ' | ',
            ['grep', '-e', `${namespace}/`],
          ]
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
  const pod = readGuardPod(need(installation, 'deployment'));
  const { effect, source } = PURPOSES[first === undefined ? 'view' : purposeOf(first, pod)];
  return {
    status: 'error',
    subject: aboutAccount(installation),
    message: `it may not ${asked}: ${effect}`,
    fix: [
      `Add to the rules of its ${first?.namespace === undefined ? 'ClusterRole' : 'Role'} (${source} has it): ${JSON.stringify(rule)}; then `,
      ...(first === undefined ? [] : [asking(first, `system:serviceaccount:${namespace}:${account}`)]),
    ],
  };
}

const PURPOSES: Readonly<Record<Purpose, { readonly effect: string; readonly source: string }>> = {
  view: { effect: 'the guard does not know these objects, and rules about them stay silent.', source: 'deploy/base' },
  certificate: {
    effect: 'with --self-signed the guard cannot keep its certificate and the trust in it.',
    source: 'deploy/components/self-signed',
  },
  audit: {
    effect: 'with --audit the guard cannot say what is wrong with stored objects.',
    source: 'deploy/components/audit',
  },
};

function asking({ verb, group, resource, name, namespace }: Right, account: string): Command {
  const what = `${resource}${group === '' ? '' : `.${group}`}${name === undefined ? '' : `/${name}`}`;
  return [
    'kubectl',
    'auth',
    'can-i',
    verb,
    what,
    ...(namespace === undefined ? [] : ['-n', namespace]),
    `--as=${account}`,
  ];
}
