// Compares src/yaml/ with kubectl's own decoder, which main.go runs: on the cases of cases.ts, on every manifest of this
// repository, and on generated damage to them. KUBECTL_YAML_SEED and KUBECTL_YAML_RUNS look further than the fixed defaults.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasGo } from '../support/has-go.ts';
import { ownManifests } from '../support/own-manifests.ts';
import { droppedByKubectl, leftToKubectl, refused, scalars, streams } from './cases.ts';
import { hasDuplicates, readAll, type Stream } from './read-all.ts';

const SEED = Number(process.env['KUBECTL_YAML_SEED'] ?? 20_261_128);
const RUNS = Number(process.env['KUBECTL_YAML_RUNS'] ?? 5000);

// The default reporter shows that tests were skipped, but not which and why.
if (!hasGo)
  console.warn('kubectl-yaml.differential.test.ts: skipped, because there is no "go" on PATH to compare with');

describe('our reader and kubectl', () => {
  let folder = '';
  const ask = (texts: readonly string[]): readonly Answer[] => askGo(join(folder, 'kubectl-yaml'), texts);

  beforeAll(() => {
    if (!hasGo) return;
    folder = mkdtempSync(join(tmpdir(), 'gke-ingress-guard-kubectl-yaml-'));
    const env = { ...process.env, GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '' };
    const build = spawnSync('go', ['build', '-o', join(folder, 'kubectl-yaml'), '.'], {
      cwd: import.meta.dirname,
      env,
    });
    if (build.status !== 0) throw new Error(`go build failed: ${build.stderr}`, { cause: build.error });
  }, 120_000);

  afterAll(() => {
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  it.skipIf(!hasGo)('agree on every case of cases.ts', () => {
    const read = [...scalars.map(([text, value]) => [`k: ${text}\n`, [{ k: value }]] as const), ...streams];
    const dropped = droppedByKubectl;
    const answers = ask([...read, ...dropped].map(([text]) => text));
    const expected = [...read, ...dropped].map(([, documents]) => ({ documents, failed: false }));
    expect(answers.map(({ documents, failed }) => ({ documents, failed }))).toEqual(expected);
    const failing = [...refused, ...leftToKubectl];
    expect(ask(failing).flatMap(({ failed }, index) => (failed ? [] : [failing[index]]))).toEqual([]);
  });

  it.skipIf(!hasGo)('agree on every manifest of this repository, and on duplicate keys in them', () => {
    const texts = ownManifests();
    expect(texts.length).toBeGreaterThan(100);
    const answers = ask(texts);
    expect(texts.filter((text, index) => !isSame(readAll(text), answers[index]))).toEqual([]);
    const single = texts.filter((text) => !/^---/m.test(text));
    const asked = ask(single);
    expect(single.filter((text, index) => hasDuplicates(text) !== asked[index]?.duplicates)).toEqual([]);
  });

  it.skipIf(!hasGo)(
    'never read two values out of one text, and rarely disagree on whether it can be read',
    () => {
      const texts = fc.sample(damaged(ownManifests()), { seed: SEED, numRuns: RUNS });
      const answers = ask(texts);
      const ours = texts.map(readAll);
      const both = texts.filter((_, index) => !answers[index]?.failed && !ours[index]?.failed);
      const other = both.filter((text) => {
        const index = texts.indexOf(text);
        return !isSame(ours[index], answers[index]);
      });
      expect(other, `KUBECTL_YAML_SEED=${SEED} KUBECTL_YAML_RUNS=${RUNS}`).toEqual([]);
      expect(both.length).toBeGreaterThan(RUNS / 4);
      // kubectl drops what follows a document that is over; of that we say that it cannot be read.
      const lenient = texts.filter((_, index) => answers[index]?.failed === true && !ours[index]?.failed);
      expect(lenient.length).toBeLessThan(RUNS / 100);
    },
    60_000,
  );
});

interface Answer extends Stream {
  readonly error: string;
  readonly duplicates: boolean;
}

function askGo(binary: string, texts: readonly string[]): readonly Answer[] {
  const input = texts.map((text) => JSON.stringify({ text: Buffer.from(text).toString('base64') })).join('\n');
  const run = spawnSync(binary, { input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (run.status !== 0) throw new Error(`kubectl-yaml failed: ${run.stderr}`, { cause: run.error });
  const lines = run.stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(texts.length);
  // main.go, type response.
  return lines.map((line) => JSON.parse(line) as Answer);
}

/** Documents that are but a text or a number are left aside: they are no objects, and rarely the same. */
function isSame(ours: Stream | undefined, go: Answer | undefined): boolean {
  if (ours?.failed !== go?.failed) return false;
  const collections = (stream: Stream | undefined) =>
    stream?.documents.filter((document) => typeof document === 'object');
  return JSON.stringify(sorted(collections(ours))) === JSON.stringify(sorted(collections(go)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, sorted(item)]);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1));
}

const TOKENS = [
  ...['\n', ' ', '  ', '\t', ':', ': ', '- ', '-', '#', ' #', '"', "'", '[', ']', '{', '}', ',', '~', '=', '@', '\\'],
  ...[
    '&a ',
    '*a',
    '!!str ',
    '<<: *a',
    '|',
    '>',
    '|-',
    '? ',
    'yes',
    '0x1',
    '1_0',
    '{}',
    '[]',
    '\n\n',
    '\r\n',
    '\n---\n',
  ],
];

/** A few lines of a manifest with a few tokens put in or taken out. */
function damaged(texts: readonly string[]): fc.Arbitrary<string> {
  const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  const change = fc.record({ where: share, length: fc.nat({ max: 3 }), token: fc.constantFrom('', ...TOKENS) });
  const lines = fc.record({ text: fc.constantFrom(...texts), from: share, count: fc.integer({ min: 1, max: 12 }) });
  return fc.tuple(lines, fc.array(change, { maxLength: 3 })).map(([{ text, from, count }, changes]) => {
    const all = text.split('\n');
    const start = Math.floor(from * all.length);
    const cut = outdent(all.slice(start, start + count));
    return changes.reduce((result, { where, length, token }) => {
      const at = Math.floor(where * result.length);
      return result.slice(0, at) + token + result.slice(at + length);
    }, cut);
  });
}

function outdent(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  return `${lines.map((line) => line.slice(Math.min(...indents, 1000))).join('\n')}\n`;
}
