// A step of `npm run fix`: writes the table of boundaries (scripts/boundaries/table.ts) into biome.json, where
// `biome check --write`, the next step, formats it.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { type BiomeConfig, withBoundaries } from './boundaries/overrides.ts';

const FILE = fileURLToPath(new URL('../biome.json', import.meta.url));

const config: BiomeConfig = JSON.parse(readFileSync(FILE, 'utf8'));
const wanted = withBoundaries(config);
if (!isDeepStrictEqual(config, wanted)) writeFileSync(FILE, `${JSON.stringify(wanted, null, 2)}\n`);
