// What a change of objects does to the load balancer of one Ingress, as data: the plan before beside the plan after. No
// sentence is here, and nothing says how bad it is.
import { type FieldPath, isSameName, type ObjectName, referenceTo } from '../kubernetes/field-path.ts';
import type { BackendError } from './backend-error.ts';
import type { BackendPlan } from './backend-plan.ts';
import type { CatalogueNumber } from './conditions.ts';
import type { Place } from './fault.ts';
import type { HealthCheck, HealthCheckPlan } from './health-check.ts';
import type { BackendGroup } from './neg.ts';
import type { IngressPlan } from './plan.ts';
import type { AppProtocol } from './protocol.ts';

/** An object whose edit may have brought a change, and the field to look at. */
export interface Cause {
  readonly object: ObjectName;
  readonly path: FieldPath;
}

/** Where requests go that nothing takes any more: a path of the same host, another host, or the default backend. */
export interface Fallback {
  /** "" for the default backend. */
  readonly host: string;
  /** "" where it is not one path that takes them. */
  readonly path: string;
  /** undefined where it is not one backend, or none is known. */
  readonly backend: BackendPlan | undefined;
}

/** Settings of a backend service that a BackendConfig has. */
export type FeatureName =
  | 'iap'
  | 'cloudArmor'
  | 'cdn'
  | 'timeoutSec'
  | 'sessionAffinity'
  | 'drainingTimeoutSec'
  | 'logging';

interface OfHost {
  /** "*" for no host; undefined for the default backend. */
  readonly host: string | undefined;
  /** Of the URL map. Empty where all of the host is meant. */
  readonly paths: readonly string[];
}

/** Where a sync ends: before anything is changed, at a backend, or before hosts, paths and what clients see. */
export type SyncStage = 'translation' | 'backends' | 'frontEnd';

interface ChangeData {
  readonly 'ingress-gone': { readonly hosts: readonly string[] };
  /** It was GKE's, and is not any more. */
  readonly 'ingress-left': { readonly hosts: readonly string[] };
  readonly 'ingress-new': { readonly hosts: readonly string[] };
  /** Between global and regional, external and internal: another load balancer. */
  readonly class: { readonly was: string; readonly now: string };
  /** Its sync ends with an error, and did not before. */
  readonly 'sync-stops': {
    readonly stage: SyncStage;
    readonly condition: CatalogueNumber;
    /** Whose error it is; undefined where it is none of a backend. */
    readonly backend: BackendPlan | undefined;
  };
  readonly 'sync-resumes': Record<never, never>;
  readonly 'backend-lost': OfHost & {
    /** undefined for a backend that is no Service. */
    readonly backend: BackendPlan | undefined;
    readonly error: BackendError | undefined;
  };
  readonly 'host-gone': { readonly host: string; readonly fallback: Fallback };
  readonly 'host-new': { readonly host: string; readonly backends: readonly BackendPlan[] };
  readonly 'path-gone': OfHost & { readonly fallback: Fallback };
  readonly 'path-new': OfHost & { readonly backend: BackendPlan };
  readonly 'route-moved': OfHost & { readonly was: BackendPlan; readonly now: BackendPlan };
  readonly group: { readonly backend: BackendPlan; readonly was: BackendGroup; readonly now: BackendGroup };
  readonly protocol: { readonly backend: BackendPlan; readonly was: AppProtocol; readonly now: AppProtocol };
  readonly 'pods-gone': { readonly backend: BackendPlan };
  readonly 'health-check': {
    readonly backend: BackendPlan;
    readonly was: HealthCheck;
    /** What Google will ask: what was made stays, but for what the controller follows. */
    readonly kept: HealthCheck;
    /** What a backend that is made anew would get. */
    readonly fresh: HealthCheckPlan;
  };
  readonly feature: {
    readonly backend: BackendPlan;
    readonly name: FeatureName;
    readonly was: string | number | boolean;
    /** What the backend service has: what a BackendConfig no longer sets stays. */
    readonly kept: string | number | boolean;
    readonly fresh: string | number | boolean;
  };
  readonly 'https-gone': { readonly hosts: readonly string[] };
  readonly 'https-new': Record<never, never>;
  readonly certificates: { readonly gone: readonly string[]; readonly added: readonly string[] };
  readonly 'http-gone': Record<never, never>;
  readonly 'http-new': Record<never, never>;
  /** "" for none: `was` is kept then as long as the load balancer is there. */
  readonly address: { readonly was: string; readonly now: string };
  readonly redirect: { readonly now: boolean };
}

export type ChangeKind = keyof ChangeData;

export interface ChangeBase {
  /** The plan afterwards; where nothing is planned any more, the one before. */
  readonly plan: IngressPlan;
  readonly place: Place;
  /** The nearest first; the Ingress is the last of them. */
  readonly causes: readonly Cause[];
  /** Whether, with what is known, it will be so. */
  readonly isCertain: boolean;
  /** It rests on something that is not there yet. */
  readonly isLate: boolean;
}

export type ChangeOf<K extends ChangeKind> = ChangeBase & { readonly kind: K } & ChangeData[K];

export type PlanChange = { [K in ChangeKind]: ChangeOf<K> }[ChangeKind];

type Given = Pick<ChangeBase, 'plan' | 'place' | 'causes'> & Partial<Pick<ChangeBase, 'isCertain' | 'isLate'>>;

/** Left out: certain where the plan is of what GKE serves, and not late. */
export function change<K extends ChangeKind>(kind: K, fields: Given & ChangeData[K]): ChangeOf<K> {
  const { plan, place, causes, isLate = false } = fields;
  const isCertain = (fields.isCertain ?? true) && plan.served.concern === 'certain';
  const base: ChangeBase & { readonly kind: K } = { kind, plan, place, causes, isCertain, isLate };
  return { ...fields, ...base };
}

/** The first that an edit has brought; where none is known to, the Ingress. */
export function causeOf({ causes, plan }: PlanChange, isEdited: (object: ObjectName) => boolean): Cause {
  const ingress = referenceTo(plan.ingress);
  const found =
    causes.find(({ object }) => isEdited(object)) ?? causes.find(({ object }) => isSameName(object, ingress));
  return found ?? { object: ingress, path: [] };
}
