import { availableParallelism } from 'node:os';
import process from 'node:process';
import { defineConfig } from 'vitest/config';
import { COMPILED } from './test/support/compiled.ts';
import { LongestFirst } from './test/support/longest-first.ts';

const SETUP = ['test/support/property-seed.ts'];
const PREPARE = ['test/support/compiled.ts', 'test/support/prepare-policies.ts'];

export default defineConfig({
  test: {
    // One more than cores: many tests wait, for a timeout or for a program.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    // Many tests start the program anew from its sources: what V8 compiles of them is kept.
    env: { NODE_COMPILE_CACHE: COMPILED },
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: SETUP,
          globalSetup: PREPARE,
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['browser', 'cluster', 'controller', 'gitops', 'real-apps', 'soak'].map((dir) => `test/${dir}/**`),
          // No test changes what another sees: modules are loaded once a worker, which is most of the time of small tests.
          isolate: false,
          // Node.js runs the sources as they are, with what it keeps compiled of them. Rewritten by Vite, each call of an import is a
          // look-up, which costs a tenth of the CPU; and no test mocks a module.
          experimental: { viteModuleRunner: false, nodeLoader: false },
          // Most of what a case makes is let go at once: a larger young generation is collected less often, which saves an eighth of the CPU.
          execArgv: ['--min-semi-space-size=32', '--max-semi-space-size=64'],
          // Some tests start the guard as a process, and a busy machine takes its time.
          hookTimeout: 60_000,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          setupFiles: SETUP,
          include: ['test/browser/**/*.test.ts'],
          // The first run may install Chromium; the largest page takes the program a while to make.
          hookTimeout: 10 * 60_000,
          testTimeout: 5 * 60_000,
        },
      },
      {
        test: {
          name: 'cluster',
          setupFiles: SETUP,
          globalSetup: [...PREPARE, 'test/support/built-program.ts'],
          include: ['test/cluster/**/*.test.ts'],
          // Each file has a control plane and a loopback address of its own (test/cluster/own-address.ts), and waits much of its time.
          fileParallelism: process.platform === 'linux',
          // One more again: they wait for each other's servers, and for what the guard does once in half a minute.
          maxWorkers: availableParallelism() + 2,
          // Projects that differ in it take turns.
          sequence: { groupOrder: 1 },
          // A cold machine compiles kube-apiserver and etcd before the first case.
          hookTimeout: 30 * 60_000,
          // Far more than any case takes: what runs beside it may take its time from it.
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'controller',
          setupFiles: SETUP,
          include: ['test/controller/**/*.test.ts'],
          // A cold machine compiles the controller too; warm, all cases of one hook take a few minutes.
          hookTimeout: 40 * 60_000,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'gitops',
          setupFiles: SETUP,
          include: ['test/gitops/**/*.test.ts'],
          fileParallelism: false,
          // A cold machine compiles the API server, etcd, Flux and Argo CD first.
          hookTimeout: 60 * 60_000,
          // A controller that waits before it tries again takes half a minute of this.
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'apps',
          setupFiles: SETUP,
          include: ['test/real-apps/**/*.test.ts'],
          fileParallelism: false,
          // The first run brings the programs from their registries.
          hookTimeout: 60_000,
          testTimeout: 15 * 60_000,
        },
      },
      {
        test: {
          name: 'soak',
          setupFiles: SETUP,
          include: ['test/soak/**/*.test.ts', 'test/**/*.soak.ts'],
          // Each has the machine to itself, as far as this is up to the tests.
          fileParallelism: false,
          hookTimeout: 60_000,
          testTimeout: 120 * 60_000,
        },
      },
    ],
  },
});
