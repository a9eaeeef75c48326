// The options of `audit`.
import { type Command, Option } from 'commander';
import { CHECK_FORMATS } from '../../report/check-formats.ts';
import type { Io } from '../io.ts';
import { addGke, CONTEXT, collect, FACTS, formatOption, KUBECONFIG, POLICY, type SetExitCode } from '../options.ts';
import type { AuditOptions } from './asked.ts';

const SEVERITIES = ['error', 'warning'] as const;

export function addAudit(program: Command, io: Io, setExitCode: SetExitCode): void {
  const command = program
    .command('audit')
    .description('judge what is stored in a cluster: certain errors and warnings, whatever their mode (docs/audit.md)')
    .option('-n, --namespace <namespace>', 'only objects of this namespace; left out: of every one')
    .option('--rule <id>', 'only what this rule finds; may be repeated', collect)
    .addOption(
      new Option('--severity <severity>', 'only findings from this severity on').choices(SEVERITIES).default('warning'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on').choices(SEVERITIES).default('error'),
    )
    .option('--watch', 'go on, and print what changes', false)
    .option(...POLICY)
    .addOption(formatOption(...CHECK_FORMATS, 'html'))
    .option('-q, --quiet', 'as text, one line for each error and warning, and nothing else', false)
    .option(...KUBECONFIG)
    .option(...CONTEXT)
    .option(...FACTS);
  addGke(command).action(async ({ rule: rules = [], kubeconfig, context, ...given }: AuditFlags) => {
    const options: AuditOptions = { ...given, rules, live: { kubeconfig, context }, version: program.version() ?? '' };
    if (given.watch && given.format !== 'text' && given.format !== 'json')
      command.error('error: --watch prints as text or json: what changes is no document');
    const { audit } = await import('./audit.ts');
    setExitCode(await audit(options, io));
  });
}

type AuditFlags = Omit<AuditOptions, 'rules' | 'live' | 'version'> &
  AuditOptions['live'] & { readonly rule?: readonly string[] };
