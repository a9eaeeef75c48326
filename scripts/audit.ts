// `npm run audit`: known vulnerabilities of high or critical severity in what is installed with the program or bundled into it, and in all
// that those packages name as their dependencies, bundled or not.
// Exit codes: 0 none, 1 some, 2 the registry could not be asked, which says nothing either way.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shippedOf, writeProject } from './bundle/shipped.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const GRAVE = ['high', 'critical'];

interface Vulnerability {
  readonly severity: string;
  /** Advisories, or names of dependencies that have some. */
  readonly via: readonly (string | { readonly title: string; readonly url: string })[];
}

interface Report {
  readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>;
  readonly message?: string;
  readonly error?: { readonly summary?: string };
}

async function runNpm(): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const cwd = mkdtempSync(join(tmpdir(), 'guard-audited-'));
  try {
    writeProject(ROOT, await shippedOf(ROOT), cwd);
    return spawnSync('npm', ['audit', '--package-lock-only', '--audit-level=high', '--json'], {
      cwd,
      encoding: 'utf8',
    });
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  const { stdout, stderr } = await runNpm();
  const report = reportOf(stdout);
  // npm's exit code is 1 for both.
  if (report?.vulnerabilities === undefined) {
    const why = report?.message ?? report?.error?.summary ?? stderr.trim();
    process.stderr.write(
      `NOT AUDITED: the registry could not be asked for advisories, so nothing is known, good or bad.\n  ${why}\n` +
        '  Run it where the audit endpoint can be reached: POST /-/npm/v1/security/advisories/bulk of the npm registry.\n',
    );
    return 2;
  }
  const grave = Object.entries(report.vulnerabilities).filter(([, { severity }]) => GRAVE.includes(severity));
  for (const [name, { severity, via }] of grave) {
    const why = via.map((one) => (typeof one === 'string' ? `by ${one}` : `${one.title} ${one.url}`)).join('; ');
    process.stdout.write(`VULNERABLE: ${name} (${severity}): ${why}\n`);
  }
  if (grave.length === 0) {
    process.stdout.write('No known vulnerability of high or critical severity in what is installed or bundled.\n');
    return 0;
  }
  process.stdout.write('  Run npm audit for more on each, and npm audit fix for what a newer version fixes.\n');
  return 1;
}

function reportOf(text: string): Report | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

process.exitCode = await main();
