// The normal form of one Ingress and what belongs to it, made of a plan (predicted.ts) and of what the controllers have
// written (seen.ts), so that the two can be compared leaf by leaf.

/** A backend as both sides name it: "service:port number", with the namespace where it is not the Ingress's own. */
export type BackendKey = string;

/** undefined is not predicted, and so not compared; null is predicted to be unset. */
export type Leaf = string | number | boolean | null | undefined;

/** No path is written so. */
export const OTHER_PATHS = 'any other path';

export interface HealthCheckForm {
  readonly protocol: Leaf;
  readonly path: Leaf;
  readonly host: Leaf;
  /** null for the serving port. */
  readonly port: Leaf;
  readonly intervalSec: Leaf;
  readonly timeoutSec: Leaf;
  readonly healthyThreshold: Leaf;
  readonly unhealthyThreshold: Leaf;
}

export interface BackendForm {
  readonly protocol: Leaf;
  readonly group: Leaf;
  /** Of instance groups: the number of the Service port whose node port they are asked on. */
  readonly nodePortOf: Leaf;
  readonly scheme: Leaf;
  readonly healthCheck: HealthCheckForm | undefined;
  /** What a BackendConfig sets, by the names of its fields. */
  readonly features: Readonly<Record<string, Leaf>>;
}

export interface FrontEndForm {
  readonly scope: Leaf;
  readonly scheme: Leaf;
  readonly http: Leaf;
  readonly https: Leaf;
  /** Which URL map the proxy of each has: that of the hosts and paths, or the redirect. */
  readonly httpProxy: Leaf;
  readonly httpsProxy: Leaf;
  /** Of each forwarding rule: the name of a reserved address, "ephemeral", or "that of HTTP". */
  readonly httpAddress: Leaf;
  readonly httpsAddress: Leaf;
  /** Names of pre-shared certificates, and "secret" for each made of a Secret. */
  readonly certificates: Leaf;
  /** The response code of the redirect to HTTPS, "" for Google's default; null where nothing is redirected. */
  readonly redirect: Leaf;
  /** Whether it leads to HTTPS. */
  readonly redirectsToHttps: Leaf;
  readonly sslPolicy: Leaf;
}

export interface ServiceForm {
  /** Of the NEG controller, in its Event. */
  readonly error: Leaf;
  /** Names of NEGs in the annotation neg-status, by port: "auto", or one given by the user. */
  readonly negs: Readonly<Record<string, Leaf>>;
}

export interface NormalForm {
  /** Whether the controller acts on it. */
  readonly served: Leaf;
  readonly finalizer: Leaf;
  /** The kinds of error that the last sync ended with, as error-words.ts reads them; "" for none. */
  readonly error: Leaf;
  /** The reason of the Event that says so: Translate or Sync, "" where there is nothing to say. */
  readonly event: Leaf;
  /** Whether all of the load balancer is there. */
  readonly built: Leaf;
  /** "none", "ephemeral", or the name of a reserved address. */
  readonly address: Leaf;
  readonly defaultBackend: Leaf;
  /** Backend by host and path, and for any other path of the host (OTHER_PATHS). */
  readonly hosts: Readonly<Record<string, Readonly<Record<string, Leaf>>>>;
  readonly frontEnd: FrontEndForm | undefined;
  readonly backends: Readonly<Record<BackendKey, BackendForm>>;
  readonly services: Readonly<Record<string, ServiceForm>>;
}

/** Path of each leaf, such as "backends/web:80/healthCheck/path". */
export type Leaves = ReadonlyMap<string, Leaf>;

export function leavesOf(form: NormalForm): Leaves {
  const leaves = new Map<string, Leaf>();
  const add = (path: string, value: unknown): void => {
    if (value === null || typeof value !== 'object') leaves.set(path, value as Leaf);
    else for (const [key, inner] of Object.entries(value)) add(path === '' ? key : `${path} / ${key}`, inner);
  };
  add('', form);
  return leaves;
}
