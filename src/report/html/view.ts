// What the page is drawn from: plain data without markup, which is in the page as JSON. Every text may come from an object.

export interface PageView {
  readonly made: MadeView;
  /** What the cluster causes, said once with what it stops. */
  readonly causes: readonly CauseView[];
  /** The worst first. */
  readonly cards: readonly CardView[];
  /** What is not on the page; "" for nothing. */
  readonly leftOut: string;
}

export interface MadeView {
  /** RFC 3339. */
  readonly at: string;
  /** What makes it again. */
  readonly command: string;
  /** Of what: a cluster and context, or files. */
  readonly from: string;
  readonly version: string;
  /** What was asked for, where it is not everything. */
  readonly scope: string;
}

export interface CauseView {
  readonly finding: FindingView;
  /** Keys of cards. */
  readonly stops: readonly string[];
}

export interface CardView {
  /** Of the deep link. */
  readonly key: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Where it is; "" for one of a cluster. */
  readonly place: string;
  readonly findings: readonly FindingView[];
  /** undefined for an object that is no Ingress. */
  readonly plan?: PlanView;
}

/** Where in the chain from a client to a Pod it breaks. */
export type Stage = 'ingress' | 'frontEnd' | 'host' | 'path' | 'service' | 'pods' | 'health';

export interface FindingView {
  /** Stays the same when words change. */
  readonly id: string;
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly certain: boolean;
  /** Of the catalogue, with its phrase; "" for none. */
  readonly condition: string;
  readonly object: string;
  readonly path: string;
  readonly message: string;
  readonly elsewhere: string;
  readonly fix: string;
  readonly commands: readonly string[];
  readonly place: string;
  readonly stage: Stage;
  /** Of `causes`; left out for one that is in the card itself. */
  readonly cause?: number;
}

export interface PlanView {
  readonly className: string;
  readonly served: boolean;
  readonly servedBecause: string;
  /** Indexes of findings of the card, here and below. */
  readonly findings: readonly number[];
  readonly frontEnd: FrontEndView;
  readonly hosts: readonly HostView[];
  readonly otherwise: RouteView & { readonly isSystem: boolean };
  readonly backends: readonly BackendView[];
  /** What a cluster was seen to have; left out where none was asked. */
  readonly seen?: SeenView;
}

export interface FrontEndView {
  readonly parts: readonly (readonly [label: string, text: string])[];
  readonly unseen: readonly string[];
  readonly findings: readonly number[];
}

export interface HostView {
  readonly host: string;
  /** "" where all is as it should be. */
  readonly note: string;
  readonly findings: readonly number[];
  readonly routes: readonly RouteView[];
}

export interface RouteView {
  readonly paths: readonly string[];
  readonly note: string;
  readonly findings: readonly number[];
  /** Index of `backends`; null where it is no Service, or fails. */
  readonly backend: number | null;
}

export interface BackendView {
  readonly service: string;
  /** Such as `NEG, HTTP`. */
  readonly built: string;
  readonly neg: string;
  /** Why nothing is known of the Service; "" where it is. */
  readonly unseenService: string;
  /** What it names and nobody has shown. */
  readonly unseen: readonly string[];
  readonly pods: readonly string[];
  readonly health: string;
  /** What its Pods answer, as far as it is known, and who says so. */
  readonly answers: readonly string[];
  readonly settings: string;
  readonly findings: readonly number[];
}

export interface SeenView {
  readonly parts: readonly (readonly [label: string, text: string])[];
  readonly differences: readonly { readonly message: string; readonly next: string }[];
}
