// For each app of the catalogue: Pods that are it, with what they answer, and Pods that look like it and are not.
import type { RawObject } from '../support/objects.ts';

/** One container, alone in its Pod. */
export interface AppPod {
  readonly image?: string;
  readonly name?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly envFrom?: readonly RawObject[];
  readonly readinessProbe?: RawObject;
  /** Files of a ConfigMap that it mounts. */
  readonly mounted?: Readonly<Record<string, string>>;
  /** Where; left out: where no program looks. */
  readonly mountPath?: string;
}

/**
 * From "PORT PATH" to what comes back: "200", "307 to HTTPS", "400 TLS only", "TLS only" where no status is known,
 * "nothing" where the guard says nothing; and " unless …" where it cannot be sure.
 */
type Asks = Readonly<Record<string, string>>;

export interface AppCases {
  readonly is: Readonly<Record<string, readonly [AppPod, Asks]>>;
  /** Asked the same; none of them may be taken for the app. */
  readonly isNot: Readonly<Record<string, AppPod>>;
}

export type CasesById = Readonly<Record<string, AppCases>>;

export function httpsProbe(port: number, path = '/'): RawObject {
  return { httpGet: { scheme: 'HTTPS', port, path } };
}

export function httpProbe(port: number, path = '/'): RawObject {
  return { httpGet: { port, path } };
}
