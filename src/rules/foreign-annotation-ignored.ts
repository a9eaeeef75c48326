import { isOfAnotherController } from '../judge/add-on-claim.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { inWords, removeAnnotation, together } from '../judge/fix.ts';
import { defineRule, type IngressContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import { BACKEND_CONFIG, findForeignAnnotations, MANAGED_CERTIFICATES } from '../plan/annotation-keys.ts';

/** What does on GKE what such an annotation does elsewhere; the first whose pattern is in the key. */
const EQUIVALENTS: readonly (readonly [RegExp, string])[] = [
  [/ssl-redirect|https-redirect/, 'redirect with a FrontendConfig (spec.redirectToHttps.enabled: true)'],
  [/backend-protocol|secure-backends|ssl-services|server-ssl/, 'set cloud.google.com/app-protocols on the Service'],
  [/rewrite|strip-path|app-root/, 'serve the paths as they come, because GKE Ingress rewrites none'],
  [
    /(white|allow|deny|black)-?list|inbound-cidrs/,
    'name a Cloud Armor policy in a BackendConfig (spec.securityPolicy)',
  ],
  [/(read|send|server)-timeout|timeout-server/, 'set spec.timeoutSec in a BackendConfig of the Service'],
  [/affinity|session-cookie|sticky/, 'set spec.sessionAffinity in a BackendConfig of the Service'],
  [/health-?check/, `set spec.healthCheck in a BackendConfig (${BACKEND_CONFIG[0]} on the Service)`],
  [/certificate-arn/, `name a certificate of Google's in ${MANAGED_CERTIFICATES}`],
];

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
  const others = isOne ? '' : ` (and ${foreign.length - 1} more)`;
  const equivalent = findEquivalent(key);
  const instead = equivalent === undefined ? ': GKE has its own annotations' : `, and ${equivalent}`;
  return [
    {
      path: annotationPath(key),
      message: `class "${annotation}" ignores "${key}"${others}, which is for ${controller}.`,
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

function findEquivalent(key: string): string | undefined {
  return EQUIVALENTS.find(([pattern]) => pattern.test(key))?.[1];
}
