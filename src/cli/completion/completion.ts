// One script for each shell, from what commander knows of the commands: no list of options is kept by hand.
import type { Command } from 'commander';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import type { Shell } from './shells.ts';
import { type CompletedCommand, commandsOf } from './tree.ts';
import { zshCompletion } from './zsh.ts';

const SCRIPTS: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export function completionOf(program: Command, shell: Shell): string {
  return SCRIPTS[shell](commandsOf(program));
}
