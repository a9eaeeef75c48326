import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createLogger } from './log.ts';

function logTo(): { readonly written: string[]; readonly logger: ReturnType<typeof createLogger> } {
  const written: string[] = [];
  return { written, logger: createLogger((lines) => written.push(lines)) };
}

const messagesIn = (written: readonly string[]): readonly (readonly unknown[])[] =>
  written.map((lines) =>
    lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).msg),
  );

describe('lines of the log', () => {
  it('go out together once the turn of the loop is over', async () => {
    const { written, logger } = logTo();
    logger.info('one');
    logger.info('two');
    expect(written).toEqual([]);
    await nextTurn();
    logger.info('three');
    await nextTurn();
    expect(messagesIn(written)).toEqual([['one', 'two'], ['three']]);
    expect(written.every((lines) => lines.endsWith('\n'))).toBe(true);
  });

  it.each(['warn', 'error', 'fatal'] as const)('go at once where one is of level %s, in their order', async (level) => {
    const { written, logger } = logTo();
    logger.info('before');
    logger[level]('now');
    expect(messagesIn(written)).toEqual([['before', 'now']]);
    await nextTurn();
    expect(written).toHaveLength(1);
  });
});
