// What is between an Ingress and a working load balancer, as data: which condition holds, of what, which field has to
// change, and where it shows in what is built. No sentence is here: a rule words each fault (src/rules/), and every door
// shows that wording.
import type { ControllerFlags } from '../facts/facts.ts';
import type { FieldPath, ObjectName } from '../kubernetes/field-path.ts';
import type { BackendConfig, FrontendConfig, IngressBackend, Service } from '../kubernetes/objects.ts';
import type { ConfigFault } from './backend-config-faults.ts';
import type { BackendPlan } from './backend-plan.ts';
import type { CdnFault } from './cdn.ts';
import type { ConditionNumber } from './conditions.ts';
import type { NegNameRefusal } from './neg-name.ts';
import type { PathRefusal } from './path.ts';
import type { PathSite } from './path-site.ts';
import type { AdoptedProbe, IgnoredProbe } from './probe.ts';
import type { AppProtocol } from './protocol.ts';

/** A part of the load balancer of one Ingress. */
export type Place =
  | { readonly at: 'ingress' }
  /** "*" for no host. */
  | { readonly at: 'host'; readonly host: string }
  | { readonly at: 'path'; readonly ruleIndex: number; readonly pathIndex: number }
  /** What no rule of the Ingress takes. */
  | { readonly at: 'default' }
  /** BackendPlan.key */
  | { readonly at: 'backend'; readonly key: string }
  | { readonly at: 'frontEnd' };

export const AT_INGRESS: Place = { at: 'ingress' };
export const AT_DEFAULT: Place = { at: 'default' };
export const AT_FRONT_END: Place = { at: 'frontEnd' };

/** Of one Service port behind the Ingress; the owner's field is in the Service unless said. */
interface OfBackend {
  readonly backend: BackendPlan;
  readonly service: Service;
}

interface OfConfig {
  readonly config: BackendConfig;
  readonly fault: ConfigFault;
}

interface OfCdn<C extends CdnFault['condition']> {
  readonly config: BackendConfig;
  readonly fault: Extract<CdnFault, { readonly condition: C }>;
}

interface OfSite {
  readonly site: PathSite;
}

