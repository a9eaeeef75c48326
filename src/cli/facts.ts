// `facts`: each fact of the cluster, where it comes from, how old it is, and the command that tells or changes it.
import { enableAddOnCommand, FACT_NAMES, type FactName, type Facts, isKnownToBe } from '../facts/facts.ts';
import { readFacts } from './check.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';

export interface FactsOptions {
  readonly facts: string | undefined;
  readonly format: 'text' | 'json';
}

/** @throws AppError facts-invalid, file-unreadable */
export function listFacts(options: FactsOptions, io: Io): ExitCode {
  const facts = readFacts(options.facts);
  const now = Date.now();
  const rows = FACT_NAMES.map((name) => {
    const fact = facts[name];
    const command = commandOf(name, facts);
    if (!fact.known) return { fact: name, known: false as const, command };
    const ageSeconds = Math.max(0, Math.round((now - fact.learntAtMs) / 1000));
    return { fact: name, known: true as const, value: fact.value, source: fact.source, ageSeconds, command };
  });
  const flags = Object.entries(facts.controller).map(([name, { value, isGiven }]) => ({ flag: name, value, isGiven }));
  if (options.format === 'json') {
    io.out(`${JSON.stringify({ version: 1, cluster: facts.cluster, facts: rows, controller: flags }, null, 2)}\n`);
    return EXIT.clean;
  }
  const width = Math.max(...rows.map(({ fact }) => fact.length), ...flags.map(({ flag }) => flag.length));
  for (const row of rows) {
    const what = row.known ? `${row.value} (${row.source}, ${row.ageSeconds} s old)` : 'not known';
    io.out(`${row.fact.padEnd(width)}  ${what}\n${' '.repeat(width)}  ${row.command}\n`);
  }
  io.out('\nFlags of the GKE Ingress controller\n');
  for (const { flag, value, isGiven } of flags) {
    io.out(
      `${flag.padEnd(width)}  ${JSON.stringify(value)} (${isGiven ? 'given' : 'assumed: the open-source default'})\n`,
    );
  }
  if (options.facts === undefined)
    io.out('\nNothing is known of the cluster: give --facts FILE (docs/facts-file.md).\n');
  return EXIT.clean;
}

/** Where the fact stands in Google's description of a cluster; docs/facts-file.md says how to read it. */
const FIELDS: Readonly<Record<FactName, string>> = {
  httpLoadBalancing: 'addonsConfig.httpLoadBalancing.disabled',
  vpcNative: 'ipAllocationPolicy.useIpAliases',
  sharedVpc: 'networkConfig.network',
  networkPolicy: 'networkPolicy.enabled',
  dataplaneV2: 'networkConfig.datapathProvider',
  autopilot: 'autopilot.enabled',
  version: 'currentMasterVersion',
};

/** What changes an add-on that is off; for the rest, what tells the fact. */
function commandOf(name: FactName, { cluster, httpLoadBalancing }: Facts): string {
  if (name === 'httpLoadBalancing' && isKnownToBe(httpLoadBalancing, 'disabled')) return enableAddOnCommand(cluster);
  const project = cluster.project === undefined ? '' : ` --project=${cluster.project}`;
  const where = `${cluster.name ?? 'NAME'} --location=${cluster.location ?? 'LOCATION'}${project}`;
  return `gcloud container clusters describe ${where} --format="value(${FIELDS[name]})"`;
}
