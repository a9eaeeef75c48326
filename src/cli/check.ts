// `check`: the corridor over files. Objects are judged as they would be stored, each with its own file and line.
import { type Corridor, exemptionSettings } from '../admission/admit.ts';
import { type FactName, type Facts, NO_FACTS } from '../facts/facts.ts';
import { parseFactsFile } from '../facts/facts-file.ts';
import { loadPolicy } from '../policy/load.ts';
import { createModes } from '../policy/policy.ts';
import { renderCheckJson } from '../report/check-json.ts';
import type { CheckReport, LocatedFinding, Undecided } from '../report/check-report.ts';
import { renderCheckText } from '../report/check-text.ts';
import { isExempt } from '../rules/exemption.ts';
import { RULES } from '../rules/index.ts';
import { judge } from '../rules/judge.ts';
import { SEVERITIES, type Severity } from '../rules/rule.ts';
import { rank } from '../verdict/verdict.ts';
import { EXIT, type ExitCode, type Io, today } from './io.ts';
import { type ReadFailure, readFileOrThrow, readManifests } from './manifests.ts';
import { createNeighbourhoods } from './neighbourhood.ts';
import { type StoredObject, storeObjects } from './stored-objects.ts';

export interface CheckOptions {
  readonly paths: readonly string[];
  readonly facts: string | undefined;
  readonly policy: string | undefined;
  readonly format: 'text' | 'json';
  readonly failOn: Severity;
  /** False judges objects as written. */
  readonly mutate: boolean;
}

export async function check(options: CheckOptions, io: Io): Promise<ExitCode> {
  const facts = readFacts(options.facts);
  const { policy, apps } = loadPolicy(
    options.policy,
    RULES.map(({ id }) => id),
  );
  const { objects, failures, emptyDirectories } = await readManifests(options.paths, io.readStdin);
  const stored = storeObjects(objects, { facts, policy, mutates: options.mutate });
  const corridor = { rules: RULES, facts, policy, apps, today: today() };
  const report = judgeStored(stored, objects.length, corridor, options.mutate);
  io.out(options.format === 'json' ? renderCheckJson(report) : renderCheckText(report, io.hasColour));
  for (const directory of emptyDirectories) io.err(`${directory}: there is no .yaml, .yml or .json file in it\n`);
  for (const failure of failures) io.err(`${failureLine(failure)}\n`);
  if (failures.length > 0) return EXIT.failed;
  return report.findings.some(({ finding }) => isAtLeast(finding.severity, options.failOn))
    ? EXIT.findings
    : EXIT.clean;
}

/** @throws AppError facts-invalid, file-unreadable */
export function readFacts(path: string | undefined): Facts {
  return path === undefined ? NO_FACTS : parseFactsFile(readFileOrThrow(path), path, Date.now());
}

function judgeStored(
  stored: readonly StoredObject[],
  objects: number,
  corridor: Omit<Corridor, 'snapshot'>,
  injects: boolean,
): CheckReport {
  const { rules, facts, policy, apps } = corridor;
  const exemptions = exemptionSettings(corridor);
  const unknownFacts = new Map(rules.map((rule) => [rule.id, rule.reportsUnknownFact]));
  const neighbours = createNeighbourhoods(stored);
  const findings: LocatedFinding[] = [];
  const exempted: LocatedFinding[] = [];
  const undecided: FactName[] = [];
  const { trustsObserved } = policy;
  for (const { manifest, object, undecidedBy } of stored) {
    if (policy.isExcluded(object.metadata.namespace)) continue;
    if (undecidedBy !== undefined) undecided.push(undecidedBy);
    const snapshot = neighbours(manifest.file);
    const modeOf = createModes(policy, snapshot);
    const running = rules.filter(({ id }) => modeOf(id, object.metadata.namespace) !== 'off');
    const shared = { snapshot, facts, apps, trustsObserved, exemptions, injects };
    const judged = judge({ rules: running, object, old: undefined, ...shared });
    for (const finding of rank(judged.findings)) {
      const fact = unknownFacts.get(finding.rule);
      if (fact !== undefined) undecided.push(fact);
      else {
        const located = { finding, file: manifest.file, line: manifest.lineOf(finding.path) };
        (isExempt(finding.rule, object, exemptions) ? exempted : findings).push(located);
      }
    }
  }
  const mutations = stored.flatMap(({ manifest, object, patch }) =>
    patch === undefined ? [] : [{ object, file: manifest.file, patch }],
  );
  return { objects, findings, exempted, mutations, undecided: countFacts(undecided) };
}

function countFacts(facts: readonly FactName[]): readonly Undecided[] {
  return [...new Set(facts)].map((fact) => ({ fact, objects: facts.filter((other) => other === fact).length }));
}

function isAtLeast(severity: Severity, limit: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(limit);
}

export function failureLine({ file, line, message }: ReadFailure): string {
  return `${file}${line === undefined ? '' : `:${line}`}: cannot be read: ${message}`;
}
