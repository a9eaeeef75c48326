// Inputs that once came out wrong, on a cluster with the add-on, VPC-native: what `check` says of the front end, of protocols and
// of cert-manager, and nothing else.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { check } from './cli/support.ts';

const CASES = fileURLToPath(new URL('cases', import.meta.url));
const FACTS = ['--facts', fileURLToPath(new URL('../examples/addon-on.yaml', import.meta.url))];

/** True of every Pod behind a NEG that stops at once. */
const ROLLOUT = 'neg-rollout-unprotected';

/** Each finding as `possible severity: Kind/name rule`, without those that are true of every roll-out. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'managed-certificate-attached-before-issued': ['possible info: Ingress/a redirect-before-certificate'],
  'one-address-two-ingresses': ['info: Service/web service-behind-two-ingresses', 'error: Ingress/b address-shared'],
  'cert-manager-edit-in-place': [],
  'cert-manager-without-edit-in-place': ['possible info: Ingress/blog cert-manager-challenge'],
  'cert-manager-solver-not-to-blame': [],
  'cert-manager-solver-ingress': [],
  'http2-inherited-by-plain-check': [
    'possible info: Service/relay http2-needs-tls',
    'possible info: Service/relay backend-timeout-default',
    'warning: BackendConfig/relay health-check-type-inherited',
  ],
};

describe.each(Object.entries(EXPECTED))('%s', (name, expected) => {
  it('is told what is right', async () => {
    const { document } = await check(CASES, [`${name}.yaml`], FACTS);
    const lines = document.findings
      .filter(({ rule }) => rule !== ROLLOUT)
      .map(({ rule, severity, certain, object }) => {
        const what = `${severity}: ${object.kind}/${object.name} ${rule}`;
        return certain ? what : `possible ${what}`;
      });
    expect(lines).toEqual(expected);
  });
});
