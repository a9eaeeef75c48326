// What a program of commander can be asked, as data: its commands, their options, and what kind of word is the value of each.
import type { Argument, Command, Option } from 'commander';

/** The program that scripts complete: as npm and the image name it. */
export const PROGRAM = 'gke-ingress-guard';

/** A list is all that it can be; a word that only the user knows is "text". */
export type Value = 'none' | 'file' | 'directory' | 'text' | readonly string[];

export interface CompletedOption {
  /** Such as -o and --format. */
  readonly names: readonly string[];
  readonly description: string;
  readonly value: Value;
}

export interface CompletedCommand {
  /** As it is typed, without the program: "", "check", "rules show". */
  readonly words: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** Of its arguments. */
  readonly value: Value;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
}

/** @returns the command itself, then all below it that --help shows */
export function commandsOf(command: Command, words = ''): readonly CompletedCommand[] {
  const help = command.createHelp();
  const shown = help.visibleCommands(command);
  // A hidden command is what its parent does where no other is named.
  const hidden = command.commands.filter((one) => !shown.includes(one));
  const own = [command, ...hidden];
  const [argument] = own.flatMap((one) => one.registeredArguments);
  return [
    {
      words,
      description: command.description(),
      options: distinct(own.flatMap((one) => help.visibleOptions(one))).map(describeOption),
      value: argument === undefined ? 'none' : kindOf(argument, argument.name()),
      commands: shown.map((one) => ({ name: one.name(), description: one.description() })),
    },
    // `help` is made by commander, and has no options of its own.
    ...shown.filter((one) => one.name() !== 'help').flatMap((one) => commandsOf(one, `${words} ${one.name()}`.trim())),
  ];
}

/** Each command has a --help. */
function distinct(options: readonly Option[]): readonly Option[] {
  return options.filter(({ flags }, at) => options.findIndex((other) => other.flags === flags) === at);
}

function describeOption(option: Option): CompletedOption {
  const { short, long, description, flags } = option;
  const [, placeholder] = /[<[]([^>\]]+)[>\]]/.exec(flags) ?? [];
  return {
    names: [short, long].filter((name) => name !== undefined),
    description,
    value: placeholder === undefined ? 'none' : kindOf(option, placeholder),
  };
}

function kindOf({ argChoices }: Pick<Argument | Option, 'argChoices'>, placeholder: string): Value {
  if (argChoices !== undefined) return argChoices;
  if (placeholder === 'dir') return 'directory';
  return placeholder === 'file' || placeholder === 'path' ? 'file' : 'text';
}

/** @returns of each command and option that has such a value, "COMMAND OPTION", as a script sees it in front of the cursor */
export function placesOf(commands: readonly CompletedCommand[], isMeant: (value: Value) => boolean): readonly string[] {
  return commands.flatMap(({ words, options }) =>
    options.filter(({ value }) => isMeant(value)).flatMap(({ names }) => names.map((name) => `${words} ${name}`)),
  );
}

/** For a shell: within single quotes nothing has a meaning but the quote. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
