// Reads a policy directory: guard.yaml and apps/*.yaml, the shipped ones first, the user's laid over them.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../errors.ts';
import type { AppCatalogue } from '../plan/app.ts';
import type { LineOf, ReadResult } from '../schema.ts';
import { systemReason } from '../system-reason.ts';
import { createAppCatalogue } from './app-catalogue.ts';
import { composePolicy, type Policy, type PolicyLayer } from './policy.ts';
import { readAppText, readGuardPolicy } from './policy-text.ts';
import { digestOf, type PreparedPolicies, readPrepared } from './prepared.ts';
import type { AppFile } from './schemas.ts';

/** Beside src/ in a checkout and beside dist/ where it is installed. */
const SHIPPED_POLICIES = fileURLToPath(new URL('../../policies', import.meta.url));
/** `npm run build` writes it into dist/, and the tests into src/; a checkout without it reads the files themselves. */
export const PREPARED = fileURLToPath(new URL('../prepared-policies.json', import.meta.url));
const GUARD = 'guard.yaml';

export interface LoadedPolicy {
  readonly policy: Policy;
  readonly apps: AppCatalogue;
  /** What the catalogue was made from. */
  readonly appFiles: readonly AppFile[];
  /** Names of the ConfigMaps that the catalogue reads, each once, in alphabetical order. */
  readonly configMaps: readonly string[];
}

/**
 * @param directory the user's policy directory, if there is one
 * @param preparedPath what the build prepared of the shipped directory; where it is not there, or of other files, these are read
 * @throws AppError policy-invalid with every fault of every file, file-unreadable
 */
export function loadPolicy(
  directory: string | undefined,
  ruleIds: readonly string[],
  preparedPath: string = PREPARED,
): LoadedPolicy {
  const errors: string[] = [];
  const layers: PolicyLayer[] = [];
  const apps: AppFile[] = [];
  const take = <T>(result: ReadResult<T>, use: (value: T, lineOf: LineOf) => void): void => {
    if (result.ok) use(result.value, result.lineOf);
    else errors.push(...result.errors);
  };
  const shipped = shippedPolicies(preparedPath);
  // It has no faults, so that nobody asks for a line of it.
  layers.push({ origin: join(SHIPPED_POLICIES, GUARD), content: shipped.guard, lineOf: () => 1 });
  apps.push(...shipped.apps);
  if (directory !== undefined) {
    const { guard, apps: appPaths } = listPolicyFiles(directory);
    if (guard !== undefined) {
      take(readGuardPolicy(readText(guard), guard), (content, lineOf) =>
        layers.push({ origin: guard, content, lineOf }),
      );
    }
    for (const path of appPaths) take(readAppText(readText(path), path), (app) => apps.push(app));
  }
  const composed = composePolicy(layers, ruleIds);
  if (!composed.ok) errors.push(...composed.errors);
  if (errors.length > 0 || !composed.ok) throw new AppError('policy-invalid', errors.join('\n'));
  return {
    policy: composed.policy,
    apps: createAppCatalogue(apps),
    appFiles: apps,
    configMaps: configMapsOf(apps),
  };
}

/** What this process has read of the shipped files, where no build prepared it. */
let remembered: PreparedPolicies | undefined;

/**
 * What the build prepared, or what was read before, where the files still are what it was made from; else the files.
 * @throws AppError policy-invalid, file-unreadable
 */
function shippedPolicies(preparedPath: string): PreparedPolicies {
  const digest = digestOfShipped();
  const prepared = readPrepared(preparedPath);
  if (prepared?.digest === digest) return prepared;
  if (remembered?.digest !== digest) remembered = prepareShipped();
  return remembered;
}

/** The digest has no paths of this machine in it. */
function digestOfShipped(): string {
  const { guard, apps } = listPolicyFiles(SHIPPED_POLICIES);
  return digestOf([guard ?? '', ...apps].map((path) => [basename(path), readText(path)] as const));
}

/**
 * The shipped policies, read and validated once for all starts that follow.
 * @throws AppError policy-invalid, file-unreadable
 */
export function prepareShipped(): PreparedPolicies {
  const { guard, apps } = listPolicyFiles(SHIPPED_POLICIES);
  if (guard === undefined) throw new AppError('policy-invalid', `${SHIPPED_POLICIES} has no ${GUARD}`);
  const read = [
    readGuardPolicy(readText(guard), guard),
    ...apps.map((path) => readAppText(readText(path), path)),
  ] as const;
  const errors = read.flatMap((result) => (result.ok ? [] : result.errors));
  const [policy, ...files] = read;
  if (errors.length > 0 || !policy.ok) throw new AppError('policy-invalid', errors.join('\n'));
  return {
    digest: digestOfShipped(),
    guard: policy.value,
    apps: files.flatMap((result) => (result.ok ? [result.value] : [])),
  };
}

/** An app that replaces another reads what it says itself. */
function configMapsOf(apps: readonly AppFile[]): readonly string[] {
  const byId = new Map(apps.map((app) => [app.id, app]));
  return [...new Set([...byId.values()].flatMap(({ configMaps = [] }) => configMaps))].toSorted();
}

/**
 * All that a directory says, in one text: two loads of it differ only where this does.
 * @throws AppError policy-invalid, file-unreadable
 */
export function readPolicyText(directory: string): string {
  const { guard, apps } = listPolicyFiles(directory);
  const paths = guard === undefined ? apps : [guard, ...apps];
  return paths.map((path) => `${path}\0${readText(path)}`).join('\0');
}

function listPolicyFiles(root: string): { readonly guard: string | undefined; readonly apps: readonly string[] } {
  const names = readDirectory(root);
  const isYaml = (name: string): boolean => name.endsWith('.yaml');
  const apps = names.includes('apps') ? readDirectory(join(root, 'apps')).filter(isYaml).toSorted() : [];
  if (!names.includes(GUARD) && apps.length === 0) {
    throw new AppError('policy-invalid', `${root} has neither ${GUARD} nor apps/*.yaml`);
  }
  return {
    guard: names.includes(GUARD) ? join(root, GUARD) : undefined,
    apps: apps.map((name) => join(root, 'apps', name)),
  };
}

function readDirectory(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) throw new AppError('file-unreadable', `${path}: it is not a directory`);
    return readdirSync(path);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('file-unreadable', `${path}: ${systemReason(cause)}`, { cause });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('file-unreadable', `${path}: ${systemReason(cause)}`, { cause });
  }
}
