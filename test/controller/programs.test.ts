import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPrograms } from './programs.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'guard-programs-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('without go the tests are passed over, and say what to install', async () => {
  const found = await findPrograms({ PATH: dir, GUARD_TEST_CACHE: dir });
  expect(found).toEqual({ ok: false, why: expect.stringContaining('Install Go') });
});

test('with CI=true a missing go fails them', async () => {
  await expect(findPrograms({ PATH: dir, GUARD_TEST_CACHE: dir, CI: 'true' })).rejects.toThrow('Install Go');
});

/** Those that run the controllers. */
const FILES = readdirSync(import.meta.dirname).filter((name) => {
  if (!name.endsWith('.test.ts') || import.meta.filename.endsWith(`/${name}`)) return false;
  return readFileSync(join(import.meta.dirname, name), 'utf8').includes('findPrograms(');
});

interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** All of them, as on a machine that has neither go nor what go has built. */
async function runFiles(
  ci: string,
): Promise<{ readonly code: number; readonly said: string; readonly report: Report }> {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const cache = mkdtempSync(join(dir, 'run-'));
  const outputFile = join(cache, 'report.json');
  const options = [
    '--project',
    'controller',
    '--reporter=verbose',
    '--reporter=json',
    `--outputFile.json=${outputFile}`,
  ];
  const child = spawn(
    process.execPath,
    [vitest, 'run', ...options, ...FILES.map((name) => `test/controller/${name}`)],
    {
      cwd: ROOT,
      env: { PATH: cache, GUARD_TEST_CACHE: cache, NO_COLOR: '1', ...(ci === '' ? {} : { CI: ci }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const ended = once(child, 'close');
  const said = (await Promise.all([text(child.stdout), text(child.stderr)])).join('');
  // With its exit code, as nobody ends it by a signal.
  const [code] = (await ended) as [number];
  return { code, said, report: JSON.parse(readFileSync(outputFile, 'utf8')) as Report };
}

describe('the files that run the controllers, on a machine without go,', () => {
  let withoutCi: Awaited<ReturnType<typeof runFiles>>;
  let withCi: Awaited<ReturnType<typeof runFiles>>;

  beforeAll(async () => {
    [withoutCi, withCi] = await Promise.all([runFiles(''), runFiles('true')]);
  });

  test('skip every test, and say what to install', () => {
    const { code, said, report } = withoutCi;
    const statuses = report.testResults.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
    expect({ code, files: report.testResults.length, statuses: [...new Set(statuses)] }).toEqual({
      code: 0,
      files: FILES.length,
      statuses: ['skipped'],
    });
    const skipped = said.split('\n').filter((line) => line.includes('↓'));
    expect(skipped).toHaveLength(statuses.length);
    expect(skipped.filter((line) => !line.includes('The command "go" is not on the PATH.'))).toEqual([]);
  });

  test('fail with CI=true, each of them, and say the same', () => {
    const { code, said, report } = withCi;
    expect({ code, files: report.testResults.length }).toEqual({ code: 1, files: FILES.length });
    expect([...new Set(report.testResults.map(({ status }) => status))]).toEqual(['failed']);
    const reasons = [...said.matchAll(/^Error: .*/gm)].map(([line]) => line);
    expect([...new Set(reasons)]).toEqual([expect.stringContaining('The command "go" is not on the PATH.')]);
    const passed = report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'passed');
    expect(passed).toEqual([]);
  });
});
