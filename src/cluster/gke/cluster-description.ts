// Google's description of a cluster (container.googleapis.com v1, `gcloud container clusters describe`) read as facts.
// It is proto3 JSON, which leaves out what is false, so absence speaks, but only in a description that is whole.
import { type Fact, type FactSource, type Facts, NO_FACTS, UNKNOWN } from '../../facts/facts.ts';
import { at, isJsonObject, optionalText } from '../../kubernetes/read.ts';

export type Description =
  | { readonly ok: true; readonly facts: Facts }
  /** What it is instead, as the end of the sentence "this is no description of a cluster: …". */
  | { readonly ok: false; readonly error: string };

export interface DescriptionContext {
  /** Milliseconds since the epoch. */
  readonly learntAtMs: number;
  readonly source: FactSource;
  /** The project that was asked for, where somebody asked. */
  readonly project?: string | undefined;
}

export function clusterFactsOf(json: unknown, context: DescriptionContext): Description {
  const error = whyNoDescription(json);
  if (error !== undefined) return { ok: false, error };
  const known = <T>(value: T | undefined): Fact<T> =>
    value === undefined ? UNKNOWN : { known: true, value, source: context.source, learntAtMs: context.learntAtMs };
  const selfLink = optionalText(at(json, 'selfLink')) ?? '';
  const projects = [projectIn(selfLink), context.project].filter((project) => project !== undefined);
  const autopilot = flagAt(json, 'autopilot', 'enabled');
  const isOff = flagAt(json, 'addonsConfig', 'httpLoadBalancing', 'disabled');
  const facts: Facts = {
    cluster: {
      // A number is right for the API, but not what people type.
      project: projects.find((project) => !isNumber(project)) ?? projects[0],
      location: textAt(json, 'location') ?? textAt(json, 'zone'),
      name: textAt(json, 'name'),
    },
    httpLoadBalancing: known(isOff === undefined ? undefined : isOff ? 'disabled' : 'enabled'),
    vpcNative: known(vpcNativeIn(json, autopilot)),
    sharedVpc: known(sharedVpcIn(json, projects)),
    networkPolicy: known(flagAt(json, 'networkPolicy', 'enabled')),
    dataplaneV2: known(dataplaneV2In(json)),
    autopilot: known(autopilot),
    version: known(textAt(json, 'currentMasterVersion')),
    controller: NO_FACTS.controller,
  };
  return { ok: true, facts };
}

/** Where half the fields are missing (another resource, `--format="json(name)"`), an absent field says nothing. */
function whyNoDescription(json: unknown): string | undefined {
  if (Array.isArray(json)) return 'it is a list, as `gcloud container clusters list` prints it';
  if (!isJsonObject(json)) return 'it is no JSON object';
  const lacks = ['name', 'currentMasterVersion'].filter((field) => textAt(json, field) === undefined);
  if (textAt(json, 'location') === undefined && textAt(json, 'zone') === undefined) lacks.push('location');
  return lacks.length === 0 ? undefined : `it has no ${lacks.map((field) => `"${field}"`).join(', ')}`;
}

function textAt(json: unknown, field: string): string | undefined {
  return optionalText(at(json, field))?.trim() || undefined;
}

/** False where it, or a message around it, is absent or null; undefined where something else is there. */
function flagAt(json: unknown, ...path: readonly string[]): boolean | undefined {
  let current = json;
  for (const key of path) {
    if (!isJsonObject(current)) return undefined;
    current = at(current, key) ?? undefined;
    if (current === undefined) return false;
  }
  return typeof current === 'boolean' ? current : undefined;
}

/** Absent means routes-based, but not on Autopilot, where there is no such thing. */
function vpcNativeIn(json: unknown, autopilot: boolean | undefined): boolean | undefined {
  const usesAliases = flagAt(json, 'ipAllocationPolicy', 'useIpAliases');
  return autopilot === true && usesAliases === false ? undefined : usesAliases;
}

const DATAPATHS: Readonly<Record<string, boolean>> = {
  ADVANCED_DATAPATH: true,
  LEGACY_DATAPATH: false,
  DATAPATH_PROVIDER_UNSPECIFIED: false,
};

function dataplaneV2In(json: unknown): boolean | undefined {
  const network = at(json, 'networkConfig');
  if (!isJsonObject(network)) return undefined;
  const provider = at(network, 'datapathProvider') ?? 'DATAPATH_PROVIDER_UNSPECIFIED';
  return typeof provider === 'string' && Object.hasOwn(DATAPATHS, provider) ? DATAPATHS[provider] : undefined;
}

/** The network belongs to another project than the cluster. Ids and numbers of projects cannot be compared. */
function sharedVpcIn(json: unknown, projects: readonly string[]): boolean | undefined {
  const host = projectIn(optionalText(at(json, 'networkConfig', 'network')) ?? '');
  if (host === undefined) return undefined;
  const comparable = projects.filter((project) => isNumber(project) === isNumber(host));
  if (comparable.length === 0) return undefined;
  return !comparable.includes(host);
}

/** Of `projects/P/…`, alone or in an address; domain-scoped projects (`example.com:p`) keep their colon. */
function projectIn(resource: string): string | undefined {
  const [, project] = /(?:^|\/)projects\/([^/]+)\//.exec(resource) ?? [];
  if (project === undefined) return undefined;
  try {
    return decodeURIComponent(project);
  } catch {
    return undefined;
  }
}

function isNumber(project: string): boolean {
  return /^\d+$/.test(project);
}
