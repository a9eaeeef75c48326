// What a check is: what it looks at and why, and one pure function from an installation to its problems.
import type { Command } from '../shell-quote.ts';
import { commandsOf, type Fix, fixInWords } from './fix.ts';
import { type Installation, type Listed, type Look, type Right, SINGLES, type Single } from './installation.ts';

export interface Problem {
  /** skipped where a check looks at several things, and one could not be looked at. */
  readonly status: 'warning' | 'error' | 'skipped';
  /** Kind/namespace/name. */
  readonly subject: string;
  /** What is wrong and why it matters. */
  readonly message: string;
  /** The command or the line that fixes it. */
  readonly fix: Fix;
}

/** A line of the report. */
export interface Diagnosis {
  readonly id: string;
  readonly status: 'ok' | 'warning' | 'error' | 'skipped';
  readonly subject: string;
  readonly message: string;
  /** "" for none. */
  readonly fix: string;
  /** Those in `fix`, to be run without a shell. */
  readonly commands: readonly Command[];
}

/** What the program knows of itself, and an installation has to agree with. */
export interface Expectations {
  readonly ruleIds: readonly string[];
  /** What the guard asks the API server for, unless it runs with --no-cluster. */
  readonly rights: readonly Right[];
  /** Whether the policy leaves the namespace alone. */
  readonly isExcluded: (namespace: string) => boolean;
}

type Source = Single | Listed | 'clocks' | 'rights';

export interface Check {
  readonly id: string;
  /** For docs/doctor.md: what is looked at. */
  readonly looksAt: string;
  /** For docs/doctor.md: what happens where it is not so. */
  readonly why: string;
  /** Said where there is no problem. */
  readonly ok: string;
  /** Objects that must be there, and what must have been looked at; otherwise the check is skipped. */
  readonly needs: readonly Source[];
  /** The object that the line is about. */
  readonly subject: (installation: Installation) => string;
  readonly run: (installation: Installation, expected: Expectations) => readonly Problem[];
}

/** Never throws for any content of the objects; results are in the order of the checks. */
export function diagnose(
  checks: readonly Check[],
  installation: Installation,
  expected: Expectations,
): readonly Diagnosis[] {
  return checks.flatMap((check): readonly Diagnosis[] => {
    const { id } = check;
    const skipped = check.needs.map((source) => whyNot(installation, source)).find((why) => why !== undefined);
    const subject = check.subject(installation);
    if (skipped !== undefined) return [{ id, subject, ...told({ status: 'skipped', ...skipped }) }];
    // Two webhooks, or two bindings, may stumble over the same thing.
    const problems = [...new Map(check.run(installation, expected).map((one) => [JSON.stringify(one), one])).values()];
    if (problems.length > 0) return problems.map((problem) => ({ id, subject: problem.subject, ...told(problem) }));
    return [{ id, status: 'ok', subject, message: check.ok, fix: '', commands: [] }];
  });
}

function told({
  status,
  message,
  fix,
}: Omit<Problem, 'subject'>): Pick<Diagnosis, 'status' | 'message' | 'fix' | 'commands'> {
  return { status, message, fix: fixInWords(fix), commands: commandsOf(fix) };
}

interface Skipped {
  readonly message: string;
  readonly fix: Fix;
}

function whyNot(installation: Installation, source: Source): Skipped | undefined {
  const look: Look<unknown> = installation[source];
  if (!look.seen) return { message: look.reason, fix: look.command };
  if (look.value !== undefined || !isSingle(source)) return undefined;
  return {
    message: `there is no ${SINGLE_NAMES[source]} to look at`,
    fix: 'First fix what the line "installed" reports.',
  };
}

function isSingle(source: Source): source is Single {
  return SINGLES.some((single) => single === source);
}

export const SINGLE_NAMES: Readonly<Record<Single, string>> = {
  mutating: 'MutatingWebhookConfiguration',
  validating: 'ValidatingWebhookConfiguration',
  namespace: 'Namespace',
  service: 'Service',
  deployment: 'Deployment',
  serviceAccount: 'ServiceAccount',
  secret: 'Secret',
};

export function aboutDeployment({ guard }: Installation): string {
  return `Deployment/${guard.namespace}/${guard.name}`;
}

export function aboutService({ guard }: Installation): string {
  return `Service/${guard.namespace}/${guard.name}`;
}

export function aboutWebhooks({ guard }: Installation): string {
  return `WebhookConfigurations/${guard.name}`;
}
