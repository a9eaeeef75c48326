// `npm run chart`: writes what is generated of deploy/chart, after a change of deploy/, of the guard's schemas or of the version.
// `npm run chart -- DIR --image NAME@sha256:DIGEST --source URL --charts oci://… --notes FILE`: the chart of a
// release, complete, into DIR; FILE is what `npm run release:notes` prints. It needs Go, for the programs that render and document.
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { goPrograms, logToStderr } from '../test/cluster/go-programs.ts';
import { HELM_DOCS } from '../test/cluster/helm-programs.ts';
import { renderTogether } from '../test/support/kustomize.ts';
import { changesOf } from './chart/changes.ts';
import type { Package, Released } from './chart/chart-yaml.ts';
import { chartFiles, releasedReadme, releasedValues } from './chart/files.ts';
import { parseImage } from './release/manifests.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CHART = join(ROOT, 'deploy/chart');
const USAGE =
  'Usage: npm run chart [-- DIR --image NAME@sha256:DIGEST --source URL --charts oci://REGISTRY/PATH --notes FILE]';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

function generate(directory: string, project: Package, released?: Released): void {
  const runbooks: string = parse(read('deploy/components/monitoring/runbooks.yaml')).data.page;
  const files = chartFiles(renderTogether, project, runbooks, released);
  // A template of a component that is gone.
  for (const file of globSync('templates/*.yaml', { cwd: directory })) {
    if (readFileSync(join(directory, file), 'utf8').includes('Made by `npm run chart`')) rmSync(join(directory, file));
  }
  for (const [file, text] of files) writeFileSync(join(directory, file), text);
}

async function document(directory: string): Promise<void> {
  const programs = await goPrograms(HELM_DOCS, logToStderr, process.env);
  const words = ['--chart-search-root', directory, '--sort-values-order', 'file', '--log-level', 'error'];
  const { status, stderr } = spawnSync(programs['helm-docs'], words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`helm-docs failed: ${stderr}`);
}

interface Release {
  readonly image: string;
  readonly source: string;
  readonly charts: string;
  readonly notes: string;
}

async function release(target: string, project: Package, { image, source, charts, notes }: Release): Promise<void> {
  mkdirSync(target, { recursive: true });
  cpSync(CHART, target, { recursive: true });
  generate(target, project, { image, source, changes: changesOf(readFileSync(notes, 'utf8')) });
  const values = join(target, 'values.yaml');
  writeFileSync(values, releasedValues(readFileSync(values, 'utf8'), parseImage(image)));
  await document(target);
  const readme = join(target, 'README.md');
  const address = `${charts}/gke-ingress-guard`;
  writeFileSync(readme, releasedReadme(readFileSync(readme, 'utf8'), address, source, project.version));
}

async function main(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const options = { image: text, source: text, charts: text, notes: text };
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const project: Package = JSON.parse(read('package.json'));
  const { image, source, charts, notes } = values;
  const [target] = positionals;
  if (args.length === 0) {
    generate(CHART, project);
    await document(CHART);
    return;
  }
  if (
    target === undefined ||
    image === undefined ||
    source === undefined ||
    charts === undefined ||
    notes === undefined
  ) {
    throw new Error(USAGE);
  }
  await release(target, project, { image, source, charts, notes });
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
