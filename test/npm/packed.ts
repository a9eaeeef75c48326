// The npm package as `npm pack` makes it, from a copy of the sources: its build must not take away the dist/ that others run.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BESIDE = ['.npmrc', 'LICENSE', 'README.md', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];

export interface Packed {
  readonly directory: string;
  /** Where the package is unpacked, with the dependencies of the checkout. */
  readonly installed: string;
  readonly files: readonly { readonly path: string; readonly size: number; readonly mode: number }[];
  /** Bytes of the archive. */
  readonly size: number;
  readonly unpackedSize: number;
}

export function pack(): Packed {
  const directory = mkdtempSync(join(tmpdir(), 'guard-npm-'));
  for (const name of [...BESIDE, 'man', 'policies', 'src'])
    cpSync(join(ROOT, name), join(directory, name), { recursive: true });
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
  symlinkSync(join(ROOT, 'node_modules'), join(installed, 'node_modules'));
  return { directory, installed, files: made.files, size: made.size, unpackedSize: made.unpackedSize };
}
