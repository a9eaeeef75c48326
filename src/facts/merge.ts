// The facts of several sources as one: each fact on its own, from the best source that has it and is not too old.
import { withAutopilot } from './autopilot.ts';
import {
  type ClusterName,
  FACT_NAMES,
  type Fact,
  type FactName,
  type FactSource,
  type Facts,
  isKnownToBe,
  type Known,
  NO_FACTS,
  UNKNOWN,
} from './facts.ts';

/** What each source says, as that source has it; a source that says nothing is left out. */
export type FactsBySource = Readonly<Partial<Record<FactSource, Facts | undefined>>>;

/** Best first: what a person declared, what Google answers, what the cluster looks like. */
const SOURCES = ['file', 'gke-api', 'observed'] as const satisfies readonly FactSource[];

export interface MergeLimits {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** A fact that nobody confirmed for longer is unknown. */
  readonly maxAgeMs: number;
}

/** Two sources that disagree; the first is the one that counts. */
export interface Conflict {
  readonly fact: FactName;
  readonly value: string;
  readonly source: FactSource;
  readonly otherValue: string;
  readonly otherSource: FactSource;
}

export interface MergedFacts {
  readonly facts: Facts;
  readonly conflicts: readonly Conflict[];
  /** When the first fact gets too old, and the merge must be done again; milliseconds since the epoch. */
  readonly validUntilMs: number;
}

/**
 * How long the API may go on saying "off" after the add-on's default backend has appeared: turning the add-on on takes
 * minutes, and the description changes at the end. What is older than that, and still said to be off, is a leftover.
 */
const SETTLING_MS = 10 * 60_000;

/** The file does not age: a person answers for it, and it is read again whenever it changes. */
export function mergeFacts(given: FactsBySource, limits: MergeLimits): MergedFacts {
  const ordered = SOURCES.flatMap((source) => given[source] ?? []);
  const fresh = ordered.map((facts) => withoutStale(facts, limits));
  // What follows from Autopilot follows for the source whose word on Autopilot counts, and for no other.
  const autopilot = firstKnown(fresh.map((facts) => facts.autopilot));
  const sources = fresh.map((facts) => (facts.autopilot === autopilot ? withAutopilot(facts) : facts));
  const pick = <T>(of: (facts: Facts) => Fact<T>): Fact<T> => firstKnown(sources.map(of));
  const facts: Facts = {
    cluster: mergeNames(ordered.map(({ cluster }) => cluster)),
    httpLoadBalancing: withDoubt(
      pick((of) => of.httpLoadBalancing),
      sources,
    ),
    vpcNative: pick((of) => of.vpcNative),
    sharedVpc: pick((of) => of.sharedVpc),
    networkPolicy: pick((of) => of.networkPolicy),
    dataplaneV2: pick((of) => of.dataplaneV2),
    autopilot: pick((of) => of.autopilot),
    version: pick((of) => of.version),
    controller: (given.file ?? NO_FACTS).controller,
  };
  return {
    facts,
    conflicts: FACT_NAMES.flatMap((name) => conflictsOf(name, sources)),
    validUntilMs: Math.min(...sources.flatMap(knownFacts).map((fact) => endOf(fact, limits.maxAgeMs))),
  };
}

function withoutStale(facts: Facts, { nowMs, maxAgeMs }: MergeLimits): Facts {
  const stale = FACT_NAMES.filter((name) => {
    const fact = facts[name];
    return fact.known && endOf(fact, maxAgeMs) < nowMs;
  });
  return stale.length === 0 ? facts : { ...facts, ...Object.fromEntries(stale.map((name) => [name, UNKNOWN])) };
}

function endOf({ source, learntAtMs }: Known<unknown>, maxAgeMs: number): number {
  return source === 'file' ? Number.POSITIVE_INFINITY : learntAtMs + maxAgeMs;
}

function firstKnown<T>(facts: readonly Fact<T>[]): Fact<T> {
  return facts.find(({ known }) => known) ?? UNKNOWN;
}

function knownFacts(facts: Facts): readonly Known<unknown>[] {
  return FACT_NAMES.map((name): Fact<unknown> => facts[name]).filter((fact) => fact.known);
}

/** The best source that names anything; others complete it where they do not mean another cluster. */
function mergeNames(names: readonly ClusterName[]): ClusterName {
  return names.reduce(completed, NO_FACTS.cluster);
}

function completed(known: ClusterName, other: ClusterName): ClusterName {
  const isSame = (['project', 'location', 'name'] as const).every(
    (part) => known[part] === undefined || other[part] === undefined || known[part] === other[part],
  );
  if (!isSame) return known;
  return {
    project: known.project ?? other.project,
    location: known.location ?? other.location,
    name: known.name ?? other.name,
  };
}

/** The API says off, and the default backend has appeared since: the add-on has probably just been turned on. */
function withDoubt(addOn: Facts['httpLoadBalancing'], sources: readonly Facts[]): Facts['httpLoadBalancing'] {
  if (!isKnownToBe(addOn, 'disabled') || addOn.source !== 'gke-api') return addOn;
  const seen = sources
    .map(({ httpLoadBalancing }) => httpLoadBalancing)
    .find((fact) => isKnownToBe(fact, 'enabled') && fact.source === 'observed');
  if (seen === undefined || !seen.known || (seen.sinceMs ?? seen.learntAtMs) + SETTLING_MS < addOn.learntAtMs) {
    return addOn;
  }
  return { ...addOn, contradictedBy: 'observed' };
}

function conflictsOf(name: FactName, sources: readonly Facts[]): readonly Conflict[] {
  const [best, ...others] = sources.map((facts): Fact<unknown> => facts[name]).filter((fact) => fact.known);
  if (best === undefined) return [];
  return others
    .filter((other) => other.value !== best.value)
    .map((other) => ({
      fact: name,
      value: String(best.value),
      source: best.source,
      otherValue: String(other.value),
      otherSource: other.source,
    }));
}
