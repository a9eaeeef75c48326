// The npm package as `npm pack` makes it, from a copy of the sources: its build must not take away the dist/ that others run.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BESIDE = ['.npmrc', 'LICENSE', 'README.md', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];

export interface Packed {
  readonly directory: string;
  /** Where the package is unpacked, with the packages beside it that npm would install, and no other. */
  readonly installed: string;
  readonly files: readonly { readonly path: string; readonly size: number; readonly mode: number }[];
  /** Bytes of the archive. */
  readonly size: number;
  readonly unpackedSize: number;
}

export function pack(): Packed {
  const directory = mkdtempSync(join(tmpdir(), 'guard-npm-'));
  for (const name of [...BESIDE, 'man', 'policies', 'scripts/bundle', 'src'])
    cpSync(join(ROOT, name), join(directory, name), { recursive: true });
  // `npm run check` looks at the types; without that, the compiler writes the same files in half the time.
  const build = join(directory, 'tsconfig.build.json');
  writeFileSync(build, readFileSync(build, 'utf8').replace('"noEmit": false,', '"noEmit": false, "noCheck": true,'));
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  // npm passes its own settings to what it runs, and they must not hold for this one.
  const env = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const { stdout, stderr, status } = spawnSync('npm', ['pack', '--json'], {
    cwd: directory,
    env: { ...Object.fromEntries(env), PATH: [join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter) },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm pack ended with ${status}: ${stderr}`);
  const [made]: readonly (Omit<Packed, 'directory' | 'installed'> & { readonly filename: string })[] =
    JSON.parse(stdout);
  if (made === undefined) throw new Error(`npm pack made nothing: ${stdout}`);
  const untar = spawnSync('tar', ['-xzf', made.filename], { cwd: directory, encoding: 'utf8' });
  if (untar.status !== 0) throw new Error(untar.stderr);
  const installed = join(directory, 'package');
  mkdirSync(join(installed, 'node_modules'));
  const { packages }: { readonly packages: Readonly<Record<string, { readonly dev?: boolean }>> } = JSON.parse(
    readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
  );
  for (const [place, { dev }] of Object.entries(packages)) {
    if (place !== '' && dev !== true) symlinkSync(join(ROOT, place), join(installed, place));
  }
  return { directory, installed, files: made.files, size: made.size, unpackedSize: made.unpackedSize };
}
