// What the registry knows of what is shipped, as a person reads it: npm asks, and says what is grave.
import type { Shipped } from '../bundle/shipped.ts';
import { type Environment, type NpmAnswer, runNpm } from './run-npm.ts';

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

/**
 * @param root of the checkout
 * @returns what to print, and the exit code: 0 none is grave, 1 some are, 2 the registry could not be asked, which says nothing either way
 */
export async function audit(root: string, shipped: Shipped, env: Environment): Promise<NpmAnswer> {
  const words = ['audit', '--package-lock-only', '--audit-level=high', '--json'];
  const { stdout, stderr } = await runNpm(root, shipped, words, env);
  const report = reportOf(stdout);
  // npm's exit code is 1 for both.
  if (report?.vulnerabilities === undefined)
    return unaudited(report?.message ?? report?.error?.summary ?? stderr.trim());
  const grave = Object.entries(report.vulnerabilities).filter(([, { severity }]) => GRAVE.includes(severity));
  if (grave.length === 0) {
    const none = 'No known vulnerability of high or critical severity in what is installed or bundled.\n';
    return { code: 0, stdout: none, stderr: '' };
  }
  const lines = grave.map(([name, { severity, via }]) => {
    const why = via.map((one) => (typeof one === 'string' ? `by ${one}` : `${one.title} ${one.url}`)).join('; ');
    return `VULNERABLE: ${name} (${severity}): ${why}\n`;
  });
  const advice = '  Run npm audit for more on each, and npm audit fix for what a newer version fixes.\n';
  return { code: 1, stdout: [...lines, advice].join(''), stderr: '' };
}

function unaudited(why: string): NpmAnswer {
  const text =
    `NOT AUDITED: the registry could not be asked for advisories, so nothing is known, good or bad.\n  ${why}\n` +
    '  Run it where the audit endpoint can be reached: POST /-/npm/v1/security/advisories/bulk of the npm registry.\n';
  return { code: 2, stdout: '', stderr: text };
}

function reportOf(text: string): Report | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
