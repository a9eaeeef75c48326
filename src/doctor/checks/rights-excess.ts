import { at, type JsonObject, textOr, textsOf } from '../../kubernetes/read.ts';
import { operand } from '../../shell-quote.ts';
import type { Check, Problem } from '../check.ts';
import { kubectl } from '../fix.ts';
import { readGuardPod } from '../guard-pod.ts';
import { type Installation, listed, nameOf, need, subjectOf } from '../installation.ts';
import { isForWebhooks } from '../needed-rights.ts';
import { grantsOf } from '../rbac.ts';
import { aboutAccount } from './rights-missing.ts';

const CHANGING = ['create', 'update', 'patch', 'delete'];
const POWERFUL = ['escalate', 'bind', 'impersonate'];

export const rightsExcess: Check = {
  id: 'rights-excess',
  looksAt:
    'The ServiceAccount has no right to *, to Secrets of other namespaces, to change webhook configurations, or to give itself more.',
  why: 'Whoever breaks into the guard has what its ServiceAccount may do.',
  ok: 'the ServiceAccount has no right that the guard would never use',
  needs: ['deployment', 'rbac'],
  subject: aboutAccount,
  run: (installation) => {
    const { serviceAccount: name } = readGuardPod(need(installation, 'deployment'));
    const { namespace } = installation.guard;
    return grantsOf(listed(installation, 'rbac'), { namespace, name }).flatMap((grant) =>
      grant.rules
        .flatMap((rule) => excesses(rule, grant.namespace === undefined))
        .map((what) => problem(installation, grant.role, what)),
    );
  },
};

function excesses(rule: JsonObject, isClusterWide: boolean): readonly string[] {
  const [verbs, resources, groups] = ['verbs', 'resources', 'apiGroups'].map((field) => textsOf(at(rule, field)));
  const isUnnamed = textsOf(at(rule, 'resourceNames')).length === 0;
  const stars = [verbs, resources, groups].some((values) => values?.includes('*') === true);
  const powers = POWERFUL.filter((verb) => verbs?.includes(verb) === true);
  const changes = CHANGING.some((verb) => verbs?.includes(verb) === true);
  return [
    ...(stars ? ['"*" as a verb, resource or group'] : []),
    ...(isClusterWide && isUnnamed && resources?.includes('secrets') === true
      ? ['the Secrets of every namespace']
      : []),
    ...(changes && resources?.some(isForWebhooks) === true
      ? ['the right to change webhook configurations, by which it may be asked about everything']
      : []),
    ...powers.map((verb) => `the verb "${verb}", by which it may take what it was not given`),
  ];
}

function problem(installation: Installation, role: JsonObject, what: string): Problem {
  const kind = String(at(role, 'kind')).toLowerCase();
  // A Role is in a namespace, which need not be that of the current context.
  const namespace = kind === 'role' ? textOr(at(role, 'metadata', 'namespace'), 'NAMESPACE') : undefined;
  return {
    status: 'warning',
    subject: aboutAccount(installation),
    message: `${subjectOf(role)} gives it ${what}. The guard never needs that.`,
    fix: [kubectl(namespace, 'edit', kind, operand(nameOf(role))), ', and take over the rules of deploy/base'],
  };
}
