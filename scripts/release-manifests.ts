// `npm run release:manifests -- DIR --image NAME@sha256:DIGEST [--kustomize PROGRAM]`: install-OVERLAY.yaml for each overlay
// of deploy/, into DIR, which is made. PROGRAM gets a directory and prints what it renders to; without it that is
// `kubectl kustomize`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseImage, renderOverlays } from './release/manifests.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const USAGE = 'Usage: npm run release:manifests -- DIR --image NAME@sha256:DIGEST [--kustomize PROGRAM]';

function write(words: readonly string[]): void {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { image: text, kustomize: text },
    allowPositionals: true,
  });
  const [target] = positionals;
  if (target === undefined || values.image === undefined) throw new Error(USAGE);
  const { version }: { version: string } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const files = renderOverlays({
    deploy: join(ROOT, 'deploy'),
    image: parseImage(values.image),
    version,
    kustomize: values.kustomize === undefined ? ['kubectl', 'kustomize'] : [values.kustomize],
  });
  mkdirSync(target, { recursive: true });
  for (const [name, content] of files) {
    writeFileSync(join(target, name), content);
    process.stdout.write(`${join(target, name)}\n`);
  }
}

try {
  write(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
