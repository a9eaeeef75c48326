// The options of `doctor`.
import { type Command, Option } from 'commander';
import type { Io } from '../io.ts';
import { collect, formatOption, type SetExitCode } from '../options.ts';
import type { DoctorOptions } from './doctor.ts';

type DoctorFlags = Omit<DoctorOptions, 'paths'> & { readonly filename?: readonly string[] };

export function addDoctor(program: Command, io: Io, setExitCode: SetExitCode): void {
  program
    .command('doctor')
    .description("judge the guard's own installation, in the cluster or in rendered manifests")
    .option('-f, --filename <path>', 'rendered manifests instead of the cluster; may be repeated', collect)
    .option('--kubeconfig <file>', 'left out: KUBECONFIG, or ~/.kube/config')
    .option('--context <name>', 'a context other than the current one')
    .option('-n, --namespace <namespace>', 'where the guard is installed', 'gke-ingress-guard')
    .option('--name <name>', 'of its Deployment, Service and webhook configurations', 'gke-ingress-guard')
    .addOption(formatOption('text', 'json'))
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on')
        .choices(['error', 'warning'])
        .default('error'),
    )
    .action(async ({ filename: paths = [], ...given }: DoctorFlags, command: Command) => {
      const isLive = given.kubeconfig !== undefined || given.context !== undefined;
      if (paths.length > 0 && isLive) command.error('error: give -f, or --kubeconfig and --context, not both');
      const { doctor } = await import('./doctor.ts');
      setExitCode(await doctor({ ...given, paths }, io));
    });
}
