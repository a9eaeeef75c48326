// `check`: the corridor over files. Objects are judged as they would be stored, each with its own file and line; with a
// cluster, as updates of what it has, among the neighbours that they have there.
import { resolve } from 'node:path';
import type { Severity } from '../../judge/finding.ts';
import { nameOf } from '../../kubernetes/objects.ts';
import { plainText } from '../../kubernetes/plain-text.ts';
import { loadPolicy } from '../../policy/load.ts';
import { type CheckFormat, renderCheck } from '../../report/check-formats.ts';
import { type CheckReport, isFailing } from '../../report/check-report.ts';
import { RULES } from '../../rules/index.ts';
import { objectWrittenTwice } from '../../rules/object-written-twice.ts';
import { type Base, readBase } from '../base/read-base.ts';
import { type ClusterSources, type GatheredCluster, gatherCluster } from '../cluster/gather-cluster.ts';
import { type FinalInput, takeFinal } from '../files/final.ts';
import { DISK, type ManifestObject, type Manifests, readManifests } from '../files/manifests.ts';
import { duplicateLines, emptyDirectoryLine, failureLine } from '../files/reading-report.ts';
import { namespaceOf, type StoredObject } from '../files/stored-objects.ts';
import { EXIT, type ExitCode, type Io } from '../io.ts';
import { type CheckedCluster, readForCheck } from './check-live.ts';
import { compareWithBase } from './compare-base.ts';
import { judgeWorld } from './judge-world.ts';
import { createWorld, type Surroundings, type World } from './world.ts';

export interface CheckOptions extends ClusterSources {
  readonly paths: readonly string[];
  readonly policy: string | undefined;
  readonly format: CheckFormat;
  readonly failOn: Severity;
  /** As text: a line an error and a warning, and nothing else. */
  readonly quiet: boolean;
  /** False judges objects as written. */
  readonly mutate: boolean;
  /** Whether the input is everything there is, so that what is not in it does not exist. */
  readonly complete: boolean;
  /** Of objects that do not say theirs. */
  readonly namespace: string | undefined;
  /** Writes into the files what is certain to be right. */
  readonly fix: boolean;
  /** With `fix`: shows what would be written, and writes nothing. */
  readonly diff: boolean;
  /** A revision or a directory, with which the files are compared. */
  readonly base: string | undefined;
}

export async function check(options: CheckOptions, io: Io): Promise<ExitCode> {
  const base = options.base === undefined ? undefined : await readBase(options.base, options.paths, io);
  const look = createLook(options, io);
  if (!options.fix) return conclude(compared(await look(), base, io), options, io);
  const { fixFiles } = await import('./fix.ts');
  const fixed = await fixFiles(look, options, io);
  if (options.diff) return fixed.exitCode;
  const found = conclude(compared(fixed.looked, base, io), options, io);
  return fixed.exitCode === EXIT.failed ? EXIT.failed : found;
}

/** What was read, and what was found in it. */
export interface Looked extends Manifests {
  readonly stored: readonly StoredObject[];
  readonly final: FinalInput;
  readonly report: CheckReport;
  readonly world: World;
  readonly surroundings: Surroundings;
}

/** @param readFile left out: from the disk */
export type Look = (readFile?: (file: string) => Buffer) => Promise<Looked>;

/** The cluster and its facts are asked the first time only. */
function createLook(options: CheckOptions, io: Io): Look {
  const { policy, apps } = loadPolicy(
    options.policy,
    RULES.map(({ id }) => id),
  );
  let gathering: Promise<GatheredCluster<CheckedCluster>> | undefined;
  return async (readFile) => {
    const manifests = await readManifests(
      options.paths,
      io.readStdin,
      readFile === undefined ? DISK : { ...DISK, read: readFile },
    );
    const final = takeFinal(manifests.objects, manifests.files);
    gathering ??= gatherCluster(options, io, (cluster, controller) =>
      readForCheck(cluster, final.manifests, { controller, policy, ...namespaceOf(options) }),
    );
    const { facts, live } = await gathering;
    const surroundings = { ...options, facts, policy, apps, live };
    const world = createWorld(manifests, final, surroundings);
    const judged = judgeWorld(world, manifests.objects.length);
    const report = { ...judged, unread: manifests.failures, failOn: options.failOn, directory: resolve('.') };
    return { ...manifests, stored: world.stored, final, report, world, surroundings };
  };
}

/** What cannot be read is not gone, so that nothing can be said then. */
function compared(looked: Looked, base: Base | undefined, io: Io): Looked {
  if (base === undefined) return looked;
  const { name, manifests } = base;
  for (const failure of manifests.failures) io.err(`${plainText(name)}: ${failureLine(failure)}\n`);
  if (looked.failures.length > 0) {
    io.err(`Not compared with ${plainText(name)}: not all of the files can be read.\n`);
    return looked;
  }
  if (manifests.objects.length === 0)
    io.err(`${plainText(name)}: nothing of these files is there; all of it is new.\n`);
  return { ...looked, report: compareWithBase(looked.report, looked.world, base, looked.surroundings) };
}

function conclude(looked: Looked, options: CheckOptions, io: Io): ExitCode {
  const { objects, stored, failures, emptyDirectories, report } = looked;
  io.out(renderCheck(options.format, report, { ...io, isQuiet: options.quiet }));
  if (!options.quiet) {
    for (const directory of emptyDirectories) io.err(`${emptyDirectoryLine(directory)}\n`);
    for (const line of duplicateLines({ objects: withoutTold(objects, stored, report) })) io.err(`${line}\n`);
  }
  for (const failure of failures) io.err(`${failureLine(failure)}\n`);
  if (failures.length > 0) return EXIT.failed;
  return report.findings.some(({ finding }) => isFailing(report, finding)) ? EXIT.findings : EXIT.clean;
}

/** Duplicate keys of what is judged are findings. */
function withoutTold(
  objects: readonly ManifestObject[],
  stored: readonly StoredObject[],
  { findings, exempted }: Pick<CheckReport, 'findings' | 'exempted'>,
): readonly ManifestObject[] {
  const told = new Set(
    [...findings, ...exempted].flatMap(({ finding, file }) =>
      finding.rule === objectWrittenTwice.id ? [`${file}\0${nameOf(finding.object)}`] : [],
    ),
  );
  const said = new Set(
    stored
      .filter(({ manifest, object }) => told.has(`${manifest.file}\0${nameOf(object)}`))
      .map(({ manifest }) => manifest),
  );
  return objects.filter((manifest) => !said.has(manifest));
}
