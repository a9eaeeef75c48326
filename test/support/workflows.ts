// What we ask of a workflow: nobody but us decides what runs in it, and it may do what it must and no more.
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface Pin {
  readonly action: string;
  readonly commit: string;
  readonly version: string;
}

export function parseWorkflow(text: string): Workflow {
  // The tests name what of it is missing.
  return parse(text) as Workflow;
}

/** Every faulty place, in words; none where all is well. */
export function faultsOf(text: string): readonly string[] {
  const workflow = parseWorkflow(text);
  const jobs = Object.entries(workflow.jobs);
  return [
    ...('pull_request_target' in workflow.on ? ['pull_request_target runs what a stranger wrote with our rights'] : []),
    ...(JSON.stringify(workflow.permissions) === '{}' ? [] : ['permissions of the workflow must be {}']),
    ...unpinned(text),
    ...jobs.flatMap(([name, job]) => faultsOfJob(name, job)),
  ];
}

function faultsOfJob(name: string, job: Job): readonly string[] {
  const steps = job.steps ?? [];
  return [
    ...(job.permissions === undefined ? [`${name}: no permissions of its own`] : []),
    ...(job['timeout-minutes'] === undefined ? [`${name}: no timeout-minutes`] : []),
    ...steps.flatMap(({ run, uses, with: inputs }) => [
      // An expression is put into the script as text: what it says is run. Through env it is data.
      ...(run?.includes('${{') === true ? [`${name}: an expression inside run: ${run.split('\n', 1)[0]}`] : []),
      ...(uses?.startsWith('actions/checkout@') === true && inputs?.['persist-credentials'] !== false
        ? [`${name}: checkout leaves its token on disk`]
        : []),
    ]),
  ];
}

const PINNED = /^\s*(?:- )?uses: (?<action>[\w.-]+\/[\w./-]+)@(?<commit>[0-9a-f]{40}) # v(?<version>\d+\.\d+\.\d+)$/;

function usesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => /^\s*(- )?uses:/.test(line));
}

/** A tag can be moved to another commit; and the comment says which one it was, for people and for Dependabot. */
function unpinned(text: string): readonly string[] {
  return usesOf(text)
    .filter((line) => !PINNED.test(line))
    .map((line) => `not pinned to a commit with its version: ${line.trim()}`);
}

export function pinsOf(text: string): readonly Pin[] {
  return usesOf(text).flatMap((line) => {
    const { action, commit, version } = PINNED.exec(line)?.groups ?? {};
    return action === undefined || commit === undefined || version === undefined ? [] : [{ action, commit, version }];
  });
}
