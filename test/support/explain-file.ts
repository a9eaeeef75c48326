// Plans of objects or of a YAML stream with what the rules say of them, as `explain --all` shows them.
import { parseAllDocuments } from 'yaml';
import { type Facts, NO_FACTS } from '../../src/facts/facts.ts';
import { explainFindings } from '../../src/judge/explained.ts';
import { findUnseenBehind } from '../../src/judge/references.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import type { ExplainedPlan } from '../../src/report/explained-plan.ts';
import type { KnownKinds } from '../../src/snapshot/snapshot.ts';
import { ABOUT_FACTS, judgeOver } from './world.ts';

export function explainObjects(
  raws: readonly unknown[],
  facts: Facts,
  known: KnownKinds = 'listed',
): readonly ExplainedPlan[] {
  const objects = raws.flatMap((raw) => parseObject(raw) ?? []);
  const judge = judgeOver(objects, { facts, known });
  return objects.flatMap((object) => {
    if (object.kind !== 'Ingress') return [];
    const plan = judge.planner.planOf(object);
    const findings = explainFindings(plan, judge)
      .filter(({ finding }) => !ABOUT_FACTS.has(finding.rule))
      .map((found) => ({ ...found, file: undefined, line: undefined }));
    return [{ plan, facts, findings, unseen: findUnseenBehind(plan, judge.planner), answers: [], seen: undefined }];
  });
}

/** Of the one Ingress among them. */
export function explainOnly(raws: readonly unknown[], facts: Facts = NO_FACTS): ExplainedPlan {
  const [explained] = explainObjects(raws, facts);
  if (explained === undefined) throw new TypeError('there is no Ingress among the objects');
  return explained;
}

export function explainFile(text: string, facts: Facts): readonly ExplainedPlan[] {
  return explainObjects(
    parseAllDocuments(text).map((document): unknown => document.toJS()),
    facts,
  );
}
