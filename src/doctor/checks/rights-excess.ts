import { at, type JsonObject, textsOf } from '../../kubernetes/read.ts';
import type { Check, Problem } from '../check.ts';
import { readGuardPod } from '../guard-pod.ts';
import { type Installation, listed, need, subjectOf } from '../installation.ts';
import { grantsOf } from '../rbac.ts';
import { aboutAccount } from './rights-missing.ts';

const POWERFUL = ['escalate', 'bind', 'impersonate'];

export const rightsExcess: Check = {
  id: 'rights-excess',
  looksAt: 'The ServiceAccount has no right to *, to Secrets of other namespaces, or to give itself more.',
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
  return [
    ...(stars ? ['"*" as a verb, resource or group'] : []),
    ...(isClusterWide && isUnnamed && resources?.includes('secrets') === true
      ? ['the Secrets of every namespace']
      : []),
    ...powers.map((verb) => `the verb "${verb}", by which it may take what it was not given`),
  ];
}

function problem(installation: Installation, role: JsonObject, what: string): Problem {
  return {
    status: 'warning',
    subject: aboutAccount(installation),
    message: `${subjectOf(role)} gives it ${what}. The guard never needs that.`,
    fix: `kubectl edit ${String(at(role, 'kind')).toLowerCase()} ${subjectOf(role).split('/').at(-1)}, and take over the rules of deploy/base`,
  };
}
