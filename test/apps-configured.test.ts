// What the guard says of web servers by their mounted configuration, against what the real programs answered.
import { describe, expect, it } from 'vitest';
import { CONFIGURATIONS, nameOf } from './apps/configurations.ts';
import { agrees, answerWords } from './support/app-agreement.ts';
import { answerConfigured } from './support/configured-pods.ts';

const ROWS = CONFIGURATIONS.flatMap((configured) =>
  Object.entries(configured.answers).map(([path, measured]) => ({
    name: nameOf(configured),
    configured,
    path,
    measured,
  })),
);

describe('a configuration in a mounted ConfigMap', () => {
  it.each(ROWS)('$name: $path is $measured', ({ configured, path, measured }) => {
    const answer = answerConfigured(configured, path);
    if (configured.unsure?.[path] === undefined) {
      expect([answerWords(answer), answer?.unless, agrees(answer, measured)]).toEqual([measured, undefined, true]);
      expect(answer).toMatchObject({ app: 'signal-web-server', source: 'signal' });
    } else expect(answer === undefined || answer.unless !== undefined, answerWords(answer)).toBe(true);
  });
});
