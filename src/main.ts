#!/usr/bin/env node
// Arguments, environment, signals: the only file that touches the process.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { refuseLarge } from './cli/files/read-file.ts';
import type { Io } from './cli/io.ts';
import { runProgram } from './cli/program.ts';
import { at, textOr } from './kubernetes/read.ts';

// A command is done before a large young generation pays: with 10,000 objects it only takes a third of the memory.
if (process.argv[2] !== 'serve') setFlagsFromString('--semi-space-growth-factor=1');

/** Back to the start of the line, and nothing behind what is written: "\r", ESC [ K. */
const showProgress = (line: string): void => void process.stderr.write(`\r${line.slice(0, 79)}\u001b[K`);

const io: Io = {
  ...(process.stderr.isTTY === true ? { progress: showProgress } : {}),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  readStdin: async () => {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of process.stdin) {
      chunks.push(Buffer.from(chunk));
      size += chunk.length;
      refuseLarge(size);
    }
    return Buffer.concat(chunks);
  },
  hasColour: process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '',
  ...(process.stdout.isTTY === true ? { columns: process.stdout.columns } : {}),
  // Set by the kubelet, also where the Pod has no token.
  isInPod: process.env['KUBERNETES_SERVICE_HOST'] !== undefined,
  environment: process.env,
  terminated: () =>
    new Promise((resolve) => {
      // SIGTERM often comes twice (to the group, and passed on by npm); a second one must not cut the drain short.
      process.on('SIGTERM', resolve);
      // Whoever presses Ctrl-C again means it.
      process.once('SIGINT', resolve);
    }),
};

// google-auth-library warns by itself where it finds no metadata server; the commands say what follows from it.
const [printWarning] = process.listeners('warning');
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name !== 'MetadataLookupWarning') printWarning?.(warning);
});

// A reader that has seen enough (`… | head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const version = textOr(at(manifest, 'version'), 'unknown');
// Started by kubectl, it is typed as kubectl's own command.
const isPlugin = basename(process.argv[1] ?? '').startsWith('kubectl-gke_ingress');
const name = isPlugin ? 'kubectl gke-ingress' : undefined;
process.exitCode = await runProgram(process.argv.slice(2), version, io, name);

// All is done, and what is still open is an answer that nobody waits for: google-auth-library gives the metadata server no
// deadline. A reader that is slow, as a pager is, gets its results all the same.
setTimeout(() => process.stdout.write('', () => process.exit()), 500).unref();
