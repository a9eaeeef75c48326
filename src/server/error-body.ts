// An error of the table as a client reads it. Apart from answer.ts, so that the thread of health loads no more than it needs.
import { ERRORS, type ErrorCode } from '../errors.ts';

/** The errors that a client can get. */
export type RejectedCode = { [C in ErrorCode]: (typeof ERRORS)[C]['status'] extends number ? C : never }[ErrorCode];

/**
 * The error for whoever reads it, laid into a Status of Kubernetes: the API server shows the message of one to the user
 * whose object it could not have judged, and of any other body it says "unknown" (client-go rest/request.go).
 */
export function errorBody(code: RejectedCode, detail = ''): Readonly<Record<string, unknown>> {
  const { status, message, howToFix } = ERRORS[code];
  return {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code: status,
    message: errorText(code, detail),
    error: { code, message: detail === '' ? message : `${message} ${detail}`, howToFix },
  };
}

/** The same in one line, for the message of an AdmissionReview. */
export function errorText(code: RejectedCode, detail = ''): string {
  const { message, howToFix } = ERRORS[code];
  return [message, detail, howToFix]
    .filter((part) => part !== '')
    .join(' ')
    .concat(` [${code}]`);
}
