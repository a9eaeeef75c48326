// What a mark means, in words too: colour alone says nothing to many readers, and nothing on paper.
import type { CardView, FindingView } from '../view.ts';
import { count } from './dom.ts';

/** How bad: a certain error, a certain warning, what is only possible, what is worth knowing, nothing. */
export type Level = 'error' | 'warning' | 'possible' | 'info' | 'none';

export const LEVELS: readonly Level[] = ['error', 'warning', 'possible', 'info', 'none'];

export const MARKS: Readonly<Record<Level, string>> = { error: '✗', warning: '!', possible: '?', info: 'i', none: '✓' };

export function levelOf({ severity, certain }: FindingView): Level {
  if (severity === 'info') return 'info';
  return certain ? severity : 'possible';
}

export function labelOf({ severity, certain }: FindingView): string {
  return certain ? severity : `possible ${severity}`;
}

export function worstOf(findings: readonly FindingView[]): Level {
  return LEVELS.find((level) => findings.some((finding) => levelOf(finding) === level)) ?? 'none';
}

export function countsOf({ findings }: CardView): string {
  const number = (level: Level): number => findings.filter((finding) => levelOf(finding) === level).length;
  const parts = [
    [number('error'), 'error', 'errors'],
    [number('warning'), 'warning', 'warnings'],
    [number('possible'), 'possible', 'possible'],
    [number('info'), 'note', 'notes'],
  ] as const;
  const shown = parts.filter(([one]) => one > 0).map(([one, word, many]) => count(one, word, many));
  return shown.length === 0 ? 'nothing found' : shown.join(', ');
}
