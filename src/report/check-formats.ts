// Every format of `check` and `audit`, from one report; `html` is apart, for it shows plans.
import { renderCheckGithub } from './check-github.ts';
import { renderCheckGitlab } from './check-gitlab.ts';
import { renderCheckJson } from './check-json.ts';
import { renderCheckJunit } from './check-junit.ts';
import type { CheckReport } from './check-report.ts';
import { renderCheckSarif } from './check-sarif.ts';
import { renderCheckText, type TextOptions } from './check-text.ts';

export const CHECK_FORMATS = ['text', 'json', 'sarif', 'junit', 'github', 'gitlab'] as const;

export type CheckFormat = (typeof CHECK_FORMATS)[number];

export function renderCheck(format: CheckFormat, report: CheckReport, options: TextOptions): string {
  switch (format) {
    case 'text':
      return renderCheckText(report, options);
    case 'json':
      return renderCheckJson(report);
    case 'sarif':
      return renderCheckSarif(report);
    case 'junit':
      return renderCheckJunit(report);
    case 'github':
      return renderCheckGithub(report);
    case 'gitlab':
      return renderCheckGitlab(report);
  }
}
