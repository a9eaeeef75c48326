// What is logged of reports: each thing once, until it is otherwise.
import type { Logger } from 'pino';
import { apiVersionOf, REPORT_KINDS, REPORT_NAME, type ReportKind } from '../../kubernetes/report-kinds.ts';
import type { ReportProblem, ReportVerb } from './report-sync.ts';

/** Different refusals are logged; all are counted. */
const MAX_REFUSALS = 20;
const MAX_FOREIGN = 20;

export class ReportLog {
  readonly #logger: Pick<Logger, 'info' | 'warn'>;
  readonly #missing = new Set<ReportVerb>();
  readonly #refusals = new Set<string>();
  readonly #foreign = new Set<string>();
  #api: string | undefined;
  #hasTrouble = false;

  constructor(logger: Pick<Logger, 'info' | 'warn'>) {
    this.#logger = logger;
  }

  /** @param kind undefined where the cluster has none */
  uses(kind: ReportKind | undefined): void {
    const api = kind === undefined ? '' : nameOf(kind);
    if (api === this.#api) return;
    this.#api = api;
    if (kind !== undefined) this.#logger.info({ api }, 'reports are written');
    else this.#logger.warn({ missing: REPORT_KINDS.map(nameOf) }, NO_API);
  }

  foreign(kind: ReportKind, namespace: string): void {
    const report = `${nameOf(kind)} ${namespace}/${REPORT_NAME}`;
    if (this.#foreign.has(report) || this.#foreign.size >= MAX_FOREIGN) return;
    this.#foreign.add(report);
    this.#logger.warn({ report }, FOREIGN);
  }

  /** The API server let the guard do it. */
  did(verbs: readonly ReportVerb[], hasWritten: boolean): void {
    for (const verb of verbs) {
      if (this.#missing.delete(verb)) this.#logger.info({ verb }, 'the right to reports is there now');
    }
    if (!hasWritten || !this.#hasTrouble) return;
    this.#hasTrouble = false;
    this.#logger.info('the reports of the audit are written again');
  }

  problem(problem: ReportProblem): void {
    switch (problem.kind) {
      case 'no-right':
        if (this.#missing.has(problem.verb)) return;
        this.#missing.add(problem.verb);
        this.#logger.warn({ reason: problem.reason, verb: problem.verb, rules: RULES }, NO_RIGHT);
        return;
      case 'refused':
        if (this.#refusals.has(problem.reason) || this.#refusals.size >= MAX_REFUSALS) return;
        this.#refusals.add(problem.reason);
        this.#logger.warn({ reason: problem.reason }, 'a report of the audit is refused');
        return;
      case 'trouble':
        if (!this.#hasTrouble) this.#logger.warn({ reason: problem.reason }, TROUBLE);
        this.#hasTrouble = true;
        return;
      case 'gone':
        return;
    }
  }
}

const NO_API = 'no reports are written: the cluster has no API for them; it is looked for again';
const NO_RIGHT = 'a right to reports is missing; add these rules to the ClusterRole';
const FOREIGN = "a report of this name is somebody else's: it is left alone, and its namespace has none of the guard";
const TROUBLE = 'the reports of the audit cannot be written now; they are tried again';

/** As they can be pasted into a ClusterRole. */
const RULES: readonly string[] = [
  reportRule('["create"]'),
  reportRule('["get", "list", "update", "delete"]', `resourceNames: ["${REPORT_NAME}"], `),
];

function reportRule(verbs: string, names = ''): string {
  const of = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;
  const groups = of(REPORT_KINDS.map(({ group }) => group));
  const resources = of(REPORT_KINDS.map(({ plural }) => plural));
  return `- { apiGroups: ${groups}, resources: ${resources}, ${names}verbs: ${verbs} }`;
}

function nameOf(kind: ReportKind): string {
  return `${kind.plural}.${apiVersionOf(kind)}`;
}
