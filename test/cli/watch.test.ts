// A running server takes up what its files come to say, and outlives whatever somebody does to them.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { watchDirectory } from '../../src/cli/serve/directory-watch.ts';
import { watch } from '../../src/cli/serve/watch.ts';
import {
  loadFactsFile,
  loadPolicyFiles,
  type PolicyFiles,
  watchFacts,
  watchKeyPair,
  watchPolicy,
} from '../../src/cli/serve/watched-files.ts';
import type { Facts } from '../../src/facts/facts.ts';
import { type KeyPair, loadKeyPair } from '../../src/server/tls.ts';
import { record, until } from '../server/support.ts';
import { createAuthority } from '../support/certificates.ts';
import { directoryOf } from './support.ts';

const facts = (addOn: string): string =>
  `apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\nhttpLoadBalancing: ${addOn}\n`;

function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

it('takes up changed facts, and keeps the last good ones while the file is broken, saying so once', async () => {
  const file = join(directoryOf({ 'facts.yaml': facts('disabled') }), 'facts.yaml');
  const { logger, entries } = record();
  const taken: Facts[] = [];
  onTestFinished(watchFacts(loadFactsFile(file), logger, (fresh) => taken.push(fresh), { pollMs: 5 }));
  const broken = ['httpLoadBalancing: [', '['.repeat(20_000), 'a: &a [*b]', '', facts('perhaps')];
  for (const [index, text] of broken.entries()) {
    replace(file, text);
    await until(`fault ${index + 1} is told`, () => entries().length === index + 1);
  }
  rmSync(file);
  await until('its absence is told', () => entries().length === broken.length + 1);
  expect(taken).toEqual([]);
  replace(file, facts('enabled'));
  await until('it is taken up', () => entries().length === broken.length + 2);
  expect(taken).toMatchObject([{ httpLoadBalancing: { known: true, value: 'enabled', source: 'file' } }]);
  expect(entries().map(({ msg }) => msg)).toEqual([
    ...Array.from({ length: broken.length + 1 }, () => 'the facts file cannot be used; what was read before stays'),
    'took up a change of the facts file',
  ]);
  expect(entries().at(-2)).toMatchObject({ path: file, reason: `${file}: there is no such file or directory.` });
});

it('takes up a renewed certificate once its key has come too', async () => {
  const authority = await createAuthority('throw-away');
  const [first, second] = await Promise.all([1, 2].map(() => authority.issue({ commonName: 'localhost' })));
  const root = directoryOf({ 'tls.crt': first?.certPem ?? '', 'tls.key': first?.keyPem ?? '' });
  const { logger, entries } = record();
  const taken: KeyPair[] = [];
  onTestFinished(watchKeyPair(root, loadKeyPair(root), logger, (fresh) => taken.push(fresh), { pollMs: 5 }));
  replace(join(root, 'tls.crt'), second?.certPem ?? '');
  await until('the mismatch is told', () => entries().length === 1);
  replace(join(root, 'tls.key'), second?.keyPem ?? '');
  await until('it is taken up', () => entries().length === 2);
  expect(taken).toMatchObject([{ cert: second?.certPem, key: second?.keyPem }]);
  expect(entries()).toMatchObject([
    { level: 40, reason: `tls.key does not belong to tls.crt in ${root}.` },
    { level: 30, msg: 'took up a change of the certificate' },
  ]);
});

it('looks now and then where nothing tells it of a change', async () => {
  const { logger } = record();
  let stored = 'a';
  const isSame = (a: string, b: string): boolean => a === b;
  const common = { what: 'a test', path: '/nowhere/file', directory: '/nowhere', initial: 'a', isSame, pollMs: 5 };
  const [taken, takenByAnother]: [string[], string[]] = [[], []];
  const load = (): string => stored;
  const stop = watch({ ...common, load, onChange: (fresh) => void taken.push(fresh) }, logger);
  onTestFinished(watch({ ...common, load, onChange: (fresh) => void takenByAnother.push(fresh) }, logger));
  stored = 'b';
  await until('it is taken up', () => taken.length === 1 && takenByAnother.length === 1);
  stop();
  stored = 'c';
  await until('another takes it up', () => takenByAnother.length === 2);
  stored = 'd';
  await until('another takes it up', () => takenByAnother.length === 3);
  expect(taken).toEqual(['b']);
});

it('is told of changes in a directory, in one made anew after it has looked, and of none once it has ended', async () => {
  const root = directoryOf({ 'watched/a': '' });
  const dir = join(root, 'watched');
  let told = 0;
  const watching = watchDirectory(dir, () => {
    told += 1;
  });
  onTestFinished(watching.close);
  writeFileSync(join(dir, 'a'), 'x');
  await until('it is told', () => told > 0);
  rmSync(dir, { recursive: true });
  watching.rearm();
  mkdirSync(dir);
  watching.rearm();
  const before = told;
  let count = 0;
  // What arrived late about the former directory must not pass for this.
  await until('it is told of the new one', () => {
    count += 1;
    writeFileSync(join(dir, `file-${count}`), 'x');
    return told > before + 1;
  });
  watching.close();
  const last = told;
  let another = 0;
  const still = watchDirectory(dir, () => {
    another += 1;
  });
  onTestFinished(still.close);
  for (const time of [1, 2]) {
    writeFileSync(join(dir, 'b'), 'x');
    await until('another is told', () => another >= time);
  }
  expect(told).toBe(last);
});

it('takes up a changed policy, and keeps the last good one while a file of it is broken, saying so', async () => {
  const policy = (mode: string): string =>
    `apiVersion: gke-ingress-guard.dev/v1\nkind: GuardPolicy\nrules:\n  cluster-ip-without-neg: ${mode}\n`;
  const root = directoryOf({ 'guard.yaml': policy('warn') });
  const { logger, entries } = record();
  const taken: PolicyFiles[] = [];
  const states: boolean[] = [];
  const options = { pollMs: 5, onState: (isUsable: boolean) => states.push(isUsable) };
  onTestFinished(watchPolicy(root, loadPolicyFiles(root), logger, (fresh) => taken.push(fresh), options));
  replace(join(root, 'guard.yaml'), policy('deny'));
  await until('the fault is told', () => entries().length === 1);
  expect(taken).toEqual([]);
  replace(join(root, 'guard.yaml'), policy('enforce'));
  await until('it is taken up', () => entries().length === 2);
  expect(taken.map(({ loaded }) => loaded.policy.modes.get('cluster-ip-without-neg'))).toEqual(['enforce']);
  expect(entries()).toMatchObject([
    { level: 40, msg: 'the policy cannot be used; what was read before stays' },
    { level: 30, msg: 'took up a change of the policy' },
  ]);
  expect(states).toContain(false);
  expect(states.at(-1)).toBe(true);
});
