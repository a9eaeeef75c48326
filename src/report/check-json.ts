// The JSON of `check`: additions are welcome, changes are not.
import { type CheckReport, countFindings, type LocatedFinding } from './check-report.ts';
import { findingJson, nameJson, objectJson } from './finding-json.ts';

export function renderCheckJson({ objects, findings, exempted, mutations, undecided, unseen }: CheckReport): string {
  const document = {
    version: 1,
    summary: { objects, ...countFindings(findings.map(({ finding }) => finding)) },
    findings: findings.map(locatedJson),
    exempted: exempted.map(locatedJson),
    mutations: mutations.map(({ object, file, patch }) => ({ object: objectJson(object), file, patch })),
    undecided,
    unseen: unseen.map(({ object, namedBy }) => ({ object: nameJson(object), namedBy: nameJson(namedBy) })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function locatedJson({ finding, file, line }: LocatedFinding): Readonly<Record<string, unknown>> {
  return { ...findingJson(finding), file, line };
}
