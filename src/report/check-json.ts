// The JSON of `check`: additions are welcome, changes are not.
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { formatPath } from '../rules/rule.ts';
import { type CheckReport, countBySeverity, docsOf, type LocatedFinding } from './check-report.ts';

export function renderCheckJson({ objects, findings, exempted, mutations, undecided }: CheckReport): string {
  const document = {
    version: 1,
    summary: { objects, ...countBySeverity(findings) },
    findings: findings.map(findingJson),
    exempted: exempted.map(findingJson),
    mutations: mutations.map(({ object, file, patch }) => ({ object: referenceTo(object), file, patch })),
    undecided,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function findingJson({ finding, file, line }: LocatedFinding): Readonly<Record<string, unknown>> {
  return {
    rule: finding.rule,
    severity: finding.severity,
    certain: finding.isCertain,
    object: referenceTo(finding.object),
    path: formatPath(finding.path),
    message: finding.note === '' ? finding.message : `${finding.message} ${finding.note}`,
    fix: finding.fix,
    docs: docsOf(finding.rule),
    file,
    line,
  };
}

function referenceTo({ apiVersion, kind, metadata }: KubernetesObject): Readonly<Record<string, string>> {
  const { namespace, name } = metadata;
  return { apiVersion, kind, ...(namespace === '' ? {} : { namespace }), name };
}
