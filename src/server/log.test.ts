import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('go out together a moment later', () => {
    const { written, logger } = logTo();
    logger.info('one');
    logger.info('two');
    expect(written).toEqual([]);
    vi.advanceTimersByTime(10);
    logger.info('three');
    vi.advanceTimersByTime(10);
    expect(messagesIn(written)).toEqual([['one', 'two'], ['three']]);
    expect(written.every((lines) => lines.endsWith('\n'))).toBe(true);
  });

  it.each(['warn', 'error', 'fatal'] as const)('go at once where one is of level %s, in their order', (level) => {
    const { written, logger } = logTo();
    logger.info('before');
    logger[level]('now');
    expect(messagesIn(written)).toEqual([['before', 'now']]);
    vi.runAllTimers();
    expect(written).toHaveLength(1);
  });

  it('go at once where there are many', () => {
    const { written, logger } = logTo();
    for (let index = 0; index < 100; index += 1) logger.info('x'.repeat(200));
    expect(written.length).toBeGreaterThan(0);
    vi.runAllTimers();
    expect(messagesIn(written).flat()).toHaveLength(100);
  });
});
