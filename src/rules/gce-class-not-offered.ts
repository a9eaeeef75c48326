import { isOfAnotherController, nameGceClass } from '../judge/add-on-claim.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { advise, inWords, type Remedy } from '../judge/fix.ts';
import { flagOfClass } from '../judge/plan-words.ts';
import { defineRule, type IngressContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import { INGRESS_CLASS } from '../plan/annotation-keys.ts';

export const gceClassNotOffered = defineRule({
  id: 'gce-class-not-offered',
  judges: ['Ingress'],
  severity: 'warning',
  summary: "The class in the annotation is one of GKE's, but not one that this cluster's controller serves.",
  why: 'Class gce-regional-external is served only where the controller runs with its flag on, and class gce nowhere that it is off (sovereign clouds). At most an event says so.',
  fix: 'Write the class that the cluster offers, or declare the flag of its controller in the facts.',
  covers: ['C1'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  isAboutClass: true,
  check: { Ingress: findNotOffered },
});

function findNotOffered(context: IngressContext): readonly RuleFinding[] {
  const { plan, snapshot } = context;
  const { annotation, reason, restsOn } = plan.class;
  if (reason !== 'not-offered' || isOfAnotherController(annotation, snapshot)) return [];
  const flag = flagOfClass(plan.class);
  const isAssumed = restsOn !== undefined;
  const declare = advise(`declare controller.${flag} in the facts`);
  return [
    {
      path: annotationPath(INGRESS_CLASS),
      message: isAssumed
        ? `class "${annotation}" is off by default in the controller, and then nothing serves it.`
        : `this cluster's controller does not serve class "${annotation}" (the facts say ${flag}: false): nothing would.`,
      fix: [useOther(context), ...(isAssumed ? [declare] : [])],
      isCertain: !isAssumed,
      identity: 'class',
    },
  ];
}

/** The other external class, which may have to be declared itself. */
function useOther({ ingress, plan, facts }: IngressContext): Remedy {
  const isGlobal = plan.class.annotation === 'gce';
  const other = isGlobal ? 'gce-regional-external' : 'gce';
  const flag = isGlobal ? 'enableIngressRegionalExternal' : 'enableIngressGlobalExternal';
  const change = nameGceClass(ingress, other);
  return facts.controller[flag].value
    ? change
    : inWords(`set ${INGRESS_CLASS}: ${other}, and declare controller.${flag} in the facts`, change);
}
