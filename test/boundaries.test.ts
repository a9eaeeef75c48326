// Proves that the boundary check sees: imports that break the picture of ARCHITECTURE.md are planted in a copy, and
// each must be found; what the picture allows must not be.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BiomeConfig, withBoundaries } from '../scripts/boundaries/overrides.ts';
import { FOLDERS, LIBRARIES } from '../scripts/boundaries/table.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const FORBIDDEN: Readonly<Record<string, string>> = {
  'src/kubernetes/knows-the-plan.ts': "export { planOf } from '../plan/plan.ts';",
  'src/snapshot/knows-the-facts.ts': "export { facts } from '../facts/facts.ts';",
  'src/yaml/knows-objects.ts': "export { at } from '../kubernetes/read.ts';",
  'src/yaml/reads-a-file.ts': "export { readFileSync } from 'node:fs';",
  'src/facts/reads-a-file.ts': "export { readFileSync } from 'node:fs';",
  'src/plan/judges.ts': "export { RULES } from '../rules/index.ts';",
  'src/rules/decides.ts': "export { policy } from '../policy/policy.ts';",
  'src/rules/takes-only-a-type.ts': "import type { Policy } from '../policy/policy.ts';\nexport type Mine = Policy;",
  'src/rules/loads-later.ts': "export const later = import('../verdict/verdict.ts');",
  'src/rules/asks-google.ts': "export { GoogleAuth } from 'google-auth-library';",
  'src/rules/wing/decides.ts': "export { policy } from '../../policy/policy.ts';",
  'src/judge/knows-the-rules.ts': "export { RULES } from '../rules/index.ts';",
  'src/judge/reads-a-file.ts': "export { readFileSync } from 'node:fs';",
  'src/seen/knows-the-rules.ts': "export { RULES } from '../rules/index.ts';",
  'src/policy/knows-the-rules.ts': "export { RULES } from '../rules/index.ts';",
  'src/verdict/serves.ts': "export { app } from '../server/app.ts';",
  'src/admission/uses-express.ts': "export { Router } from 'express';",
  'src/report/prints.ts': "export { check } from '../cli/check.ts';",
  'src/server/calls-the-cli.ts': "export { check } from '../cli/check.ts';",
  'src/self-signed/serves.ts': "export { app } from '../server/app.ts';",
  'src/doctor/reads-a-file.ts': "export { readFileSync } from 'node:fs';",
  'src/doctor/asks-the-cluster.ts': "export { connect } from '../cluster/connection.ts';",
  'src/doctor/checks/knows-the-rules.ts': "export { RULES } from '../../rules/index.ts';",
  'src/cluster/runs-checks.ts': "export { CHECKS } from '../doctor/checks/index.ts';",
  'src/cluster/wing/judges.ts': "export { RULES } from '../../rules/index.ts';",
  'src/cluster/judges.ts': "export { RULES } from '../rules/index.ts';",
  'src/server/asks-google.ts': "export { GoogleAuth } from 'google-auth-library';",
  'src/cli/asks-the-cluster-itself.ts': "export { KubeConfig } from '@kubernetes/client-node';",
  'src/cli/ends-the-process.ts': 'export const end = (): never => process.exit(1);',
};

const ALLOWED: Readonly<Record<string, string>> = {
  'src/plan/reads.ts': "export { at } from '../kubernetes/read.ts';",
  'src/rules/plans.ts': "export { planOf } from '../plan/plan.ts';",
  'src/rules/wing/plans.ts':
    "export { planOf } from '../../plan/plan.ts';\nexport { other } from '../other-wing/x.ts';",
  'src/rules/uses-the-machinery.ts': "export { judge } from '../judge/judge.ts';",
  'src/judge/plans.ts': "export { planOf } from '../plan/plan.ts';",
  'src/seen/compares.ts': "export { planOf } from '../plan/plan.ts';",
  'src/report/renders.ts': "export { compare } from '../seen/compare.ts';",
  'src/verdict/ranks.ts': "export { SEVERITIES } from '../judge/finding.ts';",
  'src/cluster/connects.ts': "export { KubeConfig } from '@kubernetes/client-node';",
  'src/self-signed/asks.ts': "export { connect } from '../cluster/connection.ts';",
  'src/cluster/collects.ts': "export { certificateOnly } from '../doctor/from-manifests.ts';",
  'src/cluster/wing/collects.ts': "export { certificateOnly } from '../../doctor/from-manifests.ts';",
  'src/cluster/wing/connects.ts': "export { connect } from '../connection.ts';",
  'src/doctor/checks/reads.ts': "export { at } from '../../kubernetes/read.ts';",
  'src/doctor/parses-certificates.ts': "export { X509Certificate } from 'node:crypto';",
  'src/cli/serves.ts': "export { app } from '../server/app.ts';",
};

describe('the table of boundaries', () => {
  it('is what biome.json has', () => {
    const config: BiomeConfig = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'));
    const message = 'biome.json differs from scripts/boundaries/table.ts: change the table, then run npm run fix';
    expect(config, message).toEqual(withBoundaries(config));
  });

  it('points one way: a folder imports folders above it', () => {
    const names = Object.keys(FOLDERS);
    for (const [index, [name, { imports }]] of Object.entries(FOLDERS).entries()) {
      if (imports === 'everything') continue;
      const folders = imports.map((one) => one.replace('/*', ''));
      expect(names.slice(0, index), `imports of ${name}`).toEqual(expect.arrayContaining(folders));
    }
    expect(names).toEqual(expect.arrayContaining(Object.values(LIBRARIES).flat()));
  });

  it('has every folder of src/', () => {
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((one) => one.isDirectory());
    expect(Object.keys(FOLDERS)).toEqual(expect.arrayContaining(folders.map(({ name }) => name)));
  });
});

let copy = '';

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'guard-boundaries-'));
  copyFileSync(join(ROOT, 'biome.json'), join(copy, 'biome.json'));
  for (const [file, text] of Object.entries({ ...FORBIDDEN, ...ALLOWED })) {
    mkdirSync(join(copy, dirname(file)), { recursive: true });
    writeFileSync(join(copy, file), `${text}\n`);
  }
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

it('finds every planted violation, and nothing in what is allowed', () => {
  const biome = join(ROOT, 'node_modules/.bin/biome');
  const words = ['lint', '--colors=off', '--vcs-enabled=false', '--max-diagnostics=none', 'src'];
  const { stdout, stderr } = spawnSync(biome, words, { cwd: copy, encoding: 'utf8' });
  const rule = /^(src\/\S+?):\d+:\d+ lint\/(?:style\/noRestrictedImports|\w+\/noProcessGlobal)/gm;
  const found = [...`${stdout}\n${stderr}`.matchAll(rule)].map(([, file]) => file);
  expect([...new Set(found)].toSorted()).toEqual(Object.keys(FORBIDDEN).toSorted());
});
