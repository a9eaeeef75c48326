// All that is YAML or JSON in this repository, for what must read any manifest.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDERS = ['deploy', 'examples', 'policies', 'test'] as const;

/** The texts; templates of the chart are no manifests yet. */
export function ownManifests(): readonly string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ya?ml|json)$/.test(name) && !/node_modules|chart\/templates/.test(name))
      .map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
  );
}
