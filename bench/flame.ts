// `npm run bench:flame`: profiles the compiled guard while it judges an Ingress that passes, and writes the flame picture of
// docs/performance.md. Eight connections, no cluster; the first seconds, in which V8 compiles, are left out.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { IMAGE_FLAGS } from '../test/support/attacks.ts';
import { startGuard } from '../test/support/guard-process.ts';
import { pictureOf } from './flame/picture.ts';
import { type Call, type CpuProfile, callsOf, type Layer } from './flame/stacks.ts';
import { CASES } from './webhooks/cases.ts';
import { FACTS } from './webhooks/servers.ts';

const PICTURE = fileURLToPath(new URL('../docs/images/flame.svg', import.meta.url));
const LOAD = fileURLToPath(new URL('load.ts', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const WARM_SECONDS = 6;
const SECONDS = 10;

const dir = mkdtempSync(join(tmpdir(), 'guard-flame-'));
try {
  const guard = await startGuard({
    facts: FACTS,
    args: ['--drain-seconds=0'],
    program: [...IMAGE_FLAGS, '--cpu-prof', `--cpu-prof-dir=${dir}`, PROGRAM],
    keepsLog: false,
  });
  const [ca, body] = [join(dir, 'ca.crt'), join(dir, 'pass.json')];
  writeFileSync(ca, guard.caPem);
  writeFileSync(body, JSON.stringify(CASES.find(({ id }) => id === 'pass')?.review));
  const words = [LOAD, String(guard.webhookPort), ca, '/validate', body, '8', String(WARM_SECONDS + SECONDS)];
  await promisify(execFile)(process.execPath, words);
  await guard.stop();
  const [file = ''] = readdirSync(dir).filter((name) => name.endsWith('.cpuprofile'));
  const profile: CpuProfile = JSON.parse(readFileSync(join(dir, file), 'utf8'));
  const calls = callsOf(profile, WARM_SECONDS * 1e6);
  writeFileSync(PICTURE, pictureOf(calls));
  for (const [layer, share] of sharesOf(calls))
    process.stdout.write(`${layer.padEnd(10)} ${(share * 100).toFixed(1)} %\n`);
} finally {
  rmSync(dir, { recursive: true, force: true });
}

/** Of the time in the calls of each layer itself, not in those that they call. */
function sharesOf(root: Call): ReadonlyMap<Layer, number> {
  const shares = new Map<Layer, number>();
  const add = (call: Call): void => {
    const below = call.calls.reduce((sum, { micros }) => sum + micros, 0);
    shares.set(call.layer, (shares.get(call.layer) ?? 0) + (call.micros - below) / root.micros);
    call.calls.forEach(add);
  };
  add(root);
  return new Map([...shares].toSorted(([, a], [, b]) => b - a));
}
