// The texts of policy files, wherever they come from: guard.yaml and apps/ID.yaml, parsed, with every fault by its line.
import { basename } from 'node:path/posix';
import { createYamlReader, type ReadResult } from '../schema.ts';
import { faultsOf } from './app-faults.ts';
import { composePolicy } from './policy.ts';
import { APP_SCHEMA, type AppFile, GUARD_POLICY_SCHEMA, type GuardPolicyFile } from './schemas.ts';

export const readGuardPolicy = createYamlReader<GuardPolicyFile>(GUARD_POLICY_SCHEMA);
const readApp = createYamlReader<AppFile>(APP_SCHEMA);

export function readAppText(text: string, origin: string): ReadResult<AppFile> {
  const result = readApp(text, origin);
  if (!result.ok) return result;
  const errors = faultsOf(result.value, basename(origin, '.yaml')).map(
    ({ field, fault }) => `${origin}:${result.lineOf(...field)}: ${fault}`,
  );
  return errors.length > 0 ? { ok: false, errors } : result;
}

/**
 * @param file its name in the policy directory: guard.yaml, apps/ID.yaml; others are not read by the guard
 * @returns what is wrong, each as `file:line: what`
 */
export function faultsOfPolicyFile(file: string, text: string, ruleIds: readonly string[]): readonly string[] {
  if (/^apps\/[^/]+\.yaml$/.test(file)) {
    const read = readAppText(text, file);
    return read.ok ? [] : read.errors;
  }
  if (file !== 'guard.yaml') return [];
  const read = readGuardPolicy(text, file);
  if (!read.ok) return read.errors;
  const composed = composePolicy([{ origin: file, content: read.value, lineOf: read.lineOf }], ruleIds);
  return composed.ok ? [] : composed.errors;
}
