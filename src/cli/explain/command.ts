// The options of `explain`.
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import {
  ASK,
  addGke,
  CONTEXT,
  collect,
  FACTS,
  formatOption,
  KUBECONFIG,
  LIVE,
  type LiveFlags,
  liveOf,
  POLICY,
  SAVE_APP,
  type SetExitCode,
} from '../options.ts';
import type { ExplainOptions } from './explain.ts';

export function addExplain(program: Command, io: Io, setExitCode: SetExitCode): void {
  const command = program
    .command('explain')
    .description('show what GKE will build for an Ingress: from host to Pod, the health check and why, each break')
    .argument('[ingress]', 'ingress/NAME; left out: every Ingress that GKE serves')
    .option(
      '-n, --namespace <namespace>',
      "only Ingresses of this namespace, where objects of files go that do not say theirs; of a cluster, else the context's",
    )
    .option('-A, --all-namespaces', 'Ingresses of every namespace of the cluster', false)
    .option(LIVE, 'the cluster of the kubeconfig, and what is seen there; implied where no file is given', false)
    .option(...KUBECONFIG)
    .option(...CONTEXT)
    .option('-f, --filename <path>', 'files, directories (recursively), or -; may be repeated', collect)
    .option('--all', 'every Ingress, those that GKE does not serve too', false)
    .option(...POLICY)
    .addOption(formatOption('text', 'json', 'html'))
    .option('-q, --quiet', 'as text, one line for each error and warning, and nothing else', false)
    .option('--no-mutate', 'explain objects as written, without the annotations that the webhook would add')
    .option('--complete', 'the files are everything there is: what is named and not in them does not exist', false)
    .option(...ASK)
    .option(...SAVE_APP)
    .option(...FACTS);
  addGke(command).action(async (ingress: string | undefined, { filename: paths = [], ...given }: ExplainFlags) => {
    if (given.allNamespaces && given.namespace !== undefined) command.error('error: give -n or -A, not both');
    if (given.all && ingress !== undefined) command.error('error: name an Ingress, or give --all, not both');
    if (given.saveApp !== undefined && !given.ask)
      command.error('error: --save-app saves what --ask learns: give both');
    const live = liveOf({ ...given, live: given.live || given.ask || paths.length === 0 });
    const { explain } = await import('./explain.ts');
    setExitCode(await explain({ ...given, ingress, paths, live, version: program.version() ?? '' }, io));
  });
}

type ExplainFlags = Omit<ExplainOptions, 'paths' | 'ingress' | 'live' | 'version'> &
  LiveFlags & { readonly filename?: readonly string[] };
