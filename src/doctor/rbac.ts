// What RBAC objects grant a ServiceAccount, as the API server's RBAC authorizer decides it.
import { at, type JsonObject, objectsOf, textOr, textsOf } from '../kubernetes/read.ts';
import { type NeededRight, nameOf, type Right, type RightAnswer } from './installation.ts';

export interface Account {
  readonly namespace: string;
  readonly name: string;
}

export interface Grant {
  readonly role: JsonObject;
  /** undefined for the whole cluster. */
  readonly namespace: string | undefined;
  readonly rules: readonly JsonObject[];
}

/** The rules that bindings give to the account, each with where it holds. */
export function grantsOf(objects: readonly JsonObject[], account: Account): readonly Grant[] {
  return objects
    .filter((object) => isBindingFor(object, account))
    .flatMap((binding) => {
      const isClusterWide = at(binding, 'kind') === 'ClusterRoleBinding';
      const namespace = isClusterWide ? undefined : textOr(at(binding, 'metadata', 'namespace'), account.namespace);
      const role = objects.find((object) => isReferred(object, at(binding, 'roleRef'), namespace ?? ''));
      return role === undefined ? [] : [{ role, namespace, rules: objectsOf(at(role, 'rules')) }];
    });
}

function isReferred(role: JsonObject, reference: unknown, namespace: string): boolean {
  if (at(role, 'kind') !== at(reference, 'kind') || nameOf(role) !== at(reference, 'name')) return false;
  return at(role, 'kind') === 'ClusterRole' || textOr(at(role, 'metadata', 'namespace'), namespace) === namespace;
}

function isBindingFor(binding: JsonObject, { namespace, name }: Account): boolean {
  if (!textOr(at(binding, 'kind'), '').endsWith('RoleBinding')) return false;
  const own = textOr(at(binding, 'metadata', 'namespace'), namespace);
  const groups = ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  return objectsOf(at(binding, 'subjects')).some((subject) => {
    const named = textOr(at(subject, 'name'), '');
    if (at(subject, 'kind') === 'Group') return groups.includes(named);
    if (at(subject, 'kind') === 'User') return named === `system:serviceaccount:${namespace}:${name}`;
    return named === name && textOr(at(subject, 'namespace'), own) === namespace;
  });
}

/** @param namespace of the ServiceAccounts */
export function answersOf(
  objects: readonly JsonObject[],
  namespace: string,
  needed: readonly NeededRight[],
): readonly RightAnswer[] {
  const grants = new Map<string, readonly Grant[]>();
  for (const { account: name } of needed) {
    if (!grants.has(name)) grants.set(name, grantsOf(objects, { namespace, name }));
  }
  return needed.map((one) => ({ ...one, isAllowed: isAllowed(grants.get(one.account) ?? [], one.right) }));
}

function isAllowed(grants: readonly Grant[], right: Right): boolean {
  return grants.some(
    ({ namespace, rules }) =>
      (namespace === undefined || namespace === right.namespace) && rules.some((rule) => allows(rule, right)),
  );
}

function allows(rule: JsonObject, { verb, group, resource, name }: Right): boolean {
  const has = (field: string, value: string): boolean => {
    const values = textsOf(at(rule, field));
    return values.includes(value) || values.includes('*');
  };
  const names = textsOf(at(rule, 'resourceNames'));
  const isNamed = names.length === 0 || (name !== undefined && names.includes(name));
  return has('verbs', verb) && has('apiGroups', group) && has('resources', resource) && isNamed;
}

/** As `kubectl auth can-i` takes it. */
export function inWords({ verb, group, resource, namespace, name }: Right): string {
  const what = `${resource}${group === '' ? '' : `.${group}`}${name === undefined ? '' : `/${name}`}`;
  return `${verb} ${what}${namespace === undefined ? '' : ` in ${namespace}`}`;
}
