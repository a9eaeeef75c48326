// Every error that a person or a client can get, in one table; docs/errors.md is generated from it.

interface ErrorEntry {
  /** HTTP status, or null for errors that only the command line meets. */
  readonly status: number | null;
  readonly message: string;
  readonly howToFix: string;
}

export const ERRORS = {
  'bodies-over-budget': {
    status: 429,
    message: 'More request bodies are on their way than the guard has memory for.',
    howToFix: 'Apply it again later. What is over the limit is answered by onOverload (docs/operations.md).',
  },
  'body-not-json': {
    status: 400,
    message: 'The request body is not JSON.',
    howToFix: 'Send an AdmissionReview as the API server does. A truncated body reads the same way.',
  },
  'body-not-utf8': {
    status: 400,
    message: 'The request body is not UTF-8.',
    howToFix: 'Encode the AdmissionReview as UTF-8, without compression.',
  },
  'body-timeout': {
    status: 408,
    message: 'The request body did not arrive in time.',
    howToFix: 'Look for a slow or broken connection between the API server and the Pod.',
  },
  'body-too-deep': {
    status: 400,
    message: 'The JSON is nested deeper than an AdmissionReview can be.',
    howToFix: 'Nothing that the API server sends is 250 levels deep. Look at who calls.',
  },
  'body-too-large': {
    status: 413,
    message: 'The request body is larger than an AdmissionReview can be.',
    howToFix:
      'Nothing that the API server sends is this large (7 MiB: two objects of 3 MiB, and room). Look at who calls.',
  },
  'body-too-many-values': {
    status: 413,
    message: 'The object has more values than the guard has memory for.',
    howToFix:
      'Split it: the limit is a million values. What is over it is answered by onOverload (docs/operations.md).',
  },
  'client-not-allowed': {
    status: 403,
    message: 'This client may not call the webhook.',
    howToFix: 'Let the API server show a certificate that --client-ca and --client-name accept (docs/tls.md).',
  },
  'content-type-unsupported': {
    status: 415,
    message: 'The content type is not application/json.',
    howToFix: 'Send Content-Type: application/json, without a content encoding.',
  },
  'deadline-passed': {
    status: 408,
    message: 'The time that the caller gave was over before the review was looked at.',
    howToFix: 'Apply it again. If it comes back, give the guard more CPU or more replicas (docs/operations.md).',
  },
  'http-malformed': {
    status: 400,
    message: 'The request is not HTTP that can be read.',
    howToFix: 'Look at who calls; the API server speaks HTTP/1.1 over TLS here.',
  },
  'loop-late': {
    status: 429,
    message: 'More reviews are waiting than the guard can look at in time.',
    howToFix: 'Apply it again. If it comes back, give the guard more CPU or more replicas (docs/operations.md).',
  },
  'method-not-allowed': {
    status: 405,
    message: 'This path does not take this method.',
    howToFix: 'POST an AdmissionReview to /mutate or /validate; GET /livez, /readyz and /metrics on the health port.',
  },
  'not-found': {
    status: 404,
    message: 'There is nothing at this path.',
    howToFix: 'The webhook serves /mutate and /validate; health and metrics are on the health port (8080).',
  },
  'review-invalid': {
    status: 400,
    message: 'The body is JSON, but no AdmissionReview request.',
    howToFix:
      'Send kind AdmissionReview of admission.k8s.io/v1 with request.uid, request.operation and request.object.',
  },
  'review-version-unsupported': {
    status: 400,
    message: 'The AdmissionReview is not of admission.k8s.io/v1.',
    howToFix: 'Set admissionReviewVersions: ["v1"] in the webhook configuration, as deploy/base has it.',
  },
  'base-unreadable': {
    status: null,
    message: 'What the files are compared with cannot be read.',
    howToFix: 'Give --base a revision of the repository that the files are in, or a directory (docs/base.md).',
  },
  'client-ca-invalid': {
    status: null,
    message: 'The file of client authorities cannot be used.',
    howToFix: 'Name a PEM file with the certificates of the authorities in --client-ca (docs/tls.md).',
  },
  'cluster-too-large': {
    status: null,
    message: 'The cluster has more objects than this command has memory for.',
    howToFix: 'Ask for one namespace (-n NAMESPACE), or give it more: NODE_OPTIONS=--max-old-space-size=8192 (MiB).',
  },
  'cluster-unreachable': {
    status: null,
    message: 'The cluster cannot be asked.',
    howToFix: 'Check with kubectl --context=CONTEXT get namespaces; the same kubeconfig and context are used here.',
  },
  'description-invalid': {
    status: null,
    message: 'This is no description of a cluster.',
    howToFix:
      'Give what gcloud container clusters describe NAME --location=LOCATION --project=PROJECT --format=json prints.',
  },
  'facts-invalid': {
    status: null,
    message: 'The facts file cannot be used.',
    howToFix: 'Correct the lines named above; the fields are listed in docs/facts-file.md.',
  },
  'file-unreadable': {
    status: null,
    message: 'A file or directory cannot be read.',
    howToFix: 'Check the path and its permissions.',
  },
  'option-invalid': {
    status: null,
    message: 'The command line cannot be understood.',
    howToFix: 'Run the command with --help to see its options.',
  },
  'policy-invalid': {
    status: null,
    message: 'The policy directory cannot be used.',
    howToFix: 'Correct the lines named above; policies/*.schema.json describes every field.',
  },
  'port-unavailable': {
    status: null,
    message: 'The server cannot listen on its port.',
    howToFix: 'Choose another with --port or --health-port, or end the process that holds it.',
  },
  'tls-invalid': {
    status: null,
    message: 'The certificate or its key cannot be used.',
    howToFix: 'Put a PEM pair as tls.crt and tls.key into the directory that --tls-dir names (cert-manager does).',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export type ErrorCode = keyof typeof ERRORS;

/** An error that its reader can do something about; `detail` says what is wrong in this case. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;

  constructor(code: ErrorCode, detail: string, options?: { readonly cause?: unknown }) {
    super(`${ERRORS[code].message} ${detail}`, options);
    this.name = 'AppError';
    this.code = code;
    this.detail = detail;
  }

  get howToFix(): string {
    return ERRORS[this.code].howToFix;
  }
}
