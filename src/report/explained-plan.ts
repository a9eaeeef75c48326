// What `explain` shows of one Ingress, before it is put into words: its plan, and where each finding is marked.
import type { AskedReport } from '../asked/asked.ts';
import type { Facts } from '../facts/facts.ts';
import type { ExplainedFinding } from '../judge/explained.ts';
import type { UnseenReference } from '../judge/references.ts';
import type { Workload } from '../kubernetes/objects.ts';
import type { AppAnswer } from '../plan/app.ts';
import type { IngressPlan } from '../plan/plan.ts';
import type { CatalogueEntry } from './asked-text.ts';
import type { SeenReport } from './explain-seen.ts';

export interface LocatedExplanation extends ExplainedFinding {
  /** Where the object is; undefined for one that is in the cluster only. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** Its cause is the cluster's, and is above all plans. */
  readonly isSaidAbove?: boolean;
}

/** What a workload behind a backend is known to answer to its health check. */
export interface KnownAnswer {
  /** Of the backend. */
  readonly key: string;
  readonly workload: Workload;
  readonly answer: AppAnswer;
}

export interface ExplainedPlan {
  readonly plan: IngressPlan;
  readonly facts: Facts;
  readonly findings: readonly LocatedExplanation[];
  /** What it and its parts name, and nobody has shown. */
  readonly unseen: readonly UnseenReference[];
  readonly answers: readonly KnownAnswer[];
  /** What the same image was seen to answer with other settings; the name of each says where. Left out: nothing was. */
  readonly hints?: readonly KnownAnswer[];
  /** What its Pods were heard to answer; left out: nobody has asked. */
  readonly asked?: AskedReport;
  /** What of it the catalogue does not have; with `asked` only. */
  readonly entries?: readonly CatalogueEntry[];
  /** What is seen of it in the cluster; undefined: nobody has looked. */
  readonly seen: SeenReport | undefined;
}
