import { editDistance } from '../nearest.ts';
import { INGRESS_CLASS } from '../plan/annotation-keys.ts';
import { GCE_CLASSES } from '../plan/ingress-class.ts';
import { defineRule } from './rule.ts';

/** Two edits reach gce-intenal and gec, and stay clear of nginx, alb, kong and the like. */
const MAX_EDITS = 2;

export const ingressClassMisspelt = defineRule({
  id: 'ingress-class-misspelt',
  judges: 'Ingress',
  severity: 'warning',
  summary: 'The class in the annotation is nearly, but not exactly, one of the GKE classes.',
  why: 'The GKE Ingress controller compares the annotation letter by letter, without trimming: any other value belongs to some other controller, and nobody says that there is none.',
  fix: 'Write the class exactly.',
  covers: ['C2'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  check: ({ plan, snapshot }) => {
    const { annotation, isClaimed } = plan.class;
    // A GCE class that this cluster does not offer is spelt well.
    if (annotation === '' || isClaimed || GCE_CLASSES.some((name) => name === annotation)) return [];
    const meant = findMeant(annotation);
    if (meant === undefined || snapshot.get('IngressClass', '', annotation) !== undefined) return [];
    return [
      {
        path: ['metadata', 'annotations', INGRESS_CLASS],
        message: `the class "${annotation}" is not "${meant}": GKE compares it letter by letter and does not serve this Ingress.`,
        fix: `Write ${INGRESS_CLASS}: "${meant}"`,
        isCertain: false,
      },
    ];
  },
});

function findMeant(annotation: string): string | undefined {
  const tidy = annotation.trim().toLowerCase();
  const candidates = [...GCE_CLASSES, 'gce-multi-cluster'].filter((name) => name !== annotation);
  return candidates.find((name) => name === tidy) ?? candidates.find((name) => editDistance(tidy, name) <= MAX_EDITS);
}
