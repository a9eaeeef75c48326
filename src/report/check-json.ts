// The JSON of `check`: additions are welcome, changes are not.

import { type CheckReport, countFindings, type LocatedFinding } from './check-report.ts';
import { findingJson, objectJson, unseenJson } from './finding-json.ts';
import { jsonText } from './json-text.ts';
import { notFinalLine } from './not-final.ts';

export function renderCheckJson({
  objects,
  findings,
  exempted,
  mutations,
  undecided,
  unseen,
  notFinal,
}: CheckReport): string {
  const document = {
    version: 1,
    summary: { objects, ...countFindings(findings.map(({ finding }) => finding)) },
    findings: findings.map(locatedJson),
    exempted: exempted.map(locatedJson),
    mutations: mutations.map(({ object, file, patch }) => ({ object: objectJson(object), file, patch })),
    undecided,
    unseen: unseen.map(unseenJson),
    ...(notFinalLine(notFinal) === '' ? {} : { notFinal }),
  };
  return jsonText(document);
}

function locatedJson({ finding, file, line }: LocatedFinding): Readonly<Record<string, unknown>> {
  return { ...findingJson(finding), ...(file === '' ? {} : { file, line }) };
}
