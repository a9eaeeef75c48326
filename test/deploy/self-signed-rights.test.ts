// What the self-signed component grants, and whom: the Pods that anybody can send something to must not be able to write.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

interface Rule {
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

interface RbacObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly name: string }[];
}

const file = new URL('../../deploy/components/self-signed/rbac.yaml', import.meta.url);
const objects = parseAllDocuments(readFileSync(file, 'utf8')).map((one) => one.toJS() as RbacObject);

function rightsOf(account: string): readonly string[] {
  const refs = objects
    .filter(({ subjects }) => subjects?.some(({ name }) => name === account) === true)
    .map(({ roleRef }) => roleRef);
  return objects
    .filter(({ kind, metadata }) => refs.some((ref) => ref?.kind === kind && ref.name === metadata.name))
    .flatMap(({ kind, rules = [] }) =>
      rules.map(({ resources, resourceNames = ['any'], verbs }) =>
        [kind, verbs.join(), resources.join(), resourceNames.join()].join(' '),
      ),
    );
}

it('the Pods that serve read one Secret and their own webhook configurations', () => {
  expect(rightsOf('gke-ingress-guard')).toEqual([
    'Role get secrets gke-ingress-guard-tls',
    'ClusterRole get mutatingwebhookconfigurations,validatingwebhookconfigurations gke-ingress-guard',
  ]);
});

it('the Pod that keeps the certificate may write them, one Lease by name, and make Leases', () => {
  expect(rightsOf('gke-ingress-guard-certificate')).toEqual([
    'Role get,patch secrets gke-ingress-guard-tls',
    'Role get,update leases gke-ingress-guard',
    'Role create leases any',
    'ClusterRole get,patch mutatingwebhookconfigurations,validatingwebhookconfigurations gke-ingress-guard',
  ]);
});

it('every role is somebody’s', () => {
  const bound = objects.filter(({ subjects }) => subjects !== undefined).map(({ roleRef }) => roleRef?.name);
  const roles = objects.filter(({ kind }) => kind.endsWith('Role')).map(({ metadata }) => metadata.name);
  expect(new Set(bound)).toEqual(new Set(roles));
});
