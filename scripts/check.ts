// `npm run check`: everything that is judged without running the product. Read-only; every step runs, and what fails
// says how to fix it.
import { spawnSync } from 'node:child_process';

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly fix: string;
}

/** The tests that compare what is generated with what it is generated from. */
const PAGES = [
  'src/rules',
  'src/errors',
  'src/policy',
  'src/doctor',
  'test/boundaries',
  'test/inventory',
  'test/coverage',
  'test/rules-index',
  'test/html/script.test.ts',
];

const STEPS: readonly Step[] = [
  { name: 'types', command: ['tsc', '--noEmit'], fix: 'correct the types named above' },
  {
    name: 'types of what runs in a browser',
    command: ['tsc', '-p', 'tsconfig.browser.json'],
    fix: 'correct the types named above',
  },
  {
    name: 'format, lint and boundaries between folders',
    command: ['biome', 'ci', '--error-on-warnings', '.'],
    fix: 'npm run fix (it names what it cannot fix)',
  },
  { name: 'unused files, exports and dependencies', command: ['knip'], fix: 'remove what is named, or use it' },
  {
    name: 'generated pages, schemas and boundaries',
    command: ['vitest', 'run', '--project', 'unit', ...PAGES],
    fix: 'npm run fix',
  },
];

const failed: Step[] = [];
for (const step of STEPS) {
  const [command, ...words] = step.command;
  process.stdout.write(`\n── ${step.name}\n`);
  const { status, error } = spawnSync(command, words, { stdio: 'inherit' });
  if (error !== undefined)
    process.stderr.write(`${command}: ${error.message} (run it as npm run check, after npm ci)\n`);
  if (status !== 0) failed.push(step);
}
process.stdout.write(`\n${STEPS.length - failed.length} of ${STEPS.length} checks passed.\n`);
for (const { name, fix } of failed) process.stdout.write(`FAILED: ${name}. Fix: ${fix}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
