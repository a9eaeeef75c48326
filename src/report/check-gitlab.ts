// `check` and `audit` as GitLab's code quality report (docs.gitlab.com, "Code Quality", report format).
import type { Finding } from '../judge/finding.ts';
import { plainText } from '../kubernetes/plain-text.ts';
import type { CheckReport } from './check-report.ts';
import { jsonText } from './json-text.ts';
import { createFingerprints, pathOf, relativePath, sentenceOf } from './pipeline-finding.ts';
import { worstFirst } from './quiet-lines.ts';

export function renderCheckGitlab({ findings, unread, directory }: CheckReport): string {
  const fingerprintOf = createFingerprints();
  const failures = unread.map(({ file, line, message }) => {
    const path = relativePath(directory, file);
    return {
      description: plainText(`cannot be read: ${message}`),
      check_name: 'unreadable',
      // GitLab shows one of those that have the same: a place is enough to tell them apart.
      fingerprint: plainText(`unreadable ${path} ${line ?? ''} ${message}`),
      severity: 'blocker',
      location: { path, lines: { begin: line ?? 1 } },
    };
  });
  const issues = worstFirst(findings).map((located) => {
    const { finding, line } = located;
    const path = pathOf(directory, located);
    return {
      description: sentenceOf(finding),
      check_name: finding.rule,
      fingerprint: fingerprintOf(finding, path),
      severity: severityOf(finding),
      // A line is asked for, and an object of a cluster has none.
      location: { path, lines: { begin: Math.max(line, 1) } },
    };
  });
  return jsonText([...failures, ...issues]);
}

/** Of info, minor, major, critical and blocker. */
function severityOf({ severity, isCertain }: Finding): string {
  if (severity === 'info') return 'info';
  if (severity === 'error') return isCertain ? 'critical' : 'major';
  return isCertain ? 'major' : 'minor';
}
