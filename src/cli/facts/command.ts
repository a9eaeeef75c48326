// The options of `facts`.
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import {
  addGke,
  CONTEXT,
  FACTS,
  formatOption,
  KUBECONFIG,
  LIVE,
  type LiveFlags,
  liveOf,
  type SetExitCode,
} from '../options.ts';
import type { FactsOptions } from './facts.ts';

type FactsFlags = Omit<FactsOptions, 'live'> & LiveFlags & { readonly from: string | undefined };

export function addFacts(program: Command, io: Io, setExitCode: SetExitCode): void {
  const command = program
    .command('facts')
    .description('each fact of the cluster, its source and age, and the commands that tell and change it')
    .option(...FACTS)
    .option(LIVE, 'ask the cluster of the kubeconfig, and Google about it', false)
    .option(...KUBECONFIG)
    .option(...CONTEXT)
    .option('--from <file>', 'turn what `gcloud container clusters describe` printed (- for stdin) into a facts file')
    .addOption(formatOption('text', 'json'));
  addGke(command).action(async ({ from, ...given }: FactsFlags) => {
    if (from !== undefined) {
      const { writeFactsFile } = await import('./facts-from.ts');
      setExitCode(await writeFactsFile(from, io));
      return;
    }
    const { listFacts } = await import('./facts.ts');
    setExitCode(await listFacts({ ...given, live: liveOf(given) }, io));
  });
}
