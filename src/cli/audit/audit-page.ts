// `audit -o html`: each Ingress that GKE serves, drawn with what the audit found on its chain; and the findings of what is behind none.

import { indexNamespaces } from '../../judge/elsewhere.ts';
import { explainFindings } from '../../judge/explained.ts';
import type { Finding } from '../../judge/finding.ts';
import { createJudge } from '../../judge/judge.ts';
import { findUnseenBehind, withoutUnreadKinds } from '../../judge/references.ts';
import type { Ingress, KubernetesObject } from '../../kubernetes/objects.ts';
import type { CheckReport } from '../../report/check-report.ts';
import { renderHtmlPage } from '../../report/html/page.ts';
import type { PlacedPlan } from '../../report/html/page-view.ts';
import { type Corridor, judgeSettings } from '../../verdict/corridor.ts';
import { answersOf } from '../explain/explainer.ts';
import { givenOptions, madeOf } from '../page-made.ts';
import type { AuditOptions } from './asked.ts';

interface Audited {
  readonly corridor: Corridor;
  readonly objects: readonly KubernetesObject[];
  readonly options: AuditOptions;
  readonly context: string | undefined;
}

export function renderAuditPage(report: CheckReport, { corridor, objects, options, context }: Audited): string {
  const { namespace, rules, severity, version, policy, live } = options;
  const told = new Map(report.findings.map(({ finding }) => [keyOf(finding), finding]));
  const explain = createExplainer(corridor, objects, told);
  const ingresses = report.judged.flatMap(({ object }) => (object.kind === 'Ingress' ? [object] : []));
  const plans = ingresses.map(explain);
  const shown = plans.filter(({ plan, findings }) => plan.served.served || plan.class.isClaimed || findings.length > 0);
  const drawn = new Set(shown.flatMap(({ findings }) => findings.map(({ finding }) => keyOf(finding))));
  const others = [...told].flatMap(([key, finding]) => (drawn.has(key) ? [] : [finding]));
  const scope = [
    ...(namespace === undefined ? [] : [`namespace "${namespace}"`]),
    ...rules.map((rule) => `rule ${rule}`),
    ...(severity === 'error' ? ['certain errors only'] : ['certain errors and warnings']),
  ];
  const { kubeconfig } = live;
  const words = [
    ...['audit', ...givenOptions({ namespace, kubeconfig, context, facts: options.facts, policy, severity })],
    ...rules.map((rule) => `--rule=${rule}`),
  ];
  const left = plans.length - shown.length;
  return renderHtmlPage({
    made: madeOf({ words, files: [], cluster: { context }, facts: corridor.facts, scope, version }),
    plans: shown,
    others,
    ofCluster: report.ofCluster,
    leftOut:
      left === 0 ? '' : `Not shown, for GKE does not serve it: ${left === 1 ? '1 Ingress' : `${left} Ingresses`}.`,
  });
}

/** What the audit found is what is drawn: neither more, as what is only possible, nor less. */
function createExplainer(
  corridor: Corridor,
  objects: readonly KubernetesObject[],
  told: ReadonlyMap<string, Finding>,
): (ingress: Ingress) => PlacedPlan {
  const otherNamespaces = indexNamespaces(objects);
  let shared: { readonly namespace: string; readonly judge: ReturnType<typeof createJudge> } | undefined;
  return (ingress) => {
    const { namespace } = ingress.metadata;
    if (shared?.namespace !== namespace) {
      const settings = { ...judgeSettings(corridor, corridor.snapshot, namespace), otherNamespaces };
      shared = { namespace, judge: createJudge(settings, corridor.snapshot) };
    }
    const { judge } = shared;
    const plan = judge.planner.planOf(ingress);
    const findings = explainFindings(plan, judge).flatMap(({ finding, place }) => {
      const found = told.get(keyOf(finding));
      return found === undefined ? [] : [{ finding: found, place, file: undefined, line: undefined }];
    });
    const unseen = withoutUnreadKinds(findUnseenBehind(plan, judge.planner, otherNamespaces));
    const answers = answersOf(plan, corridor.apps, corridor.snapshot);
    return { plan, facts: corridor.facts, findings, unseen, answers, seen: undefined, place: '' };
  };
}

function keyOf({ object, rule, identity, message }: Finding): string {
  const { kind, metadata } = object;
  return [kind, metadata.namespace, metadata.name, rule, identity, message].join('\0');
}
