// Which test files begin first: one that takes long and begins last has all the others wait for it. Vitest goes by what each took the
// last time; after `npm ci` it knows nothing of that, and goes by their sizes, where these would come last.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const LONG = [
  'test/agreement/',
  'test/npm/package.test.ts',
  'test/plan/robustness.test.ts',
  'test/server/memory.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.some((one) => moduleId.includes(`/${one}`));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
