// The plan of an Ingress with what `check` finds on the objects that it is made of, located in files where there are any.
import type { OtherNamespaces } from '../../judge/elsewhere.ts';
import { explainFindings } from '../../judge/explained.ts';
import { findBehindIngress } from '../../judge/health-check-app.ts';
import { createJudge } from '../../judge/judge.ts';
import { findUnseenBehind, withoutUnreadKinds } from '../../judge/references.ts';
import { type Ingress, type KubernetesObject, nameOf } from '../../kubernetes/objects.ts';
import type { AppCatalogue } from '../../plan/app.ts';
import type { IngressPlan } from '../../plan/plan.ts';
import type { PlanSettings } from '../../plan/plan-input.ts';
import type { ExplainedPlan, KnownAnswer, LocatedExplanation } from '../../report/explained-plan.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type Corridor, exemptionSettings, judgeSettings } from '../../verdict/corridor.ts';
import { createExemptions } from '../../verdict/verdict.ts';
import { createRestsOn, type FinalInput, type Rested } from '../files/final.ts';
import type { StoredObject } from '../files/stored-objects.ts';

/** @param apps left out: the catalogue alone */
export type ExplainOne = (
  ingress: Ingress,
  snapshot: Snapshot,
  plans: PlanSettings,
  file: string | undefined,
  apps?: AppCatalogue,
) => ExplainedPlan;

export interface ExplainerOptions {
  readonly elsewhere: OtherNamespaces;
  readonly isLive: boolean;
  readonly final: FinalInput;
  /** What the same image was seen to answer with other settings; left out: nobody looks. */
  readonly hints?: AppCatalogue;
  /** Findings that are left out are added here. */
  readonly rested: Rested[];
}

export function createExplainer(
  corridor: Omit<Corridor, 'snapshot'>,
  stored: readonly StoredObject[],
  { elsewhere: otherNamespaces, isLive, final, rested, hints }: ExplainerOptions,
): ExplainOne {
  const isExempt = createExemptions(exemptionSettings(corridor));
  const restsOn = createRestsOn(final);
  const aboutFacts = new Set(
    corridor.rules.filter((rule) => rule.reportsUnknownFact !== undefined).map(({ id }) => id),
  );
  const places = Map.groupBy(stored, ({ object }) => nameOf(object));
  const locate = (object: KubernetesObject, file: string | undefined): StoredObject | undefined => {
    const all = places.get(nameOf(object)) ?? [];
    return all.find(({ manifest }) => manifest.file === file) ?? all.at(-1);
  };
  return (ingress, snapshot, plans, file, apps = corridor.apps) => {
    const { namespace } = ingress.metadata;
    const settings = { ...judgeSettings({ ...corridor, apps }, snapshot, namespace, plans), otherNamespaces };
    const judge = createJudge(settings, snapshot);
    const plan = judge.planner.planOf(ingress);
    const all = corridor.policy.isExcluded(namespace) ? [] : explainFindings(plan, judge);
    const told = all.filter(({ finding }) => !isExempt(finding) && !aboutFacts.has(finding.rule));
    const findings = told.flatMap((explained): readonly LocatedExplanation[] => {
      const { object, path } = explained.finding;
      const manifest = locate(object, file)?.manifest;
      const placeholder = manifest === undefined ? undefined : restsOn(explained.finding, manifest);
      if (manifest !== undefined && placeholder !== undefined) {
        rested.push({ placeholder, place: `${manifest.file}:${manifest.lineOf(path)}` });
        return [];
      }
      return [{ ...explained, file: manifest?.file, line: manifest?.lineOf(path) }];
    });
    const named = findUnseenBehind(plan, judge.planner, otherNamespaces);
    const unseen = isLive ? withoutUnreadKinds(named) : named;
    const answers = answersOf(plan, apps, snapshot);
    const hinted = hints === undefined ? [] : answersOf(plan, hints, snapshot);
    const seenBefore = hinted.length === 0 ? {} : { hints: hinted };
    return { plan, facts: corridor.facts, findings, unseen, answers, ...seenBefore, seen: undefined };
  };
}

/** What each backend's check is known to be answered with, for whoever asks who says so. */
export function answersOf(plan: IngressPlan, apps: AppCatalogue, snapshot: Snapshot): readonly KnownAnswer[] {
  return plan.backends.flatMap((backend) => {
    const { service, key } = backend;
    if (service === undefined) return [];
    const found = findBehindIngress({ plan, backend, service, apps, snapshot }, () => true);
    return found.map(({ workload, answer }) => ({ key, workload, answer }));
  });
}
