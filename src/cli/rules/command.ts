// The options of `rules`.
import type { Command, Option } from 'commander';
import type { Io } from '../io.ts';
import { formatOption, POLICY, type SetExitCode } from '../options.ts';

interface ListFlags {
  readonly policy: string | undefined;
  readonly format: 'text' | 'json';
}

export function addRules(program: Command, io: Io, setExitCode: SetExitCode): void {
  const format = (): Option => formatOption('text', 'json');
  const rules = program.command('rules').description('list the rules with their severity and mode');
  rules
    .command('list', { isDefault: true, hidden: true })
    .option(...POLICY)
    .addOption(format())
    .action(async (options: ListFlags) => {
      const { listRules } = await import('./rules.ts');
      setExitCode(listRules(options, io));
    });
  rules
    .command('show')
    .description('what a rule finds, why it matters, what to do')
    .argument('<id>', 'such as cluster-ip-without-neg')
    .option(...POLICY)
    .addOption(format())
    .action(async (id: string, options: ListFlags) => {
      const { showRule } = await import('./rules.ts');
      setExitCode(showRule(id, options, io));
    });
}
