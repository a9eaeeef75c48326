// What the self-signed component adds to the guard's rights, for SECURITY.md says what whoever takes the Pod gains by them.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

interface Role {
  readonly kind: string;
  readonly rules?: readonly {
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

const file = new URL('../../deploy/components/self-signed/rbac.yaml', import.meta.url);
const roles = parseAllDocuments(readFileSync(file, 'utf8')).map((one) => one.toJS() as Role);

it('are one Secret, one Lease and its own webhook configurations by name, and the making of Leases', () => {
  const rights = roles.flatMap(({ kind, rules = [] }) =>
    rules.map(({ resources, resourceNames = ['any'], verbs }) =>
      [kind, verbs.join(), resources.join(), resourceNames.join()].join(' '),
    ),
  );
  expect(rights).toEqual([
    'Role get,patch secrets gke-ingress-guard-tls',
    'Role get,update leases gke-ingress-guard',
    'Role create leases any',
    'ClusterRole get,patch mutatingwebhookconfigurations,validatingwebhookconfigurations gke-ingress-guard',
  ]);
});
