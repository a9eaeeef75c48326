import { isOfAnotherController } from '../judge/add-on-claim.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { inWords, remove, setAnnotation, together } from '../judge/fix.ts';
import { defineRule, type IngressContext } from '../judge/rule.ts';
import { INGRESS_CLASS } from '../plan/annotation-keys.ts';
import { GCE_CLASSES } from '../plan/ingress-class.ts';

export const ingressClassNameIgnored = defineRule({
  id: 'ingress-class-name-ignored',
  judges: ['Ingress'],
  severity: 'error',
  summary: 'GKE never serves an Ingress that names its class in spec.ingressClassName only.',
  why: `The GKE Ingress controller reads the class from the annotation and takes the field, whatever it says, as a sign that the Ingress belongs to another controller; it says nothing. Kubernetes warns of the annotation ("deprecated, please use 'spec.ingressClassName' instead"): that holds for other controllers, GKE reads nothing else.`,
  fix: `Remove spec.ingressClassName and set the annotation ${INGRESS_CLASS} in its place.`,
  covers: ['C2', 'R4'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress',
    'https://github.com/kubernetes/ingress-gce/issues/1891',
  ],
  isAboutClass: true,
  check: { Ingress: (context) => [...findIgnored(context), ...findTwoClasses(context)] },
});

/**
 * Since Kubernetes 1.27 (pkg/apis/networking/validation ValidateIngressCreate); before, with any two. An UPDATE is not asked, and
 * what is stored works: GKE goes by the annotation.
 */
function findTwoClasses({ ingress, old, plan }: IngressContext): readonly RuleFinding[] {
  const { annotation, isClaimed } = plan.class;
  const name = ingress.ingressClassName ?? annotation;
  const isStored = old !== undefined || ingress.metadata.creationTimestamp !== '';
  if (!isClaimed || annotation === '' || name === annotation || isStored) return [];
  const path = ['spec', 'ingressClassName'];
  return [
    {
      path,
      message: `spec.ingressClassName is "${name}" and the annotation says "${annotation}": as a new Ingress the API server refuses it.`,
      note: 'Where it is stored already, GKE goes by the annotation.',
      fix: [remove(ingress, path)],
      isCertain: false,
      severity: 'warning',
      identity: 'two classes',
    },
  ];
}

function findIgnored({ ingress, plan, snapshot, facts }: IngressContext): readonly RuleFinding[] {
  const name = ingress.ingressClassName;
  if (name === undefined || plan.class.annotation !== '') return [];
  const isGce =
    GCE_CLASSES.some((known) => known === name) || (name !== '' && name === facts.controller.ingressClass.value);
  if (!isGce || isOfAnotherController(name, snapshot)) return [];
  const path = ['spec', 'ingressClassName'];
  return [
    {
      path,
      message: `spec.ingressClassName is "${name}", but GKE reads nothing but the deprecated annotation: nothing would serve this Ingress or say why.`,
      // Both at once: older API servers refuse a new Ingress that has the two.
      fix: [
        inWords(
          `replace the field with the annotation ${INGRESS_CLASS}: ${name}`,
          together(setAnnotation(ingress, INGRESS_CLASS, name), remove(ingress, path)),
        ),
      ],
      identity: 'class',
    },
  ];
}
