// AdmissionReview out: the four answers that there are. A refusal is always 403 Forbidden: on 409 and 422 a client that
// forces deletes and recreates the object, and 404 is misread (design of kubectl apply --force, Argo CD, Flux).
import type { JsonPatch } from './patch.ts';

export interface AdmissionReviewResponse {
  readonly apiVersion: string;
  readonly kind: 'AdmissionReview';
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly status?: { readonly code: 403; readonly reason: 'Forbidden'; readonly message: string };
    readonly warnings?: readonly string[];
    readonly patchType?: 'JSONPatch';
    /** Base64 of a JSON Patch. */
    readonly patch?: string;
  };
}

const API_VERSION = 'admission.k8s.io/v1';

export function allow(uid: string, warnings: readonly string[] = []): AdmissionReviewResponse {
  return answer({ uid, allowed: true, ...withWarnings(warnings) });
}

export function allowPatched(uid: string, patch: JsonPatch, warnings: readonly string[] = []): AdmissionReviewResponse {
  const encoded = Buffer.from(JSON.stringify(patch)).toString('base64');
  return answer({ uid, allowed: true, ...withWarnings(warnings), patchType: 'JSONPatch', patch: encoded });
}

export function deny(uid: string, message: string, warnings: readonly string[] = []): AdmissionReviewResponse {
  return answer({
    uid,
    allowed: false,
    status: { code: 403, reason: 'Forbidden', message },
    ...withWarnings(warnings),
  });
}

/** For a review that cannot be judged but can be answered; in the version that it was asked in, so that it is read. */
export function denyUnreadable(uid: string, message: string, apiVersion = API_VERSION): AdmissionReviewResponse {
  return { ...deny(uid, message), apiVersion };
}

function answer(response: AdmissionReviewResponse['response']): AdmissionReviewResponse {
  return { apiVersion: API_VERSION, kind: 'AdmissionReview', response };
}

function withWarnings(warnings: readonly string[]): { readonly warnings?: readonly string[] } {
  return warnings.length === 0 ? {} : { warnings };
}
