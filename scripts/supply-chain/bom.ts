// What is shipped as CycloneDX JSON, from the lock file and node_modules, without a registry. npm writes it, with three things set right:
// - npm gets to see a project in which the bundled libraries are dependencies, and no other development dependency is;
// - packages of which nothing is bundled are taken out;
// - a time, a random number and the name of the folder would differ from run to run: they come from the content.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Shipped } from '../bundle/shipped.ts';
import { type Environment, runNpm } from './run-npm.ts';

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

/**
 * @param root of the checkout
 * @param env npm's; SOURCE_DATE_EPOCH in it is the time that the list carries
 * @throws {Error} with what npm said where it writes none
 */
export async function bomOf(root: string, shipped: Shipped, env: Environment): Promise<string> {
  const words = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'];
  const { code, stdout, stderr } = await runNpm(root, shipped, words, env);
  if (code !== 0)
    throw new Error(`npm sbom failed, so there is no SBOM. It needs npm 10 or later, and said:\n${stderr}`);
  const bom: Bom = JSON.parse(stdout);
  if (bom.bomFormat !== 'CycloneDX' || bom.components.length === 0) throw new TypeError('npm sbom wrote no CycloneDX');
  keepShipped(bom, shipped, JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  delete bom.serialNumber;
  delete bom.metadata.timestamp;
  const epoch = env['SOURCE_DATE_EPOCH'];
  if (epoch !== undefined) bom.metadata.timestamp = new Date(Number(epoch) * 1000).toISOString();
  bom.serialNumber = `urn:uuid:${uuidOf(JSON.stringify(bom))}`;
  return `${JSON.stringify(bom, null, 2)}\n`;
}

/** Names what is bundled by the property that CycloneDX has for it. */
function keepShipped(bom: Bom, { installed, bundled }: Shipped, { name, packages }: Lock): void {
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
