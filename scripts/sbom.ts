// `npm run sbom [-- FILE]`: what is shipped as CycloneDX JSON, to FILE or stdout: the packages that are installed with the program, and
// those that are bundled into it. From the lock file and node_modules, without a registry. npm writes it, with three things set right:
// - npm gets to see a project in which the bundled libraries are dependencies, and no other development dependency is;
// - packages of which nothing is bundled are taken out;
// - a time, a random number and the name of the folder would differ from run to run: they come from the content.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Shipped, shippedOf, writeProject } from './bundle/shipped.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Component {
  readonly 'bom-ref': string;
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

interface Bom {
  readonly bomFormat: string;
  components: readonly Component[];
  dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  serialNumber?: string;
  metadata: { timestamp?: string; component: { name: string; readonly 'bom-ref': string } };
}

interface Lock {
  readonly name: string;
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

function runNpm(shipped: Shipped): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const dir = mkdtempSync(join(tmpdir(), 'guard-sbom-'));
  try {
    writeProject(ROOT, shipped, dir);
    const options = ['--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'];
    return spawnSync('npm', ['sbom', ...options], { cwd: dir, encoding: 'utf8' });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function main([file]: readonly string[]): Promise<number> {
  const shipped = await shippedOf(ROOT);
  const { status, stdout, stderr } = runNpm(shipped);
  if (status !== 0) {
    process.stderr.write(`npm sbom failed, so there is no SBOM. It needs npm 10 or later, and said:\n${stderr}\n`);
    return 1;
  }
  const bom: Bom = JSON.parse(stdout);
  if (bom.bomFormat !== 'CycloneDX' || bom.components.length === 0) throw new TypeError('npm sbom wrote no CycloneDX');
  keepShipped(bom, shipped);
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

/** Names what is bundled by the property that CycloneDX has for it. */
function keepShipped(bom: Bom, { installed, bundled }: Shipped): void {
  const { name, packages }: Lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  bom.metadata.component.name = name;
  const refOf = (place: string): string => `${place.replace(/^.*node_modules\//, '')}@${packages[place]?.version}`;
  const kept = new Set([bom.metadata.component['bom-ref'], ...[...installed, ...bundled].map(refOf)]);
  const ofBundle = new Set(bundled.map(refOf));
  const mark = { name: 'cdx:npm:package:bundled', value: 'true' };
  bom.components = bom.components
    .filter((one) => kept.has(one['bom-ref']))
    .map((one) => (ofBundle.has(one['bom-ref']) ? { ...one, properties: [...one.properties, mark] } : one));
  bom.dependencies = bom.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => kept.has(one)) }));
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

process.exitCode = await main(process.argv.slice(2));
