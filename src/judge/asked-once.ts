// The catalogue asked once for each question: several rules ask the same of one workload.
import type { Container, Workload } from '../kubernetes/objects.ts';
import type { AppAnswer, AppCatalogue } from '../plan/app.ts';

interface Answers {
  readonly workload: Workload;
  readonly byQuestion: Map<string, AppAnswer | undefined>;
}

/** Holds while nothing changes that the answers depend on: as long as one judge is used. */
export function askedOnce(apps: AppCatalogue): AppCatalogue {
  const known = new Map<Container, Answers>();
  return {
    healthyRequestsOf: (workload, container, snapshot) => apps.healthyRequestsOf(workload, container, snapshot),
    answerOf: (workload, container, request, snapshot) => {
      const found = known.get(container);
      const answers = found?.workload === workload ? found : { workload, byQuestion: new Map() };
      if (answers !== found) known.set(container, answers);
      const { protocol = '', port, host = '', path } = request;
      const question = `${protocol} ${port} ${host} ${path}`;
      const { byQuestion } = answers;
      if (!byQuestion.has(question)) byQuestion.set(question, apps.answerOf(workload, container, request, snapshot));
      return byQuestion.get(question);
    },
  };
}
