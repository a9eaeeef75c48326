// `npm run image:tree -- DIR`: writes what the image would hold into DIR, without Docker, and tries it there as the Pod
// runs it: a user that is not root, files that nobody can write. Prints a hash of the content: the same sources give the
// same one, wherever and whenever.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from './image/environment.ts';
import { buildImageTree, type ImageTree } from './image/tree.ts';

const CONTEXT = fileURLToPath(new URL('..', import.meta.url));
/** USER of the Dockerfile; only root can become it, everybody else is not root as it is. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65532, gid: 65532 } : {};

function main([directory]: readonly string[]): number {
  if (directory === undefined) return fail('Usage: npm run image:tree -- DIR (one that is not there yet)');
  const target = resolve(directory);
  if (existsSync(target)) return fail(`${target} is there already: name one that is not.`);
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    const tree = buildImageTree({ context: CONTEXT, target, env: cleanEnvironment(), log });
    if (!doesRun(target, tree, ['--version']) || !doesRun(target, tree, ['check', '-'])) return 1;
    process.stdout.write(`${tree.digest}  ${tree.files} files, ${tree.bytes} bytes\n`);
    return 0;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`);
  return 1;
}

const INGRESS = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, annotations: { kubernetes.io/ingress.class: gce } }
spec: { defaultBackend: { service: { name: web, port: { number: 80 } } } }
`;

function doesRun(target: string, { environment }: ImageTree, words: readonly string[]): boolean {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [`${target}/dist/main.js`, ...words], {
    ...NOBODY,
    cwd: '/',
    env: Object.fromEntries(environment),
    input: INGRESS,
    encoding: 'utf8',
  });
  const said = `${stdout ?? ''}${stderr ?? ''}${error === undefined ? '' : error.message}`.trim();
  process.stderr.write(`gke-ingress-guard ${words.join(' ')}: ${said.split('\n').at(-1)}\n`);
  if (status === 0) return true;
  process.stderr.write(`It ended with ${status ?? 'no code'}: the tree does not run.\n${said}\n`);
  return false;
}

process.exitCode = main(process.argv.slice(2));
