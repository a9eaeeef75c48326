// The options of `ask`.
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import {
  addGke,
  CONTEXT,
  FACTS,
  formatOption,
  KUBECONFIG,
  type LiveFlags,
  POLICY,
  SAVE_APP,
  type SetExitCode,
} from '../options.ts';
import type { AskOptions } from './ask.ts';

export function addAsk(program: Command, io: Io, setExitCode: SetExitCode): void {
  const command = program
    .command('ask')
    .description("ask running Pods as Google's health check asks them, and as the kubelet does, through port-forward")
    .argument('<target>', 'POD, deployment/NAME, statefulset/NAME, daemonset/NAME or ingress/NAME')
    .option('-n, --namespace <namespace>', "of the target; left out: the context's")
    .option(...KUBECONFIG)
    .option(...CONTEXT)
    .option(...POLICY)
    .addOption(formatOption('text', 'json'))
    .option(...SAVE_APP)
    .option(...FACTS);
  addGke(command).action(async (target: string, { kubeconfig, context, ...given }: AskFlags) => {
    const { ask } = await import('./ask.ts');
    setExitCode(await ask({ ...given, target, live: { kubeconfig, context } }, io));
  });
}

type AskFlags = Omit<AskOptions, 'target' | 'live'> & Omit<LiveFlags, 'live'>;
