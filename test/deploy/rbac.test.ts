// The rights that deploy/base gives the guard, compared with what it asks for, both ways.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { CONFIG_MAPS, RESOURCES, type Resource } from '../../src/cluster/api/resources.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { RULES } from '../../src/rules/index.ts';

interface RbacRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const [role, binding] = parseAllDocuments(readFileSync('deploy/base/rbac.yaml', 'utf8')).map((one) => one.toJS());
const rules: readonly RbacRule[] = role.rules;

/** One line for each right, so that a missing and a superfluous one are both named. */
function rightsOf(given: readonly RbacRule[]): readonly string[] {
  return given
    .flatMap(({ apiGroups, resources, resourceNames = ['*'], verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((plural) =>
          resourceNames.flatMap((name) => verbs.map((verb) => `${verb} ${plural}.${group}/${name}`)),
        ),
      ),
    )
    .toSorted();
}

const ruleFor = ({ group, plural }: Resource): RbacRule => ({
  apiGroups: [group],
  resources: [plural],
  verbs: ['list', 'watch'],
});

it('the ClusterRole has the rights that the watches need, and no other', () => {
  const { configMaps } = loadPolicy(
    undefined,
    RULES.map(({ id }) => id),
  );
  const needed = [...RESOURCES.map(ruleFor), { ...ruleFor(CONFIG_MAPS), resourceNames: configMaps }];
  expect(rightsOf(rules)).toEqual(rightsOf(needed));
});

it('the binding gives it to the ServiceAccount that the Deployment runs as', () => {
  const deployment = parseAllDocuments(readFileSync('deploy/base/deployment.yaml', 'utf8'))[0]?.toJS();
  const account = parseAllDocuments(readFileSync('deploy/base/service-account.yaml', 'utf8'))[0]?.toJS();
  const name = account.metadata.name;
  expect(deployment.spec.template.spec.serviceAccountName).toBe(name);
  expect(binding).toMatchObject({
    roleRef: { kind: 'ClusterRole', name: role.metadata.name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: 'gke-ingress-guard' }],
  });
});
