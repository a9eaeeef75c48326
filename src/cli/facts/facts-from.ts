// `facts --from`: what gcloud describes, written as a facts file, for clusters without access to the GKE API.
import { stringify } from 'yaml';
import { clusterFactsOf } from '../../cluster/gke/cluster-description.ts';
import { AppError } from '../../errors.ts';
import { clusterCommand, FACT_NAMES, type Facts } from '../../facts/facts.ts';
import { plainLine } from '../../kubernetes/plain-text.ts';
import { createYamlReader } from '../../schema.ts';
import { shellCommand } from '../../shell-quote.ts';
import { readFileOrThrow } from '../files/manifests.ts';
import { EXIT, type ExitCode, type Io, today } from '../io.ts';

/** Of any shape: what it must have is said by whoever reads it as a cluster. JSON is YAML, and gcloud prints either. */
const readYaml = createYamlReader<unknown>({});

/** @param from a path, or - for standard input @throws AppError description-invalid, file-unreadable */
export async function writeFactsFile(from: string, io: Io): Promise<ExitCode> {
  const origin = from === '-' ? 'standard input' : from;
  const text = from === '-' ? (await io.readStdin()).toString('utf8') : readFileOrThrow(from);
  if (text.trim() === '') throw new AppError('description-invalid', `${origin} is empty.`);
  const read = readYaml(text, origin);
  if (!read.ok) throw new AppError('description-invalid', `${read.errors[0]}; it begins with ${firstLine(text)}.`);
  if (typeof read.value === 'string') {
    throw new AppError('description-invalid', `${origin} holds a text: ${firstLine(read.value)}.`);
  }
  const description = clusterFactsOf(read.value, { source: 'file', learntAtMs: Date.now() });
  if (!description.ok) throw new AppError('description-invalid', `${origin}: ${description.error}.`);
  io.out(factsFileOf(description.facts));
  return EXIT.clean;
}

function factsFileOf(facts: Facts): string {
  const { project, location, name } = facts.cluster;
  const known = FACT_NAMES.flatMap((fact) => {
    const state = facts[fact];
    return state.known ? [[fact, state.value] as const] : [];
  });
  const unknown = FACT_NAMES.filter((fact) => !facts[fact].known);
  return [
    `# What gcloud said of the cluster on ${today()}. When the cluster changes, make this file again:`,
    // A name on two lines would be a field of this file.
    plainLine(
      `#   ${shellCommand(clusterCommand('describe', facts.cluster, '--format=json'))} | gke-ingress-guard facts --from -`,
    ),
    ...(unknown.length === 0 ? [] : [`# Not in its answer, so not known: ${unknown.join(', ')}.`]),
    stringify({
      apiVersion: 'gke-ingress-guard.dev/v1',
      kind: 'ClusterFacts',
      cluster: { ...(project === undefined ? {} : { project }), location, name },
      ...Object.fromEntries(known),
    }),
  ].join('\n');
}

function firstLine(text: string): string {
  return JSON.stringify(text.split('\n', 1)[0]?.slice(0, 120) ?? '');
}
