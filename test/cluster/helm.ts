// Helm as a user runs it, on this repository's chart.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../support/kustomize.ts';
import { goPrograms, logToStderr } from './go-programs.ts';
import { HELM } from './helm-programs.ts';

export const CHART = fileURLToPath(new URL('../../deploy/chart', import.meta.url));
export const NAMESPACE = 'gke-ingress-guard';

export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Helm {
  /** Runs it with these words and no configuration of whoever runs the tests. */
  run(words: readonly string[], kubeconfig?: string): Promise<Said>;
  /** What `helm template` makes of these values. @throws {Error} with what it says where it makes nothing */
  template(values: unknown, chart?: string): Promise<readonly Manifest[]>;
  /** A file with these values. */
  valuesFile(values: unknown): string;
  close(): void;
}

export async function helmProgram(): Promise<Helm> {
  const { helm } = await goPrograms(HELM, logToStderr, process.env);
  const dir = mkdtempSync(join(tmpdir(), 'guard-helm-'));
  let files = 0;
  const valuesFile = (values: unknown): string => {
    files += 1;
    const path = join(dir, `values-${files}.yaml`);
    writeFileSync(path, JSON.stringify(values));
    return path;
  };
  const run = async (words: readonly string[], kubeconfig = '/nowhere'): Promise<Said> => {
    const env = { PATH: '', HOME: dir, KUBECONFIG: kubeconfig, HELM_DRIVER: 'secret' };
    const child = spawn(helm, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      texts.out += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      texts.err += chunk;
    });
    const [code] = await once(child, 'close');
    return { code, ...texts };
  };
  return {
    run,
    valuesFile,
    template: async (values, chart = CHART) => {
      const words = ['template', 'guard', chart, '--namespace', NAMESPACE, '--values', valuesFile(values)];
      const { code, out, err } = await run(words);
      if (code !== 0) throw new Error(err);
      // Every template gives objects; a file that gives none is left out.
      return parseAllDocuments(out).map((document) => document.toJS() as Manifest);
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}
