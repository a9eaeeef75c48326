import { nameGceClass } from '../judge/add-on-claim.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { inWords, removeAnnotation, together } from '../judge/fix.ts';
import { shortened } from '../judge/quoted.ts';
import { defineRule, type IngressContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import { nearest } from '../nearest.ts';
import { ownerOf } from '../plan/annotation-owner.ts';
import { GCE_CLASSES, MULTI_CLUSTER } from '../plan/ingress-class.ts';

export const gkeAnnotationOnOtherClass = defineRule({
  id: 'gke-annotation-on-other-class',
  judges: ['Ingress'],
  severity: 'info',
  summary: 'The Ingress names the class of another controller, and carries annotations that only GKE reads.',
  why: 'The GKE Ingress controller leaves an Ingress of another class alone, and that other controller does not know the annotations: there is no static address, no managed certificate and no FrontendConfig.',
  fix: 'Remove the annotations, or give the Ingress a GKE class.',
  covers: [],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#controller_summary'],
  isAboutClass: true,
  check: { Ingress: find },
});

/** A sentence names so many. */
const MAX_NAMED = 2;

function find({ ingress, plan }: IngressContext): readonly RuleFinding[] {
  const { annotation, reason } = plan.class;
  if (annotation === '' || reason !== 'other') return [];
  // A slip of the finger is another finding.
  if (nearest(annotation.trim(), [...GCE_CLASSES, MULTI_CLUSTER], 2) !== undefined) return [];
  const { annotations } = ingress.metadata;
  const keys = Object.keys(annotations).filter((key) => ownerOf(key) === 'Ingress' && annotations[key] !== '');
  const [first] = keys;
  if (first === undefined) return [];
  const others = keys.slice(MAX_NAMED);
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const removal = together(...keys.map((key) => removeAnnotation(ingress, key)));
  return [
    {
      path: annotationPath(first),
      message: `class "${shortened(annotation, 40)}" is not GKE's, so nobody reads ${keys.slice(0, MAX_NAMED).join(' and ')}${more}.`,
      ...(others.length === 0 ? {} : { note: `Also: ${others.join(', ')}.` }),
      isCertain: false,
      identity: 'gke-annotations',
      fix: [inWords(`remove ${keys.length === 1 ? 'it' : 'them'}`, removal), nameGceClass(ingress, 'gce')],
    },
  ];
}
