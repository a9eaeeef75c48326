// pre-commit itself, with the hook of this repository; and what GitHub, GitLab and pre-commit publish about the form of their files.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonOf } from '../real-apps/install.ts';
import { ingress } from '../support/objects.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PROGRAMS = ['pre-commit==4.7.0', 'check-jsonschema==0.39.0'];
const INSTALL_MS = 10 * 60_000;

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

function run(module: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Ended {
  const all = { ...process.env, ...env };
  const python = pythonOf(PROGRAMS);
  const { status, stdout, stderr } = spawnSync(python, ['-m', module, ...args], { cwd, env: all, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

describe('the form of', () => {
  it.each([
    ['action.yml', 'github-actions', []],
    ['deploy/ci/gitlab.yml', 'gitlab-ci', ['--data-transform=gitlab-ci']],
  ])('%s is right', (file, schema, more) => {
    const args = [`--builtin-schema=vendor.${schema}`, ...more];
    expect(run('check_jsonschema', [...args, file], ROOT)).toEqual({ status: 0, output: 'ok -- validation done\n' });
    const wrong = join(directory, 'wrong.yml');
    writeFileSync(wrong, 'inputs: 1\njob: { script: 1 }\n');
    expect(run('check_jsonschema', [...args, wrong], ROOT).status).toBe(1);
  });

  it('.pre-commit-hooks.yaml is right', () => {
    expect(run('pre_commit', ['validate-manifest', '.pre-commit-hooks.yaml'], ROOT)).toEqual({ status: 0, output: '' });
  });
});

let directory = '';
let source = '';
let project = '';
const env = (): NodeJS.ProcessEnv => ({
  // A Node.js below it would not count as the machine's.
  HOME: join(directory, 'home'),
  PRE_COMMIT_HOME: join(directory, 'cache'),
  PATH: [join(directory, 'bin'), process.env['PATH']].join(delimiter),
});

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'guard-pre-commit-'));
  // The tests' own Node.js: that of the machine may be too old. pre-commit looks for Debian's name first.
  for (const name of ['bin', 'home']) mkdirSync(join(directory, name));
  for (const name of ['node', 'nodejs']) symlinkSync(process.execPath, join(directory, 'bin', name));
  source = repository('source');
  // What is committed, and what is not yet: a clone of this repository would have the former alone.
  const names = git(ROOT, ['ls-files', '--cached', '--others', '--exclude-standard']);
  const packed = spawnSync('tar', ['-cf', '-', '--ignore-failed-read', '-T', '-'], {
    cwd: ROOT,
    input: names,
    maxBuffer: 2 ** 28,
  });
  spawnSync('tar', ['-xf', '-'], { cwd: source, input: packed.stdout });
  commit(source);
  project = repository('project');
}, INSTALL_MS);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function repository(name: string): string {
  const path = join(directory, name);
  mkdirSync(path);
  git(path, ['init', '--quiet', '--initial-branch=main']);
  return path;
}

function commit(path: string): string {
  git(path, ['add', '--all']);
  git(path, ['-c', 'user.name=test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '--message=x']);
  return git(path, ['rev-parse', 'HEAD']).trim();
}

function git(cwd: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout;
}

describe('the hook', () => {
  const configure = (hook: Readonly<Record<string, unknown>>): void => {
    const repo = {
      repo: source,
      rev: git(source, ['rev-parse', 'HEAD']).trim(),
      hooks: [{ id: 'gke-ingress-guard', ...hook }],
    };
    writeFileSync(join(project, '.pre-commit-config.yaml'), JSON.stringify({ repos: [repo] }));
    git(project, ['add', '--all']);
  };
  const place = (file: string, text: string): void => {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), text);
  };
  const hook = () => run('pre_commit', ['run'], project, env());
  const broken = JSON.stringify(ingress({ ingressClassName: 'gce' }));

  it('is built from the repository, and refuses a commit with what is certain', { timeout: INSTALL_MS }, () => {
    place('k8s/web.yaml', broken);
    place('notes.txt', 'not for it');
    configure({});
    const { status, output } = hook();
    expect(output).toContain('gke-ingress-guard........................................................Failed');
    expect(output).toContain('[ingress-class-name-ignored]');
    expect(status).toBe(1);
  });

  it('takes a directory in place of the files, as the page has it', () => {
    place('facts.yaml', 'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\nhttpLoadBalancing: disabled\n');
    place('k8s/web.yaml', JSON.stringify(ingress({ class: 'gce' })));
    commitAll();
    configure({ args: ['k8s', '--facts=facts.yaml'], pass_filenames: false, files: '^k8s/' });
    place('k8s/other.yaml', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' } }));
    git(project, ['add', '--all']);
    const { status, output } = hook();
    expect(output).toContain('[http-load-balancing-disabled]');
    expect(status).toBe(1);
  });

  it('lets pass what is well', () => {
    place('k8s/web.yaml', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' } }));
    git(project, ['add', '--all']);
    const { status, output } = hook();
    expect(output).toContain('Passed');
    expect(status).toBe(0);
  });

  function commitAll(): void {
    git(project, ['add', '--all']);
    commit(project);
  }
});
