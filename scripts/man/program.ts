// The program, to be asked what it can do and not to be run.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Io } from '../../src/cli/io.ts';
import { createProgram } from '../../src/cli/program.ts';

const SILENT: Io = {
  out: () => undefined,
  err: () => undefined,
  readStdin: () => Promise.resolve(Buffer.alloc(0)),
  hasColour: false,
  terminated: () => Promise.resolve('SIGTERM'),
};

export function describedProgram(): Command {
  const { version }: { version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return createProgram({ name: 'gke-ingress-guard', version }, SILENT, () => undefined);
}
