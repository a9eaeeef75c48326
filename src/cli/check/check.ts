// `check`: the corridor over files. Objects are judged as they would be stored, each with its own file and line; with a
// cluster, as updates of what it has, among the neighbours that they have there.
import { resolve } from 'node:path';
import type { FactName } from '../../facts/facts.ts';
import { indexNamespaces, type OtherNamespaces } from '../../judge/elsewhere.ts';
import type { Finding, Severity } from '../../judge/finding.ts';
import { createJudge, type Judge, type JudgeSettings } from '../../judge/judge.ts';
import { judgeNeighbours } from '../../judge/neighbours.ts';
import { findUnseen, type UnseenReference, withoutUnreadKinds } from '../../judge/references.ts';
import { findUnnamed, type Unnamed } from '../../judge/unnamed.ts';
import type { ObjectName } from '../../kubernetes/field-path.ts';
import { type KubernetesObject, nameOf } from '../../kubernetes/objects.ts';
import type { PlanSettings } from '../../plan/plan-input.ts';
import { loadPolicy } from '../../policy/load.ts';
import { type CheckFormat, renderCheck } from '../../report/check-formats.ts';
import {
  type CheckReport,
  isFailing,
  type JudgedObject,
  type LocatedFinding,
  type Undecided,
} from '../../report/check-report.ts';
import { frontEndConfigUnused } from '../../rules/front-end-config-unused.ts';
import { RULES } from '../../rules/index.ts';
import { objectUnreadable } from '../../rules/object-unreadable.ts';
import { objectWrittenTwice } from '../../rules/object-written-twice.ts';
import { securityNotApplied } from '../../rules/security-not-applied.ts';
import type { KnownKinds, Snapshot } from '../../snapshot/snapshot.ts';
import { type Corridor, exemptionSettings, judgeSettings } from '../../verdict/corridor.ts';
import { createExemptions, rank } from '../../verdict/verdict.ts';
import { type ClusterSources, type GatheredCluster, gatherCluster } from '../cluster/gather-cluster.ts';
import {
  createRestsOn,
  exceptSystemBackend,
  type FinalInput,
  isSaid,
  knownOfFinal,
  type Rested,
  summarise,
  takeFinal,
} from '../files/final.ts';
import { type ManifestObject, type Manifests, readManifests } from '../files/manifests.ts';
import { createNeighbourhoods } from '../files/neighbourhood.ts';
import { duplicateLines, emptyDirectoryLine, failureLine } from '../files/reading-report.ts';
import { markOf } from '../files/source-mark.ts';
import { isRefused, namespaceOf, plansOfFiles, type StoredObject, storeObjects } from '../files/stored-objects.ts';
import { EXIT, type ExitCode, type Io, today } from '../io.ts';
import { appsWithLearned } from '../learned-apps.ts';
import { type CheckedCluster, readForCheck } from './check-live.ts';

export interface CheckOptions extends ClusterSources {
  readonly paths: readonly string[];
  readonly policy: string | undefined;
  readonly format: CheckFormat;
  readonly failOn: Severity;
  /** As text: a line an error and a warning, and nothing else. */
  readonly quiet: boolean;
  /** False judges objects as written. */
  readonly mutate: boolean;
  /** Whether the input is everything there is, so that what is not in it does not exist. */
  readonly complete: boolean;
  /** Of objects that do not say theirs. */
  readonly namespace: string | undefined;
  /** Writes into the files what is certain to be right. */
  readonly fix: boolean;
  /** With `fix`: shows what would be written, and writes nothing. */
  readonly diff: boolean;
}

export async function check(options: CheckOptions, io: Io): Promise<ExitCode> {
  const look = createLook(options, io);
  if (!options.fix) return conclude(await look(), options, io);
  const { fixFiles } = await import('./fix.ts');
  const fixed = await fixFiles(look, options, io);
  if (options.diff) return fixed.exitCode;
  const found = conclude(fixed.looked, options, io);
  return fixed.exitCode === EXIT.failed ? EXIT.failed : found;
}

/** What was read, and what was found in it. */
export interface Looked extends Manifests {
  readonly stored: readonly StoredObject[];
  readonly final: FinalInput;
  readonly report: CheckReport;
}

/** @param readFile left out: from the disk */
export type Look = (readFile?: (file: string) => Buffer) => Promise<Looked>;

