import { BACKEND_CONFIG, findForeignAnnotations, MANAGED_CERTIFICATES } from '../plan/annotation-keys.ts';
import { GCE_CLASSES } from '../plan/ingress-class.ts';
import { isOfAnotherController } from './add-on-claim.ts';
import { defineRule } from './rule.ts';

/** What does on GKE what such an annotation does elsewhere; the first whose pattern is in the key. */
const EQUIVALENTS: readonly (readonly [RegExp, string])[] = [
  [/ssl-redirect|https-redirect/, 'Redirect with a FrontendConfig: spec.redirectToHttps.enabled: true'],
  [/backend-protocol|secure-backends|ssl-services|server-ssl/, 'Set cloud.google.com/app-protocols on the Service.'],
  [/rewrite|strip-path|app-root/, 'Serve the paths as they come: GKE Ingress rewrites none.'],
  [/(white|allow|deny|black)-?list|inbound-cidrs/, 'Name a Cloud Armor policy in a BackendConfig: spec.securityPolicy'],
  [/(read|send|server)-timeout|timeout-server/, 'Set spec.timeoutSec in a BackendConfig of the Service.'],
  [/affinity|session-cookie|sticky/, 'Set spec.sessionAffinity in a BackendConfig of the Service.'],
  [/health-?check/, `Set spec.healthCheck in a BackendConfig (${BACKEND_CONFIG[0]} on the Service).`],
  [/certificate-arn/, `Name a certificate of Google's: ${MANAGED_CERTIFICATES}`],
];

export const foreignAnnotationIgnored = defineRule({
  id: 'foreign-annotation-ignored',
  judges: 'Ingress',
  severity: 'info',
  summary: 'The Ingress names a GKE class, and carries annotations that only another controller reads.',
  why: 'The GKE Ingress controller ignores what it does not know, and says nothing: no redirect, no rewriting, no allow list comes of annotations for nginx and the like.',
  fix: 'Use what GKE has in its place (FrontendConfig, BackendConfig, annotations of the Service), or remove the annotation.',
  covers: ['R17'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration',
    'https://github.com/kubernetes/ingress-gce/issues/51',
  ],
  check: ({ ingress, plan, snapshot }) => {
    const { annotation, isClaimed } = plan.class;
    const isExplicit = annotation !== '' && (isClaimed || GCE_CLASSES.some((name) => name === annotation));
    if (!isExplicit || isOfAnotherController(annotation, snapshot)) return [];
    const foreign = findForeignAnnotations(ingress.metadata.annotations);
    const told = foreign.find(({ key }) => findEquivalent(key) !== undefined) ?? foreign[0];
    if (told === undefined) return [];
    const others = foreign.length === 1 ? '' : ` (and ${foreign.length - 1} more)`;
    return [
      {
        path: ['metadata', 'annotations', told.key],
        message: `class "${annotation}" ignores "${told.key}"${others}, which is for ${told.controller}.`,
        fix: findEquivalent(told.key) ?? 'Remove it: GKE has its own annotations.',
        subject: 'foreign-annotation',
      },
    ];
  },
});

function findEquivalent(key: string): string | undefined {
  return EQUIVALENTS.find(([pattern]) => pattern.test(key))?.[1];
}
