// The command line: options in, exit code out. Commands that are not asked for are not loaded.

import { Command, CommanderError } from 'commander';
import { AppError, ERRORS } from '../errors.ts';
import { plainLine } from '../kubernetes/plain-text.ts';
import { addAsk } from './ask/command.ts';
import { addAudit } from './audit/command.ts';
import { addCheck } from './check/command.ts';
import { addCompletion } from './completion/command.ts';
import { PROGRAM } from './completion/tree.ts';
import { addDoctor } from './doctor/command.ts';
import { addExplain } from './explain/command.ts';
import { addFacts } from './facts/command.ts';
import { addEpilogue } from './help.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';
import { addKeepCertificate } from './keep-certificate/command.ts';
import type { SetExitCode } from './options.ts';
import { plainIo } from './plain-io.ts';
import { addRules } from './rules/command.ts';
import { addServe } from './serve/command.ts';

/**
 * @param words the arguments after the program's name
 * @param name how the program is typed, for --help
 */
export async function runProgram(
  words: readonly string[],
  version: string,
  given: Io,
  name: string = PROGRAM,
): Promise<ExitCode> {
  const io = plainIo(given);
  let exitCode: ExitCode = EXIT.clean;
  const setExitCode = (code: ExitCode): void => {
    exitCode = code;
  };
  const program = createProgram({ name, version }, io, setExitCode);
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.failed;
    io.err(error instanceof AppError ? describe(error) : describeFault(error));
    return EXIT.failed;
  }
}

function describe({ code, detail, howToFix }: AppError): string {
  const { message } = ERRORS[code];
  // File names and texts of files may be in it.
  const lines = detail.split('\n').map(plainLine);
  return `error: ${message}${lines.length > 1 ? '\n' : ' '}${lines.join('\n')}\n${howToFix} [${code}]\n`;
}

/** Exit code 1 would say "findings". */
function describeFault(error: unknown): string {
  const stack = error instanceof Error ? error.stack : String(error);
  return `error: this is a fault of gke-ingress-guard itself; please report it with what follows.\n${stack}\n`;
}

/** @param given.name how it is typed */
export function createProgram(
  given: { readonly name: string; readonly version: string },
  io: Io,
  setExitCode: SetExitCode,
): Command {
  const program = new Command(given.name)
    .description(
      'Says, before an object is stored, what the GKE Ingress controller will refuse, ignore or build wrong.',
    )
    .version(given.version)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(run with --help to see every option)');
  addServe(program, io, setExitCode);
  addCheck(program, io, setExitCode);
  addAudit(program, io, setExitCode);
  addExplain(program, io, setExitCode);
  addAsk(program, io, setExitCode);
  addRules(program, io, setExitCode);
  addFacts(program, io, setExitCode);
  addDoctor(program, io, setExitCode);
  addKeepCertificate(program, io, setExitCode);
  addCompletion(program, io, setExitCode);
  for (const command of program.commands) addEpilogue(command);
  return program;
}
