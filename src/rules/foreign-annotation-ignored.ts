import { isOfAnotherController } from '../judge/add-on-claim.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { inWords, removeAnnotation, together } from '../judge/fix.ts';
import { findEquivalent } from '../judge/gke-equivalents.ts';
import { defineRule, type IngressContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import { findForeignAnnotations } from '../plan/annotation-keys.ts';

export const foreignAnnotationIgnored = defineRule({
  id: 'foreign-annotation-ignored',
  judges: ['Ingress'],
  severity: 'info',
  summary: 'The Ingress names a GKE class, and carries annotations that only another controller reads.',
  why: 'The GKE Ingress controller ignores what it does not know, and says nothing: annotations for nginx and the like make no redirect, no rewriting and no allow list.',
  fix: 'Use what GKE has in its place (FrontendConfig, BackendConfig, annotations of the Service), and remove the annotation.',
  covers: ['R17'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration',
    'https://github.com/kubernetes/ingress-gce/issues/51',
  ],
  isAboutClass: true,
  check: { Ingress: findIgnored },
});

function findIgnored({ ingress, plan, snapshot }: IngressContext): readonly RuleFinding[] {
  const { annotation, isClaimed, reason } = plan.class;
  const isExplicit = annotation !== '' && (isClaimed || reason === 'not-offered');
  if (!isExplicit || isOfAnotherController(annotation, snapshot)) return [];
  const foreign = findForeignAnnotations(ingress.metadata.annotations);
  const named = foreign.find(({ key }) => findEquivalent(key) !== undefined) ?? foreign[0];
  if (named === undefined) return [];
  const { key, controller } = named;
  const isOne = foreign.length === 1;
  const others = foreign.filter((one) => one !== named).map((one) => one.key);
  const more = isOne ? '' : ` (and ${others.length} more)`;
  const equivalent = findEquivalent(key);
  const instead = equivalent === undefined ? ': GKE has its own annotations' : `, and ${equivalent.use}`;
  return [
    {
      path: annotationPath(key),
      message: `class "${annotation}" ignores "${key}"${more}, which is for ${controller}.`,
      ...(isOne ? {} : { note: `Also: ${others.join(', ')}.` }),
      fix: [
        inWords(
          `remove ${isOne ? 'it' : 'them'}${instead}`,
          together(...foreign.map((one) => removeAnnotation(ingress, one.key))),
        ),
      ],
      // A class that GKE does not serve may be another controller's.
      isCertain: plan.served.concern === 'certain',
      identity: 'foreign-annotation',
    },
  ];
}
