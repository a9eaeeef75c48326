// Completion for fish: one line for each command and option, with the condition under which it is offered.
import { isChoice } from './cases.ts';
import { type CompletedCommand, type CompletedOption, PROGRAM, quoted, type Value } from './tree.ts';

export function fishCompletion(commands: readonly CompletedCommand[]): string {
  return [
    `# To have it in each new shell: ${PROGRAM} completion fish > ~/.config/fish/completions/${PROGRAM}.fish`,
    // Files only where they are asked for.
    `complete -c ${PROGRAM} -f`,
    ...commands.flatMap(linesOf),
    '',
  ].join('\n');
}

function linesOf({ words, options, commands, value }: CompletedCommand): readonly string[] {
  const names = commands.map(({ name }) => name);
  const here = conditionOf(words, []);
  const alone = conditionOf(words, names);
  return [
    ...commands.map(({ name, description }) => line(alone, `-a ${name} -d ${quoted(description)}`)),
    ...(isChoice(value) ? [line(alone, `-a ${quoted(value.join(' '))}`)] : []),
    ...(value === 'file' ? [line(alone, '-F')] : []),
    ...options.map((option) => line(words === '' ? alone : here, wordsOf(option))),
  ];
}

function line(condition: string, rest: string): string {
  return `complete -c ${PROGRAM} -n ${quoted(condition)} ${rest}`;
}

/** @param below names of commands that must not be typed yet */
function conditionOf(words: string, below: readonly string[]): string {
  if (words === '') return '__fish_use_subcommand';
  const typed = words.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
  return [...typed, ...(below.length === 0 ? [] : [`not __fish_seen_subcommand_from ${below.join(' ')}`])].join(
    '; and ',
  );
}

function wordsOf({ names, description, value }: CompletedOption): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  return [...flags, ...valueWords(value), `-d ${quoted(description)}`].join(' ');
}

function valueWords(value: Value): readonly string[] {
  if (isChoice(value)) return ['-x', `-a ${quoted(value.join(' '))}`];
  if (value === 'file') return ['-r', '-F'];
  if (value === 'directory') return ['-x', "-a '(__fish_complete_directories)'"];
  return value === 'text' ? ['-x'] : [];
}
