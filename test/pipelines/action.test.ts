// action.yml, as far as one can tell without GitHub: its pins, its rights, and the script of its last step as the runner runs it.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { directoryOf } from '../cli/support.ts';
import { ingress } from '../support/objects.ts';
import { pinsOf } from '../support/workflows.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const text = readFileSync(join(ROOT, 'action.yml'), 'utf8');
const action: Action = parse(text);

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: {
    readonly steps: readonly {
      readonly name?: string;
      readonly uses?: string;
      readonly run?: string;
      readonly env?: Readonly<Record<string, string>>;
    }[];
  };
}

const step = (name: string) => action.runs.steps.find((one) => one.name === name);

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly output: string;
  readonly sarif: string | undefined;
  /** What is in the repository afterwards. */
  readonly files: readonly string[];
}

/** The step `check` as the runner starts a step of `shell: bash`, in a repository with these files. */
function runStep(files: Readonly<Record<string, string>>, inputs: Readonly<Record<string, string>>): Ran {
  const repository = directoryOf(files);
  const temporary = directoryOf({ output: '', 'script.sh': step('check')?.run ?? '' });
  const given = Object.entries(step('check')?.env ?? {}).map(([name, expression]) => {
    const input = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(expression)?.[1] ?? '';
    return [name, inputs[input] ?? action.inputs[input]?.default];
  });
  const env = {
    PATH: process.env['PATH'],
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    GITHUB_ACTION_PATH: ROOT,
    GITHUB_OUTPUT: join(temporary, 'output'),
    RUNNER_TEMP: temporary,
    ...Object.fromEntries(given),
  };
  const args = ['--noprofile', '--norc', '-eo', 'pipefail', join(temporary, 'script.sh')];
  const { status, stdout } = spawnSync('bash', args, { cwd: repository, env, encoding: 'utf8' });
  const output = readFileSync(join(temporary, 'output'), 'utf8').replaceAll(temporary, 'TEMP');
  const file = join(temporary, 'gke-ingress-guard.sarif');
  const sarif = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  return { status, stdout, output, sarif, files: readdirSync(repository).toSorted() };
}

const FACTS = 'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\nhttpLoadBalancing: disabled\n';
const FILES = { 'k8s/my web.yaml': JSON.stringify(ingress({ class: 'gce' })), 'a facts.yaml': FACTS };

describe('the action', () => {
  it('uses the actions of the workflows, at the same commits', () => {
    const ours = pinsOf(text);
    const workflow = pinsOf(readFileSync(join(ROOT, '.github/workflows/check.yml'), 'utf8'));
    expect(ours).toHaveLength(action.runs.steps.filter(({ uses }) => uses !== undefined).length);
    expect(workflow).toEqual(expect.arrayContaining(ours.map((pin) => expect.objectContaining(pin))));
  });

  it('puts no input into a script, where it would be run', () => {
    for (const { run = '' } of action.runs.steps) expect(run).not.toContain('${{');
  });

  it.each([
    ['--facts=facts.yaml\n--fail-on=warning', '--omit=dev'],
    ['', '--omit=dev'],
    ['--facts=facts.yaml\n--live', '--include=dev'],
  ])(
    'installs what the lock file says, with what asks a cluster where it is asked, and runs no script (%j)',
    (args, which) => {
      const bin = directoryOf({ npm: '#!/bin/sh\nprintf "%s\\n" "$@"\n', 'script.sh': step('install')?.run ?? '' });
      chmodSync(join(bin, 'npm'), 0o755);
      const words = ['--noprofile', '--norc', '-eo', 'pipefail', join(bin, 'script.sh')];
      const env = { PATH: `${bin}:${process.env['PATH']}`, GITHUB_ACTION_PATH: '/the action', ARGS: args };
      const { status, stdout } = spawnSync('bash', words, { env, encoding: 'utf8' });
      expect([status, stdout.trimEnd().split('\n')]).toEqual([
        0,
        ['ci', '--prefix', '/the action', which, '--ignore-scripts', '--no-audit', '--no-fund'],
      ]);
      expect(step('install')?.env).toEqual({ ARGS: `\${{ inputs.args }}` });
    },
  );

  it('annotates the line, and fails the step', () => {
    const inputs = { paths: 'k8s/my web.yaml\n', args: '--facts=a facts.yaml\n\n' };
    const { status, stdout, output, sarif } = runStep(FILES, inputs);
    expect(stdout).toMatch(/^::error file=k8s\/my web\.yaml,line=1,.*title=http-load-balancing-disabled::/);
    expect({ status, output, sarif }).toEqual({ status: 1, output: '', sarif: undefined });
  });

  it('takes the whole repository where nothing is said, and passes what is not certain', () => {
    expect(runStep(FILES, {})).toMatchObject({ status: 0 });
  });

  it('writes SARIF into a file that its output names, also where findings fail it', () => {
    const { status, stdout, output, sarif } = runStep(FILES, { args: '--facts=a facts.yaml', format: 'sarif' });
    expect({ status, stdout, output }).toEqual({
      status: 1,
      stdout: '',
      output: 'sarif=TEMP/gke-ingress-guard.sarif\n',
    });
    const { version, runs } = JSON.parse(sarif ?? '');
    expect(version).toBe('2.1.0');
    expect(runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(['http-load-balancing-disabled']);
  });

  it('says of an input that it does not know which there are', () => {
    expect(runStep(FILES, { format: 'xml' })).toMatchObject({ status: 2 });
  });

  it('takes an input as words, whatever stands in it', () => {
    const hostile = { paths: '$(touch pwned)\n; touch pwned', args: '`touch pwned`' };
    expect(runStep(FILES, hostile)).toMatchObject({ status: 2, files: ['a facts.yaml', 'k8s'] });
  });
});
