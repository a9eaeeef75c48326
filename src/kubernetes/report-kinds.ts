// The kinds in which policy dashboards look for findings. The reader of both is the same, and so are their results
// (github.com/openreports/reports-api v0.2.1; github.com/kyverno/kyverno v1.19.1 config/crds/policyreport).

export interface ReportKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** As paths and RBAC name it. */
  readonly plural: string;
  /** Whether the report itself has a field `source`; a result has it in both. */
  readonly hasSource: boolean;
}

/** The first that a cluster has is written: the older API is what the newer one replaces. */
export const REPORT_KINDS: readonly ReportKind[] = [
  { group: 'openreports.io', version: 'v1alpha1', kind: 'Report', plural: 'reports', hasSource: true },
  { group: 'wgpolicyk8s.io', version: 'v1alpha2', kind: 'PolicyReport', plural: 'policyreports', hasSource: false },
];

/** Of the one report in each namespace: RBAC can give a right by name, and by nothing else that tells whose an object is. */
export const REPORT_NAME = 'gke-ingress-guard';

export const MANAGED_BY = 'app.kubernetes.io/managed-by';

export function apiVersionOf({ group, version }: Pick<ReportKind, 'group' | 'version'>): string {
  return `${group}/${version}`;
}
