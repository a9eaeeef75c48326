// `facts`: each fact of the cluster, where it comes from, how old it is, and the commands that tell and change it.

import { FACT_NAMES, type FactName, type Facts, isKnownToBe } from '../../facts/facts.ts';
import type { Conflict } from '../../facts/merge.ts';
import { plainLines } from '../../kubernetes/plain-text.ts';
import { jsonText } from '../../report/json-text.ts';
import { shellCommand } from '../../shell-quote.ts';
import { type ClusterSources, gatherCluster } from '../cluster/gather-cluster.ts';
import type { GatheredFacts } from '../cluster/gather-facts.ts';
import { EXIT, type ExitCode, type Io } from '../io.ts';
import { changeCommands, tellCommand } from './gcloud-commands.ts';

export interface FactsOptions extends ClusterSources {
  readonly format: 'text' | 'json';
}

/** @throws AppError facts-invalid, file-unreadable, cluster-unreachable */
export async function listFacts(options: FactsOptions, io: Io): Promise<ExitCode> {
  const { gathered } = await gatherCluster(options, io, async () => undefined, io.isInPod ?? false);
  io.out(options.format === 'json' ? asJson(gathered) : asText(gathered));
  return EXIT.clean;
}

function asJson(gathered: GatheredFacts): string {
  const { facts, conflicts, problems } = gathered;
  const rows = FACT_NAMES.map((name) => {
    const fact = facts[name];
    const commands = { command: commandOf(name, facts), change: changeLine(name, facts) ?? null };
    if (!fact.known) return { fact: name, known: false, ...commands };
    const { value, source, learntAtMs, contradictedBy } = fact;
    const doubt = contradictedBy === undefined ? {} : { contradictedBy };
    return { fact: name, known: true, value, source, ageSeconds: ageSeconds(learntAtMs), ...doubt, ...commands };
  });
  const controller = flagsOf(facts);
  const document = { version: 1, cluster: facts.cluster, facts: rows, conflicts, problems, controller };
  return jsonText(document);
}

function asText({ facts, conflicts }: GatheredFacts): string {
  const flags = flagsOf(facts);
  const width = Math.max(...FACT_NAMES.map(({ length }) => length), ...flags.map(({ flag }) => flag.length));
  const indent = ' '.repeat(width + 2);
  const lines = FACT_NAMES.flatMap((name) => [
    `${name.padEnd(width)}  ${stateOf(name, facts)}`,
    ...conflicts.filter(({ fact }) => fact === name).map((conflict) => indent + conflictInWords(conflict)),
    ...commandLines(name, facts).map((line) => indent + line),
  ]);
  const flagLines = flags.map(
    ({ flag, value, isGiven }) =>
      `${flag.padEnd(width)}  ${JSON.stringify(value)} (${isGiven ? 'given' : 'assumed: the open-source default'})`,
  );
  const nothing = FACT_NAMES.every((name) => !facts[name].known) ? ['', NOTHING_KNOWN] : [];
  return plainLines(`${[...lines, '', 'Flags of the GKE Ingress controller', ...flagLines, ...nothing].join('\n')}\n`);
}

const NOTHING_KNOWN =
  'Nothing is known of the cluster: give --facts FILE (docs/facts-file.md), or --live, or --gke-project, --gke-location and --gke-cluster (docs/facts.md).';

function stateOf(name: FactName, facts: Facts): string {
  const fact = facts[name];
  return fact.known ? `${fact.value} (${fact.source}, ${ageInWords(ageSeconds(fact.learntAtMs))} old)` : 'not known';
}

function conflictInWords({ otherSource, otherValue, source }: Conflict): string {
  return `${otherSource} says ${otherValue}; ${source} counts`;
}

function commandLines(name: FactName, facts: Facts): readonly string[] {
  const change = changeLine(name, facts);
  const tell = `look it up: ${shellCommand(tellCommand(name, facts))}`;
  return change === undefined ? [`${WHY_FIXED[name] ?? FIXED}`, tell] : [`change: ${change}`, tell];
}

const FIXED = 'chosen when the cluster is created; it cannot be changed';
const WHY_FIXED: Readonly<Partial<Record<FactName, string>>> = {
  httpLoadBalancing: 'it cannot be turned off on Autopilot',
  networkPolicy: 'Dataplane V2, which Autopilot has too, enforces network policies by itself',
};

/** What changes an add-on that is off; for the rest, what tells the fact. */
function commandOf(name: FactName, facts: Facts): string {
  const isAddOnOff = name === 'httpLoadBalancing' && isKnownToBe(facts.httpLoadBalancing, 'disabled');
  return (isAddOnOff ? changeLine(name, facts) : undefined) ?? shellCommand(tellCommand(name, facts));
}

/** Commands to run one after the other, as one line; undefined where nothing changes it. */
function changeLine(name: FactName, facts: Facts): string | undefined {
  const commands = changeCommands(name, facts).map(shellCommand);
  return commands.length === 0 ? undefined : commands.join(' && ');
}

function flagsOf({ controller }: Facts) {
  return Object.entries(controller).map(([name, { value, isGiven }]) => ({ flag: name, value, isGiven }));
}

function ageSeconds(learntAtMs: number): number {
  return Math.max(0, Math.round((Date.now() - learntAtMs) / 1000));
}

export function ageInWords(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}
