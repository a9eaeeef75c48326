// What a configuration says for certain of one request of Google's health check.

/** Of the address that is asked, where the check has no Host header: no host name in a configuration is it. */
export const POD_ADDRESS = '';

export interface Request {
  readonly port: number;
  /** As it is asked, with its query. */
  readonly target: string;
  /** Without it. */
  readonly path: string;
  /** POD_ADDRESS where the check has none. */
  readonly host: string;
}

export type Said =
  /** `location` as written; undefined for no redirect. */
  | { readonly kind: 'answer'; readonly status: number; readonly location: string | undefined }
  /** Something answers that is not in the file: an upstream, files. */
  | { readonly kind: 'elsewhere' }
  /** The file has something in it that is not followed here. */
  | { readonly kind: 'unsure' };

export const ELSEWHERE: Said = { kind: 'elsewhere' };
export const UNSURE: Said = { kind: 'unsure' };

export function answered(status: number, location?: string): Said {
  return { kind: 'answer', status, location };
}

/** Nothing in it is decoded, merged or resolved before it is compared. */
export function isPlainPath(path: string): boolean {
  return /^\/[\w.~/-]{0,1000}$/.test(path) && !/\/\/|\/\.{1,2}(\/|$)/.test(path);
}

/** Whether a host name is that of the request; undefined for what is not compared here. */
export function isHost(name: string, host: string): boolean | undefined {
  const isPlain = /^[\w.-]+$/.test(name);
  const hasLetter = /[a-z]/i.test(name);
  if (host === POD_ADDRESS) return isPlain && (hasLetter || name === '_') ? false : undefined;
  return isPlain ? name.toLowerCase() === host.toLowerCase() : undefined;
}
