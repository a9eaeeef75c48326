// `doctor`: is the guard itself installed so that it works, and stays working? Against the cluster, or manifests.

import { neededRights } from '../../cluster/api/needed-rights.ts';
import { diagnose, type Expectations } from '../../doctor/check.ts';
import { fromManifests } from '../../doctor/from-manifests.ts';
import { CHECKS } from '../../doctor/index.ts';
import type { GuardName, Installation } from '../../doctor/installation.ts';
import { plainText } from '../../kubernetes/plain-text.ts';
import { at, type JsonObject } from '../../kubernetes/read.ts';
import { loadPolicy } from '../../policy/load.ts';
import { renderDoctorJson } from '../../report/doctor-json.ts';
import { renderDoctorText } from '../../report/doctor-text.ts';
import { RULES } from '../../rules/index.ts';
import { operand, shellCommand } from '../../shell-quote.ts';
import { type ManifestObject, readObjects } from '../files/manifests.ts';
import { emptyDirectoryLine, failureLine } from '../files/reading-report.ts';
import { EXIT, type ExitCode, type Io } from '../io.ts';

export interface DoctorOptions {
  /** None: the cluster is asked. */
  readonly paths: readonly string[];
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly namespace: string;
  readonly name: string;
  readonly format: 'text' | 'json';
  readonly failOn: 'error' | 'warning';
}

/** @throws AppError cluster-unreachable */
export async function doctor(options: DoctorOptions, io: Io): Promise<ExitCode> {
  const guard = { namespace: options.namespace, name: options.name };
  const expected = expectations();
  if (options.paths.length === 0) return report(await askCluster(options, guard, expected), expected, options, io);
  const { objects, failures, emptyDirectories } = await readObjects(options.paths, io.readStdin, (raw) => raw);
  const raw = objects.map(({ written }) => written);
  const code = report(fromManifests(raw, guard, expected, Date.now()), expected, options, io);
  for (const file of kustomizations(objects)) {
    const directory = file.replace(/[^/]*$/, '') || '.';
    const render = shellCommand(['kubectl', 'kustomize', operand(directory, 'DIRECTORY')]);
    io.err(`${plainText(`${file}: not rendered yet; run ${render} | gke-ingress-guard doctor -f -`)}\n`);
  }
  for (const directory of emptyDirectories) io.err(`${emptyDirectoryLine(directory)}\n`);
  for (const failure of failures) io.err(`${failureLine(failure)}\n`);
  return failures.length > 0 ? EXIT.failed : code;
}

/** What this program, with its shipped policy, needs an installation to be. */
function expectations(): Expectations {
  const ruleIds = RULES.map(({ id }) => id);
  const { policy, configMaps } = loadPolicy(undefined, ruleIds);
  return { ruleIds, rights: neededRights(configMaps), isExcluded: policy.isExcluded };
}

async function askCluster(
  { kubeconfig, context }: DoctorOptions,
  guard: GuardName,
  { rights }: Expectations,
): Promise<Installation> {
  const [{ connect }, { lookAtCluster }] = await Promise.all([
    import('../../cluster/api/connection.ts'),
    import('../../cluster/reading/installation.ts'),
  ]);
  const connection = connect({ kubeconfig, context });
  try {
    return await lookAtCluster(connection, guard, rights);
  } finally {
    connection.close();
  }
}

function report(installation: Installation, expected: Expectations, options: DoctorOptions, io: Io): ExitCode {
  const diagnoses = diagnose(CHECKS, installation, expected);
  io.out(options.format === 'json' ? renderDoctorJson(diagnoses) : renderDoctorText(diagnoses, io.hasColour));
  const failing = options.failOn === 'warning' ? ['error', 'warning'] : ['error'];
  return diagnoses.some(({ status }) => failing.includes(status)) ? EXIT.findings : EXIT.clean;
}

/** Base and patches as they lie in a repository are not what will be applied. */
function kustomizations(objects: readonly ManifestObject<JsonObject>[]): readonly string[] {
  return objects.filter(({ written }) => at(written, 'kind') === 'Kustomization').map(({ file }) => file);
}
