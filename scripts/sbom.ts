// `npm run sbom [-- FILE]`: the production dependencies as CycloneDX JSON, to FILE or stdout. From the lock file alone, so
// neither a registry nor node_modules is needed. npm writes it, with two things set right:
// - `npm sbom --omit=dev` leaves out what a development dependency needs too (yaml, debug, qs): so npm gets to see a
//   project without any;
// - a time, a random number and the name of the folder would differ from run to run: they come from the content.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Bom {
  readonly bomFormat: string;
  readonly components: readonly unknown[];
  serialNumber?: string;
  metadata: { timestamp?: string; component: { name: string } };
}

interface Manifest {
  readonly name: string;
  devDependencies?: unknown;
}

interface Lock {
  packages: Record<string, Manifest & { readonly dev?: boolean }>;
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
}

/** What a user of the package would install. */
function writeProduction(dir: string): void {
  const manifest = read<Manifest>('package.json');
  const lock = read<Lock>('package-lock.json');
  delete manifest.devDependencies;
  lock.packages = Object.fromEntries(Object.entries(lock.packages).filter(([, { dev }]) => dev !== true));
  delete lock.packages['']?.devDependencies;
  writeFileSync(join(dir, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(dir, 'package-lock.json'), JSON.stringify(lock));
}

function runNpm(): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const dir = mkdtempSync(join(tmpdir(), 'guard-sbom-'));
  try {
    writeProduction(dir);
    const options = ['--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'];
    return spawnSync('npm', ['sbom', ...options], { cwd: dir, encoding: 'utf8' });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function main([file]: readonly string[]): number {
  const { status, stdout, stderr } = runNpm();
  if (status !== 0) {
    process.stderr.write(`npm sbom failed, so there is no SBOM. It needs npm 10 or later, and said:\n${stderr}\n`);
    return 1;
  }
  const bom: Bom = JSON.parse(stdout);
  if (bom.bomFormat !== 'CycloneDX' || bom.components.length === 0) throw new TypeError('npm sbom wrote no CycloneDX');
  bom.metadata.component.name = read<Manifest>('package.json').name;
  delete bom.serialNumber;
  delete bom.metadata.timestamp;
  const epoch = process.env['SOURCE_DATE_EPOCH'];
  if (epoch !== undefined) bom.metadata.timestamp = new Date(Number(epoch) * 1000).toISOString();
  bom.serialNumber = `urn:uuid:${uuidOf(JSON.stringify(bom))}`;
  const text = `${JSON.stringify(bom, null, 2)}\n`;
  if (file === undefined) process.stdout.write(text);
  else writeFileSync(file, text);
  return 0;
}

/** A UUID of version 8 (RFC 9562): of the content, and nothing else. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

process.exitCode = main(process.argv.slice(2));
