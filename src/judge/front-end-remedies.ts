// What remains of a front end without certificates that come to nothing: shared by rules whose fix may be to remove them.
import type { FrontEndPlan } from '../plan/front-end.ts';

/** Whether clients are served without ManagedCertificates and unnamed Secrets: by another certificate, or by plain HTTP. */
export function isServedWithoutThem({ tls, allowsHttp, redirectsToHttps }: FrontEndPlan): boolean {
  return tls.isConfigured || (allowsHttp && !redirectsToHttps);
}
