// What does on GKE what an annotation of another controller does elsewhere, and what comes of such an annotation on GKE.
import { BACKEND_CONFIG, MANAGED_CERTIFICATES } from '../plan/annotation-keys.ts';

export interface Equivalent {
  /** True whatever else is set. */
  readonly effect: string;
  /** What to do, as an instruction. */
  readonly use: string;
}

const EQUIVALENTS: readonly (readonly [RegExp, effect: string, use: string])[] = [
  [
    /ssl-redirect|https-redirect|redirect-to-https/,
    'no redirect comes of it',
    'redirect with a FrontendConfig (spec.redirectToHttps.enabled: true)',
  ],
  [
    /backend-protocol|secure-backends|ssl-services|server-ssl/,
    'it changes no protocol',
    'set cloud.google.com/app-protocols on the Service',
  ],
  [
    /rewrite|strip-path|app-root|add-base-url/,
    'no path is rewritten',
    'serve the paths as they come, because GKE Ingress rewrites none',
  ],
  [
    /(white|allow|deny|black)-?list|inbound-cidrs|security-policy/,
    'it keeps nobody out',
    'name a Cloud Armor policy in a BackendConfig (spec.securityPolicy)',
  ],
  [
    /(read|send|server)-timeout|timeout-server/,
    'the timeout is 30 s unless a BackendConfig sets another',
    'set spec.timeoutSec in a BackendConfig of the Service',
  ],
  [
    /affinity|session-cookie|sticky/,
    'no affinity comes of it',
    'set spec.sessionAffinity in a BackendConfig of the Service',
  ],
  [/auth-(type|url|secret|realm)/, 'it asks nobody to log in', 'turn IAP on in a BackendConfig (spec.iap)'],
  [
    /health-?check/,
    'it changes no health check',
    `set spec.healthCheck in a BackendConfig (${BACKEND_CONFIG[0]} on the Service)`,
  ],
  [/certificate-arn/, 'it brings no certificate', `name a certificate of Google's in ${MANAGED_CERTIFICATES}`],
];

/** The first whose pattern is in the key. */
export function findEquivalent(key: string): Equivalent | undefined {
  const found = EQUIVALENTS.find(([pattern]) => pattern.test(key));
  return found === undefined ? undefined : { effect: found[1], use: found[2] };
}
