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

/** Of a refusal as JSON. More than anybody reads, and a client that does not read it at all holds no more than this. */
export const ANSWER_LIMIT_BYTES = 32 * 1024;

const CUT = '\n… The rest is left out. gke-ingress-guard check shows all of it.';

export function allow(uid: string, warnings: readonly string[] = []): AdmissionReviewResponse {
  return answer({ uid, allowed: true, ...withWarnings(warnings) });
}

export function allowPatched(uid: string, patch: JsonPatch, warnings: readonly string[] = []): AdmissionReviewResponse {
  const encoded = Buffer.from(JSON.stringify(patch)).toString('base64');
  return answer({ uid, allowed: true, ...withWarnings(warnings), patchType: 'JSONPatch', patch: encoded });
}

export function deny(uid: string, message: string, warnings: readonly string[] = []): AdmissionReviewResponse {
  const saying = (text: string): AdmissionReviewResponse =>
    answer({
      uid,
      allowed: false,
      status: { code: 403, reason: 'Forbidden', message: text },
      ...withWarnings(warnings),
    });
  if (surelyFits([uid, message, ...warnings])) return saying(message);
  return saying(cutTo(message, ANSWER_LIMIT_BYTES - bytesOf(saying(''))));
}

/** For a review that cannot be judged but can be answered; in the version that it was asked in, so that it is read. */
export function denyUnreadable(uid: string, message: string, apiVersion = API_VERSION): AdmissionReviewResponse {
  return { ...deny(uid, message), apiVersion };
}

function answer(response: AdmissionReviewResponse['response']): AdmissionReviewResponse {
  return { apiVersion: API_VERSION, kind: 'AdmissionReview', response };
}

/** @returns the beginning of a text that is too long as JSON, whole lines where there are any, and that it is one */
function cutTo(text: string, limitBytes: number): string {
  if (fitting(text, limitBytes) === text.length) return text;
  const end = fitting(text, limitBytes - bytesOf(CUT));
  const lineEnd = text.lastIndexOf('\n', end);
  const kept = text.slice(0, lineEnd > 0 ? lineEnd : end);
  return (kept.isWellFormed() ? kept : kept.slice(0, -1)) + CUT;
}

/** How many of its characters fit, as JSON in UTF-8. */
function fitting(text: string, limitBytes: number): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    bytes += jsonBytesOf(text.charCodeAt(index));
    if (bytes > limitBytes) return index;
  }
  return text.length;
}

/** At most: half of a surrogate pair may be one of a pair, which takes four bytes, or alone, which is escaped. */
function jsonBytesOf(unit: number): number {
  if (unit < 0x20 || (unit >= 0xd800 && unit <= 0xdfff)) return 6;
  if (unit < 0x80) return unit === 0x22 || unit === 0x5c ? 2 : 1;
  return unit < 0x800 ? 2 : 3;
}

/** More than the names of the fields take. */
const FRAME_BYTES = 512;

/** Whatever their characters are: at most six bytes each. */
function surelyFits(texts: readonly string[]): boolean {
  return texts.reduce((bytes, text) => bytes + 6 * text.length + 3, FRAME_BYTES) <= ANSWER_LIMIT_BYTES;
}

/** As JSON in UTF-8. */
function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function withWarnings(warnings: readonly string[]): { readonly warnings?: readonly string[] } {
  return warnings.length === 0 ? {} : { warnings };
}
