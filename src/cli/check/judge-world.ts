// What is found in the objects of a world, each with its own file and line.
import type { FactName } from '../../facts/facts.ts';
import type { Finding } from '../../judge/finding.ts';
import { createJudge, type Judge, type JudgeSettings } from '../../judge/judge.ts';
import { judgeNeighbours } from '../../judge/neighbours.ts';
import { findUnseen, type UnseenReference, withoutUnreadKinds } from '../../judge/references.ts';
import { findUnnamed, type Unnamed } from '../../judge/unnamed.ts';
import { type KubernetesObject, nameOf } from '../../kubernetes/objects.ts';
import type { CheckReport, JudgedObject, LocatedFinding, Undecided } from '../../report/check-report.ts';
import { frontEndConfigUnused } from '../../rules/front-end-config-unused.ts';
import { objectUnreadable } from '../../rules/object-unreadable.ts';
import { securityNotApplied } from '../../rules/security-not-applied.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { exemptionSettings, judgeSettings } from '../../verdict/corridor.ts';
import { createExemptions, rank } from '../../verdict/verdict.ts';
import { createRestsOn, type Rested, summarise } from '../files/final.ts';
import { createNeighbourhoods } from '../files/neighbourhood.ts';
import { markOf } from '../files/source-mark.ts';
import { isRefused } from '../files/stored-objects.ts';
import type { World } from './world.ts';

export function judgeWorld(world: World, objects: number): Omit<CheckReport, 'unread' | 'failOn' | 'directory'> {
  const { stored, corridor, known, cluster, final } = world;
  const { policy, rules } = corridor;
  const isExempt = createExemptions(exemptionSettings(corridor));
  const unknownFacts = new Map(rules.map((rule) => [rule.id, rule.reportsUnknownFact]));
  const readable = stored.filter(({ object }) => !isRefused(object));
  const neighbours = createNeighbourhoods(readable, known, cluster);
  const inFiles = new Set(cluster === undefined ? [] : stored.map(({ object }) => nameOf(object)));
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
        : [
            ...markKnown(own, live, settings, cluster),
            ...arrivals(object, live, { judge, settings, cluster }, inFiles),
          ];
    for (const finding of rank(found)) {
      const fact = unknownFacts.get(finding.rule);
      const placeholder = fact === undefined ? restsOn(finding, manifest) : undefined;
      if (fact !== undefined) undecided.push(fact);
      else if (placeholder !== undefined) {
        rested.push({ placeholder, place: `${manifest.file}:${manifest.lineOf(finding.path)}` });
      } else {
        // Of a neighbour, which is in no file, the line is that of the object that brings it.
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
  inFiles: ReadonlySet<string>,
): readonly Finding[] {
  const { findings } = judgeNeighbours({ settings, object, old, stored: cluster, judge });
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
