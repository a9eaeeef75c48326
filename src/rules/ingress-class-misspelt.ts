import { nameGceClass } from '../judge/add-on-claim.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { shortened } from '../judge/quoted.ts';
import { defineRule, type IngressContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import { nearest } from '../nearest.ts';
import { INGRESS_CLASS } from '../plan/annotation-keys.ts';
import { GCE_CLASSES, MULTI_CLUSTER } from '../plan/ingress-class.ts';

/** Two edits reach gce-intenal and gec, and stay clear of nginx, alb, kong and the like. */
const MAX_EDITS = 2;

/** Two edits from the internal class, and the opposite of it. */
const EXTERNAL = 'gce-external';

export const ingressClassMisspelt = defineRule({
  id: 'ingress-class-misspelt',
  judges: ['Ingress'],
  severity: 'warning',
  summary: 'The class in the annotation is nearly, but not exactly, one of the GKE classes.',
  why: 'The GKE Ingress controller compares the annotation exactly, without trimming: any other value belongs to some other controller, and nobody says that there is none.',
  fix: 'Write the class exactly.',
  covers: ['C2'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  isAboutClass: true,
  check: { Ingress: findMisspelt },
});

function findMisspelt({ ingress, plan, snapshot }: IngressContext): readonly RuleFinding[] {
  const { annotation, reason } = plan.class;
  // A GCE class that this cluster does not offer is spelt well.
  if (annotation === '' || reason !== 'other') return [];
  const meant = findMeant(annotation);
  if (meant === undefined || snapshot.get('IngressClass', '', annotation) !== undefined) return [];
  return [
    {
      path: annotationPath(INGRESS_CLASS),
      message: `the class "${shortened(annotation, 60)}" is not "${meant}": GKE compares it exactly and does not serve this Ingress.`,
      fix: [nameGceClass(ingress, meant)],
      isCertain: false,
      identity: 'class',
    },
  ];
}

function findMeant(annotation: string): string | undefined {
  const meant = nearest(annotation.trim(), [...GCE_CLASSES, EXTERNAL, MULTI_CLUSTER], MAX_EDITS);
  return meant === EXTERNAL ? 'gce' : meant;
}