/** The cluster and its facts are asked the first time only. */
function createLook(options: CheckOptions, io: Io): Look {
  const { policy, apps } = loadPolicy(
    options.policy,
    RULES.map(({ id }) => id),
  );
  let gathering: Promise<GatheredCluster<CheckedCluster>> | undefined;
  return async (readFile) => {
    const manifests = await readManifests(options.paths, io.readStdin, readFile);
    const final = takeFinal(manifests.objects, manifests.files);
    gathering ??= gatherCluster(options, io, (cluster, controller) =>
      readForCheck(cluster, final.manifests, { controller, policy, ...namespaceOf(options) }),
    );
    const { facts, live } = await gathering;
    const storing = { facts, policy, mutates: options.mutate, ...namespaceOf(options), ...live };
    const stored = storeObjects(final.manifests, storing);
    const refused = stored.map(({ object }) => object).filter(isRefused);
    const known = knownOfFinal(options.complete, manifests.failures, final, refused, options.namespace);
    const world: World = {
      stored,
      corridor: { rules: RULES, facts, policy, apps: appsWithLearned(apps), today: today() },
      plans: plansOfFiles(stored, storing),
      known: exceptSystemBackend(known, facts),
      final,
      isSaid: isSaid(final, refused, options.namespace),
      cluster: live?.cluster.snapshot,
      otherNamespaces: indexNamespaces([...stored.map(({ object }) => object), ...(live?.cluster.objects ?? [])]),
    };
    const judged = judgeWorld(world, manifests.objects.length);
    const report = { ...judged, unread: manifests.failures, failOn: options.failOn, directory: resolve('.') };
    return { ...manifests, stored, final, report };
  };
}

function conclude(looked: Looked, options: CheckOptions, io: Io): ExitCode {
  const { objects, stored, failures, emptyDirectories, report } = looked;
  io.out(renderCheck(options.format, report, { ...io, isQuiet: options.quiet }));
  if (!options.quiet) {
    for (const directory of emptyDirectories) io.err(`${emptyDirectoryLine(directory)}\n`);
    for (const line of duplicateLines({ objects: withoutTold(objects, stored, report) })) io.err(`${line}\n`);
  }
  for (const failure of failures) io.err(`${failureLine(failure)}\n`);
  if (failures.length > 0) return EXIT.failed;
  return report.findings.some(({ finding }) => isFailing(report, finding)) ? EXIT.findings : EXIT.clean;
}

/** Duplicate keys of what is judged are findings. */
function withoutTold(
  objects: readonly ManifestObject[],
  stored: readonly StoredObject[],
  { findings, exempted }: Pick<CheckReport, 'findings' | 'exempted'>,
): readonly ManifestObject[] {
  const told = new Set(
    [...findings, ...exempted].flatMap(({ finding, file }) =>
      finding.rule === objectWrittenTwice.id ? [`${file}\0${nameOf(finding.object)}`] : [],
    ),
  );
  const said = new Set(
    stored
      .filter(({ manifest, object }) => told.has(`${manifest.file}\0${nameOf(object)}`))
      .map(({ manifest }) => manifest),
  );
  return objects.filter((manifest) => !said.has(manifest));
}

interface World {
  readonly stored: readonly StoredObject[];
  readonly corridor: Omit<Corridor, 'snapshot'>;
  readonly plans: PlanSettings;
  readonly known: KnownKinds;
  /** undefined where no cluster is asked. */
  readonly cluster: Snapshot | undefined;
  readonly otherNamespaces: OtherNamespaces;
  readonly final: FinalInput;
  /** Of what is in the input and cannot be looked at. */
  readonly isSaid: (name: ObjectName) => boolean;
}

