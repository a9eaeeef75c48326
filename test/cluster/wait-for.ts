import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until the answer is the one waited for, and returns it. An `ask` that throws ends the waiting.
 *
 * @throws {Error} with `what` and the last answer, once `timeoutMs` have passed.
 */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T>,
  isIt: (answer: T) => boolean,
  { timeoutMs = 20_000, intervalMs = 50 }: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    if (performance.now() >= deadline) {
      throw new Error(`Waited ${timeoutMs / 1000} s for ${what}, in vain. The last answer: ${JSON.stringify(answer)}`);
    }
    await delay(intervalMs);
  }
}
