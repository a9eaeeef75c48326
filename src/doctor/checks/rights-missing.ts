import type { Command } from '../../shell-quote.ts';
import type { Check, Problem } from '../check.ts';
import { kubectl } from '../fix.ts';
import { readGuardPod } from '../guard-pod.ts';
import { type Installation, type NeededRight, need, type Purpose, type Right } from '../installation.ts';
import { inWords } from '../rbac.ts';

export const rightsMissing: Check = {
  id: 'rights-missing',
  looksAt: 'The ServiceAccount may do all that the guard asks the API server for.',
  why: 'What it may not list it does not know: rules about neighbours stay silent. With --self-signed it may never get its certificate, and never be ready; with --audit nobody hears of what is stored; with --audit-reports no dashboard shows it; the asker learns nothing.',
  ok: 'the ServiceAccount may do what the guard needs',
  needs: ['deployment', 'rights'],
  subject: aboutAccount,
  run: (installation) => {
    const { rights } = installation;
    if (!rights.seen) return [];
    const byAccount = Map.groupBy(rights.value, ({ account }) => account);
    return [...byAccount].flatMap(([account, answers]) => {
      const subject = accountInWords(installation.guard.namespace, account);
      const missing = answers.filter(({ isAllowed }) => !isAllowed);
      if (missing.length > 0 && missing.length === answers.length) return [nothing(subject, installation)];
      return group(missing).map((rule) => problem(rule, installation));
    });
  },
};

export function aboutAccount(installation: Installation): string {
  const { serviceAccount } = readGuardPod(need(installation, 'deployment'));
  return accountInWords(installation.guard.namespace, serviceAccount);
}

function accountInWords(namespace: string, account: string): string {
  return `ServiceAccount/${namespace}/${account}`;
}

function nothing(subject: string, installation: Installation): Problem {
  const { namespace } = installation.guard;
  return {
    status: 'error',
    subject,
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
type Rule = readonly [NeededRight, ...NeededRight[]];

function group(missing: readonly NeededRight[]): readonly Rule[] {
  const rules = new Map<string, [NeededRight, ...NeededRight[]]>();
  for (const one of missing) {
    const { group, resource, namespace, name } = one.right;
    const key = JSON.stringify([group, resource, namespace, name, one.purpose]);
    const known = rules.get(key);
    if (known === undefined) rules.set(key, [one]);
    else known.push(one);
  }
  return [...rules.values()];
}

function problem(missing: Rule, { guard }: Installation): Problem {
  const [{ account, right, purpose }] = missing;
  const { group, resource, namespace, name } = right;
  const rule = {
    apiGroups: [group],
    resources: [resource],
    ...(name === undefined ? {} : { resourceNames: [name] }),
    verbs: missing.map((one) => one.right.verb),
  };
  const asked = missing.map((one) => inWords(one.right)).join(', ');
  const { effect, source } = PURPOSES[purpose];
  return {
    status: 'error',
    subject: accountInWords(guard.namespace, account),
    message: `it may not ${asked}: ${effect}`,
    fix: [
      `Add to the rules of its ${namespace === undefined ? 'ClusterRole' : 'Role'} (${source} has it): ${JSON.stringify(rule)}; then `,
      asking(right, `system:serviceaccount:${guard.namespace}:${account}`),
    ],
  };
}

const PURPOSES: Readonly<Record<Purpose, { readonly effect: string; readonly source: string }>> = {
  view: { effect: 'the guard does not know these objects, and rules about them stay silent.', source: 'deploy/base' },
  certificate: {
    effect: 'with --self-signed the guard gets no certificate, or nobody keeps the trust in it.',
    source: 'deploy/components/self-signed',
  },
  audit: {
    effect: 'with --audit the guard cannot say what is wrong with stored objects.',
    source: 'deploy/components/audit',
  },
  reports: {
    effect: 'with --audit-reports the guard cannot keep its reports of what is stored.',
    source: 'deploy/components/audit-reports',
  },
  'mounted-config': {
    effect: 'with --audit-mounted-config the audit does not know what mounted configurations of web servers say.',
    source: 'deploy/components/mounted-config',
  },
  learned: {
    effect:
      'with --learned the guard does not know what was learned of apps, and warns of those of its catalogue only.',
    source: 'deploy/components/asker',
  },
  ask: {
    effect: 'the asker cannot prove, ask or keep anything, and learns nothing of apps.',
    source: 'deploy/components/asker',
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