function judgeWorld(world: World, objects: number): Omit<CheckReport, 'unread' | 'failOn' | 'directory'> {
  const { stored, corridor, known, cluster, final } = world;
  const { policy, rules } = corridor;
  const isExempt = createExemptions(exemptionSettings(corridor));
  const unknownFacts = new Map(rules.map((rule) => [rule.id, rule.reportsUnknownFact]));
  const readable = stored.filter(({ object }) => !isRefused(object));
  const neighbours = createNeighbourhoods(readable, known, cluster);
  const restsOn = createRestsOn(final);
  const rested: Rested[] = [];
  const judges = createJudges(world);
  const judged: JudgedObject[] = [];
  const findings: LocatedFinding[] = [];
  const exempted: LocatedFinding[] = [];
  const undecided: FactName[] = [];
  const unseen: UnseenReference[] = [];
  const unnamed: Unnamed[] = [];
  for (const { manifest, object, live, undecidedBy } of stored) {
    if (policy.isExcluded(object.metadata.namespace)) continue;
    judged.push({ object, file: manifest.file });
    if (undecidedBy !== undefined) undecided.push(undecidedBy);
    const { judge, settings } = judges(neighbours(manifest.file), object.metadata.namespace);
    const named = findUnseen(object, judge.planner, world.otherNamespaces);
    if (!isRefused(object)) {
      const missed = named.filter((one) => !world.isSaid(one.object));
      unseen.push(...(cluster === undefined ? missed : withoutUnreadKinds(missed)));
    }
    const all = judge.judge(object, live).findings;
    const idle = all.some(({ rule }) => OF_UNNAMED.has(rule)) ? undefined : findUnnamed(object, judge.planner.snapshot);
    if (idle !== undefined && !isRefused(object)) unnamed.push(idle);
    // Whatever else was read of what the API server cannot read would be a guess.
    const own = isRefused(object) ? all.filter(({ rule }) => rule === objectUnreadable.id) : all;
    const found =
      cluster === undefined || isRefused(object)
        ? own
        : [...markKnown(own, live, settings, cluster), ...arrivals(object, live, { judge, settings, cluster }, stored)];
    for (const finding of rank(found)) {
      const fact = unknownFacts.get(finding.rule);
      const placeholder = fact === undefined ? restsOn(finding, manifest) : undefined;
      if (fact !== undefined) undecided.push(fact);
      else if (placeholder !== undefined) {
        rested.push({ placeholder, place: `${manifest.file}:${manifest.lineOf(finding.path)}` });
      } else {
        // Of a neighbour, which stands in no file, the line is that of the object that brings it.
        const path = isSameObject(finding.object, object) ? finding.path : [];
        const line = manifest.lineOf(path);
        const located = { finding, file: manifest.file, line, mark: markOf(manifest, path) };
        (isExempt(finding) ? exempted : findings).push(located);
      }
    }
  }
  const mutations = stored.flatMap(({ manifest, object, patch }) =>
    patch === undefined ? [] : [{ object, file: manifest.file, patch }],
  );
  return {
    objects,
    judged,
    rules,
    findings,
    exempted,
    mutations,
    undecided: countFacts(undecided),
    unseen,
    unnamed,
    notFinal: summarise(final, rested),
    askedCluster: cluster !== undefined,
    ofCluster: new Set(rules.flatMap(({ id, isAboutCluster }) => (isAboutCluster ? [id] : []))),
  };
}

/** Rules that say what nobody names. */
const OF_UNNAMED: ReadonlySet<string> = new Set([securityNotApplied.id, frontEndConfigUnused.id]);

interface KnownJudge {
  readonly judge: Judge;
  readonly settings: JudgeSettings;
}

/** One judge for all objects of a view that the same rules judge. */
function createJudges({
  corridor,
  plans,
  otherNamespaces,
}: World): (snapshot: Snapshot, namespace: string) => KnownJudge {
  const judges = new Map<Snapshot, Map<JudgeSettings['rules'], KnownJudge>>();
  return (snapshot, namespace) => {
    const settings = { ...judgeSettings(corridor, snapshot, namespace, plans), otherNamespaces };
    const ofView = judges.get(snapshot) ?? new Map<JudgeSettings['rules'], KnownJudge>();
    judges.set(snapshot, ofView);
    const known = ofView.get(settings.rules) ?? { judge: createJudge(settings, snapshot), settings };
    ofView.set(settings.rules, known);
    return known;
  };
}

/** What the stored object has already is no news, and is listed all the same: its severity speaks for itself. */
function markKnown(
  findings: readonly Finding[],
  old: KubernetesObject | undefined,
  settings: JudgeSettings,
  cluster: Snapshot,
): readonly Finding[] {
  if (old === undefined || findings.length === 0) return findings;
  const before = createJudge(settings, cluster).judge(old).findings;
  const known = new Set(before.map(({ rule, identity }) => `${rule}\0${identity}`));
  return findings.map((finding) => {
    if (!known.has(`${finding.rule}\0${finding.identity}`)) return finding;
    return { ...finding, note: `${finding.note} (The stored object has it already.)`.trim() };
  });
}

/** What its arrival does to neighbours in the cluster; those of files are judged themselves. */
function arrivals(
  object: KubernetesObject,
  old: KubernetesObject | undefined,
  { judge, settings, cluster }: KnownJudge & { readonly cluster: Snapshot },
  stored: readonly StoredObject[],
): readonly Finding[] {
  const { findings } = judgeNeighbours({ settings, object, old, stored: cluster, judge });
  const inFiles = new Set(stored.map((one) => nameOf(one.object)));
  return findings.filter((finding) => !inFiles.has(nameOf(finding.object)));
}

function isSameObject(a: KubernetesObject, b: KubernetesObject): boolean {
  return nameOf(a) === nameOf(b);
}

function countFacts(facts: readonly FactName[]): readonly Undecided[] {
  const counts = new Map<FactName, number>();
  for (const fact of facts) counts.set(fact, (counts.get(fact) ?? 0) + 1);
  return [...counts].map(([fact, objects]) => ({ fact, objects }));
}
