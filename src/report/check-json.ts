// The JSON of `check`: additions are welcome, changes are not.

import { type CheckReport, countFindings, type LocatedFinding } from './check-report.ts';
import { findingJson, nameJson, objectJson, unseenJson } from './finding-json.ts';
import { jsonText } from './json-text.ts';
import { notFinalLine } from './not-final.ts';

export function renderCheckJson({
  objects,
  findings,
  exempted,
  mutations,
  undecided,
  unseen,
  unnamed,
  notFinal,
  base,
}: CheckReport): string {
  const document = {
    version: 1,
    summary: { objects, ...countFindings(findings.map(({ finding }) => finding)) },
    findings: findings.map(locatedJson),
    exempted: exempted.map(locatedJson),
    mutations: mutations.map(({ object, file, patch }) => ({ object: objectJson(object), file, patch })),
    undecided,
    unseen: unseen.map(unseenJson),
    ...(unnamed.length === 0 ? {} : { unnamed: unnamed.map(({ object }) => nameJson(object)) }),
    ...(base === undefined ? {} : { base }),
    ...(notFinalLine(notFinal) === '' ? {} : { notFinal }),
  };
  return jsonText(document);
}

function locatedJson({ finding, file, line }: LocatedFinding): Readonly<Record<string, unknown>> {
  return { ...findingJson(finding), ...(file === '' ? {} : { file, line }) };
}
