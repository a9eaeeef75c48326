// The options of `check`.
import { type Command, Option } from 'commander';
import { SEVERITIES, type Severity } from '../../judge/finding.ts';
import { CHECK_FORMATS } from '../../report/check-formats.ts';
import type { Io } from '../io.ts';
import {
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
  type SetExitCode,
} from '../options.ts';
import type { CheckOptions } from './check.ts';

export function addCheck(program: Command, io: Io, setExitCode: SetExitCode): void {
  const command = program
    .command('check')
    .description('judge the objects of files, directories or standard input (-)')
    .argument('[path...]', 'files, directories (recursively), or -')
    .option('-f, --filename <path>', 'the same, as with kubectl; may be repeated', collect)
    .option(...POLICY)
    .addOption(formatOption(...CHECK_FORMATS))
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on').choices([...SEVERITIES]).default('error'),
    )
    .option('-q, --quiet', 'as text, one line for each error and warning, and nothing else', false)
    .option('--no-mutate', 'judge objects as written, without the annotations that the webhook would add')
    .option('--complete', 'the input is everything there is: what is named and not in it does not exist', false)
    .option(
      '--fix',
      'write into the files what the webhook would add and each fix that is certain (docs/fix.md)',
      false,
    )
    .option('--diff', 'with --fix: show what would be written, and write nothing', false)
    .option(
      '--base <revision|dir>',
      'say what changes of load balancers since a Git revision, or compared with a directory (docs/base.md)',
    )
    .option('-n, --namespace <namespace>', "of objects that do not say theirs; left out: default, or the context's")
    .option(LIVE, 'as updates of what the cluster has, among the neighbours there (docs/explain-live.md)', false)
    .option(...KUBECONFIG)
    .option(...CONTEXT)
    .option(...FACTS);
  addGke(command).action(async (paths: string[], { filename = [], ...given }: CheckFlags) => {
    const all = [...paths, ...filename];
    if (all.length === 0) command.error('error: name files or directories, or - for standard input');
    if (given.diff && !given.fix) command.error('error: --diff shows what --fix would write: give both');
    if (given.fix && all.includes('-')) command.error('error: --fix writes into files: name them, not standard input');
    if (given.base !== undefined && (given.live || given.diff)) {
      command.error('error: --base compares files with files: give it without --live and --diff');
    }
    const { check } = await import('./check.ts');
    setExitCode(await check({ ...given, paths: all, live: liveOf(given) }, io));
  });
}

type CheckFlags = Omit<CheckOptions, 'paths' | 'live'> &
  LiveFlags & { readonly filename?: readonly string[]; readonly failOn: Severity };
