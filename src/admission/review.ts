// AdmissionReview in: JSON of unknown shape becomes a Review, or says why it cannot. A Review can only come from here.
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { ErrorCode } from '../errors.ts';
import { at, isJsonObject, type JsonObject, optionalText } from '../kubernetes/read.ts';
import { createValidator } from '../schema.ts';

const API_VERSION = 'admission.k8s.io/v1';

/** Characters. */
const MAX_UID = 253;

/**
 * An optional string may be null: encoding/json, which decodes a review for every webhook in Go, leaves the field of a
 * null as if it were absent (https://pkg.go.dev/encoding/json#Unmarshal). So it is for dryRun (*bool) and for object and
 * oldObject (runtime.RawExtension), where the API server writes null itself.
 */
const OPTIONAL_STRING = { type: ['string', 'null'] } as const satisfies JSONSchema;

/** The envelope and the fields that are read; what else is in a review is the API server's business. */
const REVIEW_SCHEMA = {
  type: 'object',
  required: ['apiVersion', 'kind', 'request'],
  properties: {
    apiVersion: { const: API_VERSION },
    kind: { const: 'AdmissionReview' },
    request: {
      type: 'object',
      required: ['uid', 'operation', 'kind'],
      properties: {
        // It is answered and logged; the API server's is a UUID.
        uid: { type: 'string', minLength: 1, maxLength: MAX_UID },
        operation: { enum: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] },
        kind: {
          type: 'object',
          required: ['group', 'version', 'kind'],
          properties: { group: { type: 'string' }, version: { type: 'string' }, kind: { type: 'string' } },
        },
        name: OPTIONAL_STRING,
        namespace: OPTIONAL_STRING,
        subResource: OPTIONAL_STRING,
        dryRun: { type: ['boolean', 'null'] },
        object: { type: ['object', 'null'] },
        oldObject: { type: ['object', 'null'] },
      },
      allOf: [
        {
          if: { properties: { operation: { enum: ['CREATE', 'UPDATE'] } } },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: { required: ['object'], properties: { object: { type: 'object' } } },
        },
        {
          if: { properties: { operation: { const: 'UPDATE' } } },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: { required: ['oldObject'], properties: { oldObject: { type: 'object' } } },
        },
      ],
    },
  },
} as const satisfies JSONSchema;

type ReviewBody = FromSchema<typeof REVIEW_SCHEMA>;

const validator = createValidator<ReviewBody>(REVIEW_SCHEMA);

export interface Review {
  readonly uid: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly namespace: string;
  readonly name: string;
  readonly subResource: string;
  readonly isDryRun: boolean;
  /** Who asks, "" where it is not said. */
  readonly user: string;
  /** undefined only where the operation brings none (DELETE, CONNECT). */
  readonly object: JsonObject | undefined;
  readonly oldObject: JsonObject | undefined;
}

export type ParsedReview =
  | { readonly ok: true; readonly review: Review }
  | {
      readonly ok: false;
      readonly code: Extract<ErrorCode, 'review-invalid' | 'review-version-unsupported'>;
      readonly detail: string;
      /** With it an AdmissionReview can be answered; without it only an HTTP error. */
      readonly uid: string | undefined;
      /** To answer in the version that was asked in; ours where none can be read. */
      readonly apiVersion: string;
    };

export function parseReview(body: unknown): ParsedReview {
  const given = optionalText(at(body, 'request', 'uid')) ?? '';
  const uid = given === '' || given.length > MAX_UID ? undefined : given;
  const apiVersion = optionalText(at(body, 'apiVersion')) ?? '';
  const failed = { ok: false as const, uid, apiVersion: API_VERSION };
  if (!isJsonObject(body)) return { ...failed, code: 'review-invalid', detail: 'It is no JSON object.' };
  if (apiVersion.startsWith('admission.k8s.io/') && apiVersion !== API_VERSION) {
    return { ...failed, apiVersion, code: 'review-version-unsupported', detail: `It is of ${apiVersion}.` };
  }
  const validate = validator();
  if (!validate(body)) return { ...failed, code: 'review-invalid', detail: firstFault(validate.errors) };
  const { request } = body;
  return {
    ok: true,
    review: {
      uid: request.uid,
      operation: request.operation,
      kind: { group: request.kind.group, version: request.kind.version, kind: request.kind.kind },
      namespace: request.namespace ?? '',
      name: request.name ?? '',
      subResource: request.subResource ?? '',
      isDryRun: request.dryRun ?? false,
      user: optionalText(at(request, 'userInfo', 'username')) ?? '',
      object: isJsonObject(request.object) ? request.object : undefined,
      oldObject: isJsonObject(request.oldObject) ? request.oldObject : undefined,
    },
  };
}

/** As the matchConditions of deploy/base/webhooks.yaml have it: the prefix is Kubernetes' own, and GitOps tools are people's. */
export function isOfControlPlane({ user }: Pick<Review, 'user'>): boolean {
  const isServiceAccount = user.startsWith('system:serviceaccount:');
  return user.startsWith('system:') && (!isServiceAccount || user.startsWith('system:serviceaccount:kube-system:'));
}

function firstFault(errors: ReturnType<typeof validator>['errors']): string {
  const [first] = errors ?? [];
  if (first === undefined) return '';
  const field = first.instancePath.slice(1).replaceAll('/', '.') || 'the document';
  const params: Readonly<Record<string, unknown>> = first.params;
  if (first.keyword === 'required') return `${field} has no "${String(params['missingProperty'])}".`;
  if (first.keyword === 'const') return `${field} must be ${JSON.stringify(params['allowedValue'])}.`;
  if (first.keyword === 'enum')
    return `${field} must be one of ${String(params['allowedValues']).replaceAll(',', ', ')}.`;
  if (first.keyword === 'type') return `${field} must be ${[params['type']].flat().filter(isNamed).join(' or ')}.`;
  return `${field} ${first.message ?? 'is not valid'}.`;
}

/** null means absent, so nobody is advised to write it. */
function isNamed(type: unknown): boolean {
  return type !== 'null';
}
