import type { RuleFinding } from '../judge/finding.ts';
import { inWords, removeAnnotation } from '../judge/fix.ts';
import { defineRule, type FrontEndContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import { FRONTEND_CONFIG } from '../plan/annotation-keys.ts';
import { isManagedName } from '../plan/tls.ts';

export const redirectBeforeCertificate = defineRule({
  id: 'redirect-before-certificate',
  judges: ['Ingress'],
  severity: 'info',
  summary: 'All of HTTP is redirected to HTTPS, and no ManagedCertificate of the Ingress is Active yet.',
  why: 'A managed certificate is attached as soon as its controller knows it, before Google has issued it, which takes up to an hour. Until then every TLS handshake fails, and the redirect sends everybody there.',
  fix: 'Turn the redirect on once the ManagedCertificate is Active.',
  covers: [],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs',
    'https://github.com/GoogleCloudPlatform/gke-managed-certs',
  ],
  check: { FrontEnd: findEarly },
});

function findEarly({ ingress, plan }: FrontEndContext): readonly RuleFinding[] {
  const { tls, managed, redirectsToHttps, allowsHttp } = plan.frontEnd;
  const hasOthers = tls.secretNames.length > 0 || tls.preSharedCerts.some((name) => !isManagedName(name));
  if (!redirectsToHttps || !allowsHttp || hasOthers || plan.class.isRegional) return [];
  const certificates = managed.references.flatMap((one) => (one.state === 'found' ? [one.object] : []));
  const [first] = certificates;
  // Of one that is not there another finding tells; one that nobody has shown may be Active.
  if (first === undefined || certificates.length < managed.references.length) return [];
  if (certificates.some(({ isActive }) => isActive)) return [];
  const { name } = first.metadata;
  const which = certificates.length === 1 ? `ManagedCertificate "${name}" is` : 'one of its ManagedCertificates is';
  return [
    {
      path: annotationPath(FRONTEND_CONFIG),
      message: `TLS fails until ${which} Active, attached or not, and the redirect sends everybody there.`,
      fix: [inWords('wait with the redirect until it is Active', removeAnnotation(ingress, FRONTEND_CONFIG))],
      isCertain: false,
    },
  ];
}
