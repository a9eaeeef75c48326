// The order in which test files start. One that takes long and starts late keeps a run waiting when all others are done. Vitest knows
// how long each took the last time, but forgets it with node_modules (`npm ci`), and starts the largest files first then: these take
// long for what they wait for or run, not for their size.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const LONG = [
  'test/cluster/chart.test.ts',
  'test/cluster/neg-on-update.test.ts',
  'test/cluster/audit-reports.test.ts',
  'test/cluster/image.test.ts',
  'test/cluster/asker-learned.test.ts',
  'test/cluster/asker.test.ts',
  'test/cluster/asker-refusals.test.ts',
  'test/cluster/ask.test.ts',
  'test/cluster/lost-admissions.test.ts',
  'test/cluster/observed-add-on.test.ts',
  'test/controller/controller.test.ts',
  'test/agreement/',
  'test/npm/package.test.ts',
  'test/plan/robustness.test.ts',
  'test/server/memory.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    // Vitest has put each project's own beside each other.
    return [...Map.groupBy(sorted, ({ project }) => project.name).values()].flatMap((own) =>
      own.toSorted((a, b) => rank(a) - rank(b)),
    );
  }
}

function rank({ moduleId }: TestSpecification): number {
  const index = LONG.findIndex((file) => moduleId.includes(`/${file}`));
  return index === -1 ? LONG.length : index;
}
