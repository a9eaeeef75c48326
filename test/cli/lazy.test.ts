// A client of Kubernetes takes most of a second to load, which commands over files must not pay.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadedModules } from '../support/loaded-modules.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const modulesOf = (...words: readonly string[]): readonly string[] => loadedModules(MAIN, ...words);

const ofCluster = (modules: readonly string[]): readonly string[] =>
  modules.filter((url) => /\/src\/cluster\/|@kubernetes\/client-node|google-auth-library/.test(url));

/** Of the server and of certificates: nor do these commands need them (docs/adr/0039). */
const ofServer = (modules: readonly string[]): readonly string[] =>
  modules.filter((url) => /\/node_modules\/(express|prom-client|pino|@peculiar\/x509)\//.test(url));

describe('without --live', () => {
  it.each([
    ['check', ['check', 'examples']],
    ['explain', ['explain', '-f', 'examples']],
    ['facts', ['facts']],
    ['--help', ['--help']],
  ])('%s loads nothing that talks to a cluster', (_name, words) => {
    const modules = modulesOf(...words);
    expect(modules.some((url) => url.endsWith('/src/cli/program.ts'))).toBe(true);
    expect(ofCluster(modules)).toEqual([]);
    expect(ofServer(modules)).toEqual([]);
  });
});

it('with --live it does, so the look-out sees', () => {
  const modules = ofCluster(modulesOf('check', 'examples', '--live', '--kubeconfig=/nowhere/config'));
  expect(modules.some((url) => url.includes('@kubernetes/client-node'))).toBe(true);
  expect(modules.some((url) => url.endsWith('/src/cluster/api/connection.ts'))).toBe(true);
});

it('serve loads what serves, so the look-out sees that too', () => {
  const modules = ofServer(modulesOf('serve', '--no-cluster', '--tls-dir=/nowhere'));
  expect(modules.some((url) => url.includes('/express/'))).toBe(true);
});
