// The patch of docs/install.md that lets only the control plane in: it renders, and the doctor says whether its range is right.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { diagnose } from '../../src/doctor/check.ts';
import { CHECKS } from '../../src/doctor/index.ts';
import { at } from '../../src/kubernetes/read.ts';
import { API_SERVER_SLICE, expectations, goodWorld } from '../support/good-installation.ts';
import { hasGo } from '../support/has-go.ts';
import { type Manifest, renderTogether } from '../support/kustomize.ts';
import { firstAt, only } from './support.ts';

const page = readFileSync(new URL('../../docs/install.md', import.meta.url), 'utf8');
const [, yaml = ''] = /```yaml\n(patches:\n.*?)```/s.exec(page) ?? [];

function policyOf(text: string): Manifest {
  const { patches } = parse(text) as { readonly patches: readonly object[] };
  return only(renderTogether(['base'], ['components/network-policy'], { patches }), 'NetworkPolicy');
}

async function doctor(policy: Manifest, apiServer: string): Promise<readonly string[]> {
  const world = await goodWorld();
  const endpoints = [{ addresses: [apiServer], conditions: { ready: true } }];
  world.objects = world.objects.filter(({ metadata }) => at(metadata, 'namespace') !== 'default');
  world.add(policy, { ...API_SERVER_SLICE, endpoints });
  const said = diagnose(CHECKS, world.installation(), expectations());
  return said.filter(({ status }) => status !== 'ok').map(({ id, status }) => `${id} ${status}`);
}

describe.skipIf(!hasGo)('the patch of docs/install.md', () => {
  it('leaves port 10250 open to its range and to nobody else', () => {
    const rule = firstAt(policyOf(yaml), 'spec', 'ingress');
    expect(rule).toMatchObject({ from: [{ ipBlock: { cidr: '172.16.0.0/28' } }], ports: [{ port: 10250 }] });
  });

  it('is right where the control plane is in it', async () => {
    expect(await doctor(policyOf(yaml), '172.16.0.2')).toEqual([]);
  });

  it('is wrong where it is not', async () => {
    expect(await doctor(policyOf(yaml), '172.16.0.34')).toEqual(['control-plane-addresses warning']);
  });
});
