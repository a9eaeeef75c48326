// `check`: the corridor over files. Objects are judged as they would be stored, each with its own file and line; with a
// cluster, as updates of what it has, among the neighbours that they have there.
import { type Corridor, exemptionSettings } from '../admission/admit.ts';
import type { FactName } from '../facts/facts.ts';
import { type KubernetesObject, nameOf } from '../kubernetes/objects.ts';
import { loadPolicy } from '../policy/load.ts';
import { createModes } from '../policy/policy.ts';
import { renderCheckJson } from '../report/check-json.ts';
import type { CheckReport, LocatedFinding, Undecided } from '../report/check-report.ts';
import { renderCheckText } from '../report/check-text.ts';
import { judgeNeighbours } from '../rules/arrival.ts';
import { createIsExempt } from '../rules/exemption.ts';
import { RULES } from '../rules/index.ts';
import { type JudgeInput, judge } from '../rules/judge.ts';
import { type Finding, SEVERITIES, type Severity } from '../rules/rule.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { rank } from '../verdict/verdict.ts';
import { readForCheck } from './check-live.ts';
import { EXIT, type ExitCode, type Io, today } from './io.ts';
import { type ClusterSources, knowCluster } from './know-cluster.ts';
import { readManifests } from './manifests.ts';
import { createNeighbourhoods } from './neighbourhood.ts';
import { duplicateLines, emptyDirectoryLine, failureLine } from './reading-report.ts';
import { type StoredObject, storeObjects } from './stored-objects.ts';

export interface CheckOptions extends ClusterSources {
  readonly paths: readonly string[];
  readonly policy: string | undefined;
  readonly format: 'text' | 'json';
  readonly failOn: Severity;
  /** False judges objects as written. */
  readonly mutate: boolean;
}

export async function check(options: CheckOptions, io: Io): Promise<ExitCode> {
  const { policy, apps } = loadPolicy(
    options.policy,
    RULES.map(({ id }) => id),
  );
  const { objects, failures, emptyDirectories } = await readManifests(options.paths, io.readStdin);
  const { facts, live } = await knowCluster(options, io, (cluster, controller) =>
    readForCheck(cluster, objects, { controller, policy }),
  );
  const stored = storeObjects(objects, { facts, policy, mutates: options.mutate, ...live });
  const corridor = { rules: RULES, facts, policy, apps, today: today() };
  const report = judgeStored(stored, objects.length, corridor, options.mutate, live?.cluster.snapshot);
  io.out(options.format === 'json' ? renderCheckJson(report) : renderCheckText(report, io.hasColour));
  for (const directory of emptyDirectories) io.err(`${emptyDirectoryLine(directory)}\n`);
  for (const line of duplicateLines({ objects })) io.err(`${line}\n`);
  for (const failure of failures) io.err(`${failureLine(failure)}\n`);
  if (failures.length > 0) return EXIT.failed;
  return report.findings.some(({ finding }) => isAtLeast(finding.severity, options.failOn))
    ? EXIT.findings
    : EXIT.clean;
}

function judgeStored(
  stored: readonly StoredObject[],
  objects: number,
  corridor: Omit<Corridor, 'snapshot'>,
  injects: boolean,
  cluster: Snapshot | undefined,
): CheckReport {
  const { rules, facts, policy, apps } = corridor;
  const exemptions = exemptionSettings(corridor);
  const isExempt = createIsExempt(exemptions);
  const unknownFacts = new Map(rules.map((rule) => [rule.id, rule.reportsUnknownFact]));
  const neighbours = createNeighbourhoods(stored, cluster);
  const findings: LocatedFinding[] = [];
  const exempted: LocatedFinding[] = [];
  const undecided: FactName[] = [];
  const { trustsObserved } = policy;
  for (const { manifest, object, live, undecidedBy } of stored) {
    if (policy.isExcluded(object.metadata.namespace)) continue;
    if (undecidedBy !== undefined) undecided.push(undecidedBy);
    const snapshot = neighbours(manifest.file);
    const modeOf = createModes(policy, snapshot);
    const running = rules.filter(({ id }) => modeOf(id, object.metadata.namespace) !== 'off');
    const shared = { snapshot, facts, apps, trustsObserved, exemptions, injects };
    const input = { rules: running, object, old: live, ...shared };
    const own = judge(input).findings;
    const found = cluster === undefined ? own : [...markKnown(own, input, cluster), ...arrivalFindings(input, stored)];
    for (const finding of rank(found)) {
      const fact = unknownFacts.get(finding.rule);
      if (fact !== undefined) undecided.push(fact);
      else {
        // Of a neighbour, which stands in no file, the line is that of the object that brings it.
        const path = isSameObject(finding.object, object) ? finding.path : [];
        const located = { finding, file: manifest.file, line: manifest.lineOf(path) };
        (isExempt(finding.rule, finding.object) ? exempted : findings).push(located);
      }
    }
  }
  const mutations = stored.flatMap(({ manifest, object, patch }) =>
    patch === undefined ? [] : [{ object, file: manifest.file, patch }],
  );
  return { objects, findings, exempted, mutations, undecided: countFacts(undecided) };
}

/** What the stored object has already is no news, and is listed all the same: its severity speaks for itself. */
function markKnown(findings: readonly Finding[], input: JudgeInput, cluster: Snapshot): readonly Finding[] {
  if (input.old === undefined || findings.length === 0) return findings;
  const before = judge({ ...input, object: input.old, old: undefined, snapshot: cluster }).findings;
  const known = new Set(before.map(({ rule, subject }) => `${rule}\0${subject}`));
  return findings.map((finding) => {
    if (!known.has(`${finding.rule}\0${finding.subject}`)) return finding;
    return { ...finding, note: `${finding.note} (The stored object has it already.)`.trim() };
  });
}

/** What its arrival does to neighbours in the cluster; those of files are judged themselves. */
function arrivalFindings(input: JudgeInput, stored: readonly StoredObject[]): readonly Finding[] {
  const { findings } = judgeNeighbours(input);
  return findings.filter((finding) => !stored.some(({ object }) => isSameObject(object, finding.object)));
}

function isSameObject(a: KubernetesObject, b: KubernetesObject): boolean {
  return nameOf(a) === nameOf(b);
}

function countFacts(facts: readonly FactName[]): readonly Undecided[] {
  return [...new Set(facts)].map((fact) => ({ fact, objects: facts.filter((other) => other === fact).length }));
}

function isAtLeast(severity: Severity, limit: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(limit);
}
