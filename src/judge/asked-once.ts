// The catalogue asked once for each question: several rules ask the same of one workload.
import type { Container, Workload } from '../kubernetes/objects.ts';
import type { AppAnswer, AppCatalogue, AppRequest } from '../plan/app.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

interface Answers {
  readonly workload: Workload;
  readonly byQuestion: Map<string, AppAnswer | undefined>;
}

/** Holds while nothing changes that the answers depend on: for snapshots in which the ConfigMaps are the same. */
export class AskedOnce implements AppCatalogue {
  readonly #apps: AppCatalogue;
  readonly #known = new Map<Container, Answers>();

  /** @param apps one that is asked once already stays the one that it is */
  static of(apps: AppCatalogue): AskedOnce {
    return apps instanceof AskedOnce ? apps : new AskedOnce(apps);
  }

  private constructor(apps: AppCatalogue) {
    this.#apps = apps;
  }

  healthyRequestsOf(workload: Workload, container: Container, snapshot: Snapshot): readonly AppRequest[] {
    return this.#apps.healthyRequestsOf(workload, container, snapshot);
  }

  answerOf(workload: Workload, container: Container, request: AppRequest, snapshot: Snapshot): AppAnswer | undefined {
    const found = this.#known.get(container);
    const answers = found?.workload === workload ? found : { workload, byQuestion: new Map() };
    if (answers !== found) this.#known.set(container, answers);
    const { protocol = '', port, host = '', path } = request;
    const question = `${protocol} ${port} ${host} ${path}`;
    const { byQuestion } = answers;
    if (!byQuestion.has(question))
      byQuestion.set(question, this.#apps.answerOf(workload, container, request, snapshot));
    return byQuestion.get(question);
  }
}
