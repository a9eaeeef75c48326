import axeCore from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What axe-core finds wrong, by its rules of WCAG 2.2 AA and its best practices. */
export async function axe(page: Page): Promise<readonly string[]> {
  // The page's policy lets no other script in; the protocol of the debugger asks no policy.
  const script = `${axeCore.source}; axe.run().then(({ passes, violations }) => ({
    passes: passes.length, violations: violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join(' ')) }))`;
  const { passes, violations } = (await page.evaluate(script)) as { passes: number; violations: readonly string[] };
  expect(passes).toBeGreaterThan(20);
  return violations;
}
