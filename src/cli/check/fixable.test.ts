// What is written and what is left, by the fix of a finding.
import { expect, it } from 'vitest';
import { directoryOf, run } from '../../../test/cli/support.ts';
import { RULES } from '../../rules/index.ts';
import { PROPOSALS } from './fixable.ts';

const SERVICE = (ports: string): string => `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop, annotations: { cloud.google.com/neg: '{"ingress": true}' } }
spec: { selector: { app: web }, ports: [${ports}] }
`;
const INGRESS = (annotations: string, path = 'path: /, pathType: Prefix'): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop, annotations: { ${annotations} } }
spec: { rules: [{ http: { paths: [{ ${path}, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
`;

it.each([
  [
    'removals',
    INGRESS('ingress.kubernetes.io/force-ssl-redirect: "true"'),
    SERVICE('{ port: 80 }'),
    'it only takes away',
    'annotation-unread',
  ],
  [
    'guesses about the app',
    INGRESS(''),
    SERVICE('{ port: 80, protocol: UDP }'),
    'only who knows the app',
    'service-port-not-tcp',
  ],
  [
    'examples',
    INGRESS('', 'path: "/api/*/x", pathType: ImplementationSpecific'),
    SERVICE('{ port: 80 }'),
    'its remedy is an example',
    'path-wildcard-misplaced',
  ],
  [
    'one of two remedies',
    INGRESS('kubernetes.io/ingress.allow-http: "false"'),
    SERVICE('{ port: 80 }'),
    'there is more than one remedy',
    'no-front-end',
  ],
])('%s are left to a person', async (_, ingress, service, why, rule) => {
  const root = directoryOf({ 'a.yaml': `${ingress}---\n${service}` });
  const { code, out, err } = await run(['check', '--fix', '--diff', '--facts', 'examples/addon-on.yaml', root]);
  expect([code, out]).toEqual([0, '']);
  expect(err).toMatch(new RegExp(`^Left to you, 1 finding: ${why}.*\\[${rule}\\]$`, 'm'));
});

it('names rules that there are', () => {
  const ids = RULES.map(({ id }) => id);
  expect(Object.keys(PROPOSALS).filter((id) => !ids.includes(id))).toEqual([]);
});
