// `npm run fuzz:properties -- [--rounds=N] [FILE...]`: the property tests on fresh random seeds, until a round fails or
// all have passed. A failure is printed with its seed, its path and the command that repeats it.
// Exit codes: 0 all rounds passed, 1 a test failed, 2 the tests did not run.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';

/** The part of vitest's JSON report that is read. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

interface Failure {
  readonly file: string;
  /** undefined where the file failed before its tests. */
  readonly test: string | undefined;
  readonly message: string;
}

const DEFAULT_ROUNDS = 10;
/** fast-check keeps 32 signed bits of a seed. */
const SEEDS = 2 ** 31;
/** As fast-check ends its message: `{ seed: 664788954, path: "58:0:0:1:38", endOnFailure: true }`. */
const COUNTEREXAMPLE = /\{ seed: (-?\d+), path: "([\d:]+)"/;

function main(): number {
  const { values, positionals } = parseArgs({ options: { rounds: { type: 'string' } }, allowPositionals: true });
  const rounds = Number(values.rounds ?? DEFAULT_ROUNDS);
  if (!Number.isInteger(rounds) || rounds < 1) {
    process.stderr.write(`--rounds must be a whole number from 1, not "${values.rounds}".\n`);
    return 2;
  }
  const files = propertyTests().filter(
    (file) => positionals.length === 0 || positionals.some((part) => file.includes(part)),
  );
  if (files.length === 0) {
    process.stderr.write('No property test (a *.test.ts that calls fc.assert) has such a path.\n');
    return 2;
  }
  for (let round = 1; round <= rounds; round += 1) {
    const seed = randomInt(SEEDS);
    process.stdout.write(`Round ${round} of ${rounds}: ${files.length} files, seed ${seed}\n`);
    const failures = runOnce(files, seed);
    if (failures === undefined) return 2;
    for (const failure of failures) process.stdout.write(describe(failure, seed));
    if (failures.length > 0) return 1;
  }
  return 0;
}

function propertyTests(): readonly string[] {
  return globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { exclude: ['test/cluster/**'] })
    .filter((file) => readFileSync(file, 'utf8').includes('fc.assert('))
    .toSorted();
}

/** @returns undefined where vitest wrote no report; it has said why */
function runOnce(files: readonly string[], seed: number): readonly Failure[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'guard-fuzz-'));
  const file = join(folder, 'report.json');
  try {
    const { PROPERTY_PATH: _, ...environment } = process.env;
    const options = ['run', '--project', 'unit', '--reporter=json', `--outputFile=${file}`];
    const env = { ...environment, PROPERTY_SEED: String(seed) };
    spawnSync('vitest', [...options, ...files], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const report: Report = JSON.parse(readFileSync(file, 'utf8'));
    return failuresOf(report);
  } catch (error) {
    process.stderr.write(`The tests did not run (start this with npm run): ${String(error)}\n`);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function failuresOf({ testResults }: Report): readonly Failure[] {
  return testResults.flatMap(({ name, status, message, assertionResults }): readonly Failure[] => {
    const file = relative('.', name);
    const failed = assertionResults.filter((one) => one.status === 'failed');
    if (failed.length === 0 && status === 'failed') return [{ file, test: undefined, message }];
    return failed.map((one) => ({ file, test: one.fullName, message: one.failureMessages.join('\n') }));
  });
}

function describe({ file, test, message }: Failure, roundSeed: number): string {
  const [, seed = String(roundSeed), path] = COUNTEREXAMPLE.exec(message) ?? [];
  const variables = `PROPERTY_SEED=${seed}${path === undefined ? '' : ` PROPERTY_PATH=${path}`}`;
  const only = test === undefined ? '' : ` -t ${quote(`^${test.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`)}`;
  return [
    `\nFAILED: ${file}${test === undefined ? '' : `: ${test}`}`,
    message.replaceAll(/^/gm, '  '),
    `Seed: ${seed}`,
    `Path: ${path ?? 'none; no property failed, but the test around it'}`,
    `Repeat: ${variables} npm test -- ${file}${only}\n`,
  ].join('\n');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

process.exitCode = main();
