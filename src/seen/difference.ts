// One difference between what was predicted and what is seen.
import { type Command, operand, shellCommand } from '../shell-quote.ts';

/** Kebab-case, for programs: docs/explain-live.md says what each means. */
export const DIFFERENCE_IDS = [
  'not-taken-yet',
  'never-taken',
  'no-address',
  'keeps-old-configuration',
  'left-behind',
  'backend-unhealthy',
  'backend-health-unknown',
  'neg-missing',
  'neg-without-zones',
  'instance-group-instead-of-neg',
  'neg-instead-of-instance-group',
  'backend-not-in-load-balancer',
  'backend-not-in-plan',
  'front-end-missing',
  'front-end-not-in-plan',
  'address-is-internal',
  'event-predicted',
  'event-not-predicted',
] as const;

export type DifferenceId = (typeof DIFFERENCE_IDS)[number];

export interface Difference {
  readonly id: DifferenceId;
  /** What it means, in whole sentences on one line. */
  readonly message: string;
  /** What to do or to type next. */
  readonly next: NextStep;
  /** Whether the plan names the cause already. */
  readonly isPredicted: boolean;
  /** BackendPlan.key where it concerns one backend of the plan. */
  readonly backend: string | undefined;
}

/** A command that can be pasted, or an instruction in one line. */
export type NextStep = { readonly command: Command } | { readonly text: string };

export function nextInWords(next: NextStep): string {
  return 'command' in next ? shellCommand(next.command) : next.text;
}

export function describing(kind: string, name: string, namespace: string): NextStep {
  return { command: ['kubectl', 'describe', kind, operand(name), '-n', namespace] };
}

export const MINUTE_MS = 60_000;

/** `40 s`, `12 min`, `3 h`, `5 days` */
export function ageInWords(ageMs: number): string {
  const seconds = Math.max(0, Math.round(ageMs / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
