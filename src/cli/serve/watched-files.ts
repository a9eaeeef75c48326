// The files that a running server takes up when they change: facts, policy, certificate.
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { Facts } from '../../facts/facts.ts';
import { parseFactsFile } from '../../facts/facts-file.ts';
import { type LoadedPolicy, loadPolicy, readPolicyText } from '../../policy/load.ts';
import { RULES } from '../../rules/index.ts';
import { loadClientCa } from '../../server/client-check.ts';
import { checkSuccessor, type KeyPair, loadKeyPair } from '../../server/tls.ts';
import { readFileOrThrow } from '../files/manifests.ts';
import { type Watched, watch } from './watch.ts';

/** Well below the minute that the kubelet itself takes to bring a change. */
const POLL_MS = 5000;

/** What a caller may say of a watch; left out, the files are looked at every few seconds. */
export type WatchOptions = Partial<Pick<Watched<never>, 'pollMs' | 'onState'>>;

export interface FactsFile {
  readonly path: string;
  readonly text: string;
  readonly facts: Facts;
}

/** @throws AppError facts-invalid, file-unreadable */
export function loadFactsFile(path: string): FactsFile {
  const text = readFileOrThrow(path);
  return { path, text, facts: parseFactsFile(text, path, Date.now()) };
}

/** @returns a function that ends the watching */
export function watchFacts(
  initial: FactsFile,
  logger: Logger,
  onChange: (facts: Facts) => void,
  options: WatchOptions = {},
): () => void {
  const { path } = initial;
  const load = (): FactsFile => loadFactsFile(path);
  const isSame = (a: FactsFile, b: FactsFile): boolean => a.text === b.text;
  return watch(
    {
      what: 'the facts file',
      path,
      directory: dirname(path),
      initial,
      load,
      isSame,
      onChange: ({ facts }) => onChange(facts),
      pollMs: POLL_MS,
      ...options,
    },
    logger,
  );
}

/** cert-manager renews certificates while the server runs. @returns a function that ends the watching */
export function watchKeyPair(
  path: string,
  initial: KeyPair,
  logger: Logger,
  onChange: (keyPair: KeyPair) => void,
  options: WatchOptions = {},
): () => void {
  const isSame = (a: KeyPair, b: KeyPair): boolean => a.cert === b.cert && a.key === b.key;
  return watch(
    {
      what: 'the certificate',
      path,
      directory: path,
      initial,
      load: (served) => {
        const fresh = loadKeyPair(path);
        if (!isSame(fresh, served)) checkSuccessor(fresh, served, Date.now());
        return fresh;
      },
      isSame,
      onChange,
      pollMs: POLL_MS,
      ...options,
    },
    logger,
  );
}

/** @returns a function that ends the watching */
export function watchClientCa(
  path: string,
  initial: string,
  logger: Logger,
  onChange: (ca: string) => void,
  options: WatchOptions = {},
): () => void {
  return watch(
    {
      what: 'the client CA file',
      path,
      directory: dirname(path),
      initial,
      load: () => loadClientCa(path, Date.now()),
      isSame: (a, b) => a === b,
      onChange,
      pollMs: POLL_MS,
      ...options,
    },
    logger,
  );
}

export interface PolicyFiles {
  /** "" where only the shipped policy counts, which does not change. */
  readonly text: string;
  readonly loaded: LoadedPolicy;
}

/** @throws AppError policy-invalid, file-unreadable */
export function loadPolicyFiles(directory: string | undefined): PolicyFiles {
  const ruleIds = RULES.map(({ id }) => id);
  return {
    text: directory === undefined ? '' : readPolicyText(directory),
    loaded: loadPolicy(directory, ruleIds),
  };
}

/** @returns a function that ends the watching */
export function watchPolicy(
  path: string,
  initial: PolicyFiles,
  logger: Logger,
  onChange: (files: PolicyFiles) => void,
  options: WatchOptions = {},
): () => void {
  let last = initial;
  // Reading is cheap; dozens of files are parsed only when one of them has changed.
  const load = (): PolicyFiles => {
    if (readPolicyText(path) !== last.text) last = loadPolicyFiles(path);
    return last;
  };
  const isSame = (a: PolicyFiles, b: PolicyFiles): boolean => a.text === b.text;
  return watch(
    { what: 'the policy', path, directory: path, initial, load, isSame, onChange, pollMs: POLL_MS, ...options },
    logger,
  );
}
