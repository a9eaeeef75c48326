// `npm run sbom [-- FILE]`: what is shipped as CycloneDX JSON, to FILE or stdout: the packages that are installed with the program, and
// those that are bundled into it.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { shippedOf } from './bundle/shipped.ts';
import { bomOf } from './supply-chain/bom.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

async function main([file]: readonly string[]): Promise<number> {
  const shipped = await shippedOf(ROOT);
  let bom: string;
  try {
    bom = await bomOf(ROOT, shipped, process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 1;
  }
  if (file === undefined) process.stdout.write(bom);
  else writeFileSync(file, bom);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
