// The options of `completion`.
import { Argument, type Command } from 'commander';
import { EXIT, type Io } from '../io.ts';
import type { SetExitCode } from '../options.ts';
import { SHELLS, type Shell } from './shells.ts';

export function addCompletion(program: Command, io: Io, setExitCode: SetExitCode): void {
  program
    .command('completion')
    .description('print what makes a shell complete commands, options and their values')
    .addArgument(new Argument('<shell>', 'the shell that is to read it').choices([...SHELLS]))
    .action(async (shell: Shell) => {
      const { completionOf } = await import('./completion.ts');
      io.out(completionOf(program, shell));
      setExitCode(EXIT.clean);
    });
}
