// The menu of the site. test/site.test.ts finds a page that is in none of its groups.

export interface Group {
  readonly title: string;
  /** In the repository, with what the menu calls it. */
  readonly pages: readonly (readonly [source: string, label: string])[];
}

export const NAVIGATION: readonly Group[] = [
  {
    title: 'Start',
    pages: [
      ['README.md', 'Overview'],
      ['docs/tour.md', 'A tour'],
      ['docs/install.md', 'Install'],
      ['docs/helm.md', 'Helm chart'],
      ['docs/self-signed.md', 'Without cert-manager'],
      ['docs/npm.md', 'The command line alone'],
      ['docs/comparison.md', 'Beside other tools'],
    ],
  },
  {
    title: 'Rules',
    pages: [
      ['docs/rules/README.md', 'All rules'],
      ['docs/coverage.md', 'Conditions of the controller'],
      ['docs/apps.md', 'Known apps'],
      ['docs/exemptions.md', 'Exemptions'],
    ],
  },
  {
    title: 'Command line',
    pages: [
      ['docs/files.md', 'check: files'],
      ['docs/fix.md', 'check --fix'],
      ['docs/base.md', 'check --base'],
      ['docs/formats.md', 'Output formats'],
      ['docs/explain-live.md', 'explain in a cluster'],
      ['docs/ask.md', 'ask: running Pods'],
      ['docs/asker.md', 'Pods asked in the cluster'],
      ['docs/audit.md', 'audit: what is stored'],
      ['docs/doctor.md', 'doctor'],
      ['docs/facts-file.md', 'The facts file'],
    ],
  },
  {
    title: 'Operate',
    pages: [
      ['docs/operations.md', 'Operations'],
      ['docs/gitops.md', 'Pipelines and GitOps'],
      ['docs/feedback-places.md', 'Where messages appear'],
      ['docs/facts.md', 'Facts of the cluster'],
      ['docs/live-view.md', 'View of the cluster'],
      ['docs/neg-injection.md', 'The NEG annotation'],
      ['docs/admission-policy.md', 'Admission policy'],
      ['docs/tls.md', 'TLS'],
      ['docs/errors.md', 'Error codes'],
      ['docs/troubleshooting.md', 'Troubleshooting'],
      ['docs/performance.md', 'Performance'],
    ],
  },
  {
    title: 'Project',
    pages: [
      ['ARCHITECTURE.md', 'Architecture'],
      ['docs/controller.md', 'The controller'],
      ['docs/adr/', 'Decisions'],
      ['CONTRIBUTING.md', 'Contributing'],
      ['CODE_OF_CONDUCT.md', 'Code of conduct'],
      ['SECURITY.md', 'Security'],
      ['docs/supply-chain.md', 'Supply chain'],
      ['docs/releases.md', 'Releases'],
      ['docs/support-policy.md', 'Support'],
      ['CHANGELOG.md', 'Changelog'],
      ['bench/RESULTS.md', 'Measured: peers'],
      ['bench/END-TO-END.md', 'Measured: end to end'],
      ['bench/FILES.md', 'What the commands take'],
      ['deploy/chart/README.md', 'Values of the chart'],
    ],
  },
];

/** Reached from the page beside it, and too many for a menu. */
export const LISTED_ELSEWHERE: readonly string[] = ['docs/rules/', 'docs/adr/'];
