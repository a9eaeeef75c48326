import { INGRESS_CLASS } from '../plan/annotation-keys.ts';
import { GCE_CLASSES } from '../plan/ingress-class.ts';
import { isOfAnotherController } from './add-on-claim.ts';
import { defineRule } from './rule.ts';

export const ingressClassNameIgnored = defineRule({
  id: 'ingress-class-name-ignored',
  judges: 'Ingress',
  severity: 'error',
  summary: 'GKE never serves an Ingress that names its class in spec.ingressClassName only.',
  why: 'The GKE Ingress controller reads the class from the annotation and takes the field, whatever it says, as a sign that the Ingress belongs to another controller; it says nothing.',
  fix: `Remove spec.ingressClassName and set the annotation ${INGRESS_CLASS} in its place.`,
  covers: ['C2', 'R4'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress',
    'https://github.com/kubernetes/ingress-gce/issues/1891',
  ],
  check: ({ ingress, plan, snapshot, facts }) => {
    const name = ingress.ingressClassName;
    if (name === undefined || plan.class.annotation !== '') return [];
    const isGce =
      GCE_CLASSES.some((known) => known === name) || (name !== '' && name === facts.controller.ingressClass.value);
    if (!isGce || isOfAnotherController(name, snapshot)) return [];
    return [
      {
        path: ['spec', 'ingressClassName'],
        message: `spec.ingressClassName is "${name}", but GKE reads the class only from the annotation: nothing would serve this Ingress or say why.`,
        fix: `Replace the field with the annotation ${INGRESS_CLASS}: "${name}"`,
      },
    ];
  },
});
