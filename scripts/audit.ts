// `npm run audit`: known vulnerabilities of high or critical severity in the production dependencies.
// Exit codes: 0 none, 1 some, 2 the registry could not be asked, which says nothing either way.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

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

function main(): number {
  const words = ['audit', '--omit=dev', '--package-lock-only', '--audit-level=high', '--json'];
  const { stdout, stderr } = spawnSync('npm', words, { cwd: ROOT, encoding: 'utf8' });
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
    process.stdout.write('No known vulnerability of high or critical severity in the production dependencies.\n');
    return 0;
  }
  process.stdout.write(
    '  Run npm audit --omit=dev for the advisories, and npm audit fix for what a newer version fixes.\n',
  );
  return 1;
}

function reportOf(text: string): Report | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

process.exitCode = main();
