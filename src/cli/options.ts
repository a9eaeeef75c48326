// Options that several commands have, and how their values are read. Invalid values are reported before a command starts.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { LiveOptions } from './cluster/cluster-reader.ts';
import type { ExitCode } from './io.ts';

/** Called once, with what the command came to. */
export type SetExitCode = (code: ExitCode) => void;

/** `-o` as kubectl has it. The first is what is printed where nobody asks. */
export function formatOption(...formats: readonly [string, ...string[]]): Option {
  return new Option('-o, --format <format>', 'how to print').choices([...formats]).default(formats[0]);
}

export const POLICY = [
  '--policy <dir>',
  'directory with guard.yaml and apps/*.yaml, laid over the shipped policy',
] as const;
export const LIVE = '--live';
export const FACTS = ['--facts <file>', 'what is known of the cluster (docs/facts-file.md)'] as const;
export const KUBECONFIG = [
  '--kubeconfig <file>',
  'of the cluster; left out: KUBECONFIG, ~/.kube/config, or in a Pod its ServiceAccount',
] as const;
export const ASK = [
  '--ask',
  "ask the running Pods as Google's health check asks, through port-forward and with your own rights (docs/ask.md)",
  false,
] as const;
export const SAVE_APP = [
  '--save-app <dir>',
  'write what was learned of an unknown app as apps/ID.yaml of this policy directory, over no file that is there',
] as const;
export const CONTEXT = ['--context <name>', 'of the kubeconfig; left out: its current one'] as const;
/** Of the guard's own objects, where it keeps its certificate itself. */
export const SERVICE_NAME = [
  '--service-name <name>',
  'of the Service that the API server calls (docs/self-signed.md)',
  'gke-ingress-guard',
] as const;
export const NAMESPACE_OF_SERVICE = [
  '--namespace <namespace>',
  'where that Service is; left out, the namespace of the Pod',
] as const;
const GKE_PROJECT = [
  '--gke-project <project>',
  'project of the cluster; left out: as gcloud named it in the kubeconfig, or in a Pod as the metadata server says',
] as const;
const GKE_LOCATION = ['--gke-location <location>', 'region or zone of the cluster; likewise'] as const;
const GKE_CLUSTER = ['--gke-cluster <name>', 'name of the cluster; likewise'] as const;
const GKE_ENDPOINT = [
  '--gke-endpoint <url>',
  'address of the GKE API',
  parseEndpoint,
  'https://container.googleapis.com',
] as const;

/** Who is asked about the cluster beside the facts file. */
export function addGke(command: Command): Command {
  return command
    .option(...GKE_PROJECT)
    .option(...GKE_LOCATION)
    .option(...GKE_CLUSTER)
    .option(...GKE_ENDPOINT)
    .option('--no-gke-api', 'do not ask Google about the cluster');
}

export interface LiveFlags extends LiveOptions {
  readonly live: boolean;
}

/** Whoever names a cluster wants it asked. */
export function liveOf({ live, kubeconfig, context }: LiveFlags): LiveOptions | undefined {
  return live || kubeconfig !== undefined || context !== undefined ? { kubeconfig, context } : undefined;
}

/** Without a default, which --help would print as []. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** A token goes there, so plain HTTP is for this machine only. @returns without a slash at its end */
function parseEndpoint(text: string): string {
  const url = URL.parse(text);
  const isLocal = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1' || url?.hostname === '[::1]';
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLocal)))
    throw new InvalidArgumentError('An endpoint is such as https://container.googleapis.com.');
  return url.href.replace(/\/+$/, '');
}
