// A known app is asked on the ports that an Ingress sends Google to, and on no other.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { check } from './support.ts';

const KEYCLOAK = readFileSync(new URL('../cases/app-port-that-no-ingress-names.yaml', import.meta.url), 'utf8');

async function rulesOf(text: string): Promise<readonly string[]> {
  const { document } = await check('', ['-'], [], { stdin: text });
  return document.findings.map(({ rule }) => rule);
}

it('not on a port that no Ingress names, whatever is unknown of the cluster', async () => {
  expect(await rulesOf(KEYCLOAK)).not.toContain('health-check-not-ok');
});

it('on the port that one names', async () => {
  expect(await rulesOf(KEYCLOAK.replace('number: 8080', 'number: 8443'))).toContain('health-check-not-ok');
});
