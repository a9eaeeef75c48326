// The man page, from what commander knows of the commands and from what --help says after them.
import type { Command } from 'commander';
import { epilogueOf } from '../../src/cli/help.ts';

/** @returns text for man(7), which roff reads */
export function manPageOf(program: Command): string {
  const name = program.name();
  const commands = program
    .createHelp()
    .visibleCommands(program)
    .filter((one) => one.name() !== 'help');
  return `${[
    `.\\" Written by npm run man, from the commands themselves.`,
    `.TH ${name.toUpperCase()} 1 "" ${argument(`${name} ${program.version() ?? ''}`)} "User Commands"`,
    '.SH NAME',
    text(`${name} - ${program.description().replace(/\.$/, '').replace(/^S/, 's')}`),
    '.SH SYNOPSIS',
    ...commands.flatMap((command) => [`.B ${roff(name)} ${roff(command.name())}`, text(command.usage()), '.br']),
    '.SH COMMANDS',
    ...commands.flatMap((command) => sectionOf(command, name)),
    '.SH ENVIRONMENT',
    ...item('KUBECONFIG', 'the kubeconfig, where --kubeconfig does not name one'),
    ...item('NO_COLOR', 'where it is not empty, nothing is coloured'),
    '.SH EXIT STATUS',
    ...item('0', 'done, and nothing found that fails'),
    ...item('1', 'something was found that fails; each command says what that is'),
    ...item('2', 'the command could not do what it was asked for'),
  ].join('\n')}\n`;
}

function sectionOf(command: Command, name: string): readonly string[] {
  const { examples, findings, page } = epilogueOf(command);
  const below = command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help');
  return [
    `.SS ${argument(command.name())}`,
    text(command.description()),
    ...optionsOf(command),
    ...below.flatMap((one) => [
      '.PP',
      text(`${command.name()} ${one.name()} ${one.usage()}: ${one.description()}`),
      ...optionsOf(one),
    ]),
    ...examples.flatMap(([words, purpose]) => item(`${name} ${words}`, purpose)),
    ...(findings === undefined ? [] : ['.PP', text(`Exit code 1: ${findings}`)]),
    '.PP',
    text(`More: docs/${page} of the source.`),
  ];
}

/** As --help shows them, with defaults and choices. */
function optionsOf(command: Command): readonly string[] {
  const help = command.createHelp();
  return [
    ...help.visibleArguments(command).flatMap((one) => item(help.argumentTerm(one), help.argumentDescription(one))),
    ...help.visibleOptions(command).flatMap((one) => item(help.optionTerm(one), help.optionDescription(one))),
  ];
}

function item(term: string, description: string): readonly string[] {
  return ['.TP', `.B ${roff(term)}`, text(description)];
}

/** A line that no request of roff begins. */
function text(line: string): string {
  return roff(line).replace(/^(?=[.'])/, '\\&');
}

function argument(words: string): string {
  return `"${roff(words).replaceAll('"', '\\(dq')}"`;
}

/** Signs that roff would take for something else: a hyphen for one that cannot be pasted into a shell. */
function roff(line: string): string {
  return line
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '\\(ga')
    .replaceAll("'", '\\(aq')
    .replaceAll('~', '\\(ti')
    .replaceAll('…', '...');
}