/** What each condition is about, beside the fields that every fault has. */
export interface FaultData {
  /** `site` is undefined for the Ingress's own default backend. */
  readonly C3: { readonly site: PathSite | undefined; readonly named: IngressBackend };
  readonly C4: { readonly backend: BackendPlan };
  readonly C5: OfBackend;
  readonly C6: OfBackend;
  readonly C7: OfBackend & { readonly key: string; readonly text: string; readonly error: string };
  readonly C8: OfBackend & { readonly key: string; readonly text: string; readonly legal: string };
  readonly C9: OfBackend & { readonly key: string; readonly text: string; readonly error: string };
  readonly C10: OfBackend & { readonly name: string };
  readonly C11: OfConfig;
  readonly C12: OfConfig;
  readonly C13: OfConfig;
  readonly C14: OfSite;
  readonly C15: OfSite;
  readonly C16: OfSite;
  readonly C17: { readonly backend: BackendPlan };
  readonly C18: { readonly scope: 'global' | 'regional' };
  readonly C19: {
    readonly key: string;
    readonly name: string;
    readonly scope: 'global' | 'regional';
    readonly why: 'address' | 'illegal' | 'scope';
  };
  /** `hasManaged`: managed certificates end it once they are attached. */
  readonly C20: { readonly hasManaged: boolean };
  readonly C21: object;
  readonly C22: { readonly secretName: string };
  readonly C23: { readonly index: number };
  readonly C24: { readonly secretName: string; readonly missing: string };
  readonly C25: { readonly count: number };
  readonly C26: { readonly name: string };
  readonly C27: { readonly config: FrontendConfig };
  readonly C28: { readonly config: FrontendConfig };
  readonly C29: { readonly config: FrontendConfig; readonly why: 'http-off' | 'no-certificate' };
  readonly C30: OfConfig;
  readonly C31: OfConfig;
  readonly C32: { readonly name: string };
  readonly C33: OfBackend;
  readonly C34: OfBackend;
  readonly C35: OfBackend & { readonly text: string; readonly error: string };
  readonly C36: OfBackend & { readonly missing: readonly number[] };
  readonly C37: OfBackend & { readonly names: readonly string[] };
  /** `other` is undefined where two ports of the Service itself ask for the name. */
  readonly C38: OfBackend & { readonly name: string; readonly other: Service | undefined };
  readonly C39: OfBackend;
  readonly C40: OfBackend & { readonly why: 'backend-config' | 'no-neg' | 'flag' };
  readonly C41: { readonly host: string; readonly earlier: number; readonly later: number };
  readonly C42: OfSite & { readonly route: string; readonly winner: PathSite };
  readonly C43: { readonly host: string; readonly ruleIndex: number };
  readonly C44: OfBackend & { readonly key: string; readonly portName: string; readonly protocol: AppProtocol };
  readonly C45: { readonly text: string };
  readonly C46: OfBackend & { readonly ignored: IgnoredProbe };
  readonly C48: {
    /** undefined where nothing is known that uses the BackendConfig. */
    readonly backend: BackendPlan | undefined;
    /** What sets the two, if it is one. */
    readonly config: BackendConfig | undefined;
    readonly probe: AdoptedProbe | undefined;
    readonly timeoutSec: number;
    readonly intervalSec: number;
    readonly timeoutFrom: NumberSource;
    readonly intervalFrom: NumberSource;
  };
  readonly C49: OfBackend;
  readonly C53: object;
  readonly C54: OfBackend & { readonly key: string; readonly text: string; readonly legal: string };
  readonly C55: { readonly secretName: string };
  readonly C56: OfCdn<'C56'>;
  readonly C57: OfCdn<'C57'>;
  readonly G1: OfSite & { readonly route: string; readonly why: PathRefusal };
  readonly G2: OfBackend & { readonly name: string; readonly refusedBy: NegNameRefusal };
  readonly G3: { readonly config: FrontendConfig; readonly code: string };
  readonly G4: OfConfig;
  readonly G5: { readonly config: FrontendConfig; readonly policy: string };
}

export type NumberSource = 'backendConfig' | 'probe' | 'default';

/** Conditions that a plan decides; the others (class, app, firewall) are decided where more is known. */
export type FaultCondition = keyof FaultData & ConditionNumber;

export interface FaultBase {
  /** The object that has to change, and the field in it. */
  readonly owner: ObjectName;
  readonly path: FieldPath;
  readonly place: Place;
  /** Where in the Ingress it is said if nobody judges the owner: a Secret, or what is in kube-system. */
  readonly witness?: FieldPath;
  /** Whether, with what is known, the controller or Google will fail for it. */
  readonly isCertain: boolean;
  /** It rests on something that is not there yet. */
  readonly isLate: boolean;
  /** The controller fails for something else first, and does not report this one. */
  readonly isHidden: boolean;
  /** The controller flag whose assumed default makes it a fault. */
  readonly restsOn: keyof ControllerFlags | undefined;
}

type Optional = 'isCertain' | 'isLate' | 'isHidden' | 'restsOn';

export type FaultOf<C extends FaultCondition> = FaultBase & { readonly condition: C } & FaultData[C];

export type Fault = { [C in FaultCondition]: FaultOf<C> }[FaultCondition];

/** Left out: certain, unless it rests on an assumed flag or is hidden; not late, not hidden. */
export function fault<C extends FaultCondition>(
  condition: C,
  fields: Omit<FaultBase, Optional> & { readonly [O in Optional]?: FaultBase[O] | undefined } & FaultData[C],
): FaultOf<C> {
  const { restsOn, isHidden = false, isLate = false } = fields;
  const isCertain = fields.isCertain ?? (restsOn === undefined && !isHidden);
  // The compiler cannot see that a generic record without its optional fields, and with them again, is whole.
  return { ...fields, condition, restsOn, isHidden, isLate, isCertain } as FaultOf<C>;
}
