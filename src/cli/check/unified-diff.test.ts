// A diff is carried out line by line, by a reader of its own, and gives the new text.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

it('shows three lines around a change, and a missing line break at the end', () => {
  expect(unifiedDiff('k8s/a.yaml', '1\n2\n3\n4\n5\n6', '1\n2\n3\n4\nfive\n6')).toBe(
    '--- a/k8s/a.yaml\n+++ b/k8s/a.yaml\n@@ -2,5 +2,5 @@\n 2\n 3\n 4\n-5\n+five\n 6\n\\ No newline at end of file\n',
  );
});

it('takes two changes far from each other apart', () => {
  const before = Array.from({ length: 30 }, (_, index) => `${index}\n`);
  const after = before.with(3, 'x\n').with(20, 'y\n');
  expect(unifiedDiff('a', before.join(''), after.join('')).match(/^@@.*$/gm)).toEqual([
    '@@ -1,7 +1,7 @@',
    '@@ -18,7 +18,7 @@',
  ]);
});

/** As patch does it: lines of the old text where the head says, and in their place what the hunk has. */
function carryOut(before: string, diff: string): string {
  const old = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const result: string[] = [];
  let at = 0;
  for (const hunk of diff.split(/^(?=@@ )/m).slice(1)) {
    const [, start = '', count = ''] = /^@@ -(\d+),(\d+) /.exec(hunk) ?? [];
    const first = Number(count) === 0 ? Number(start) : Number(start) - 1;
    result.push(...old.slice(at, first));
    at = first;
    const body = hunk.slice(hunk.indexOf('\n') + 1).replaceAll('\n\\ No newline at end of file\n', '§');
    for (const line of body.match(/[^\n§]*[\n§]/g) ?? []) {
      const text = line.slice(1).replace('§', '');
      if (!line.startsWith('+')) {
        expect(old[at]).toBe(text);
        at += 1;
      }
      if (!line.startsWith('-')) result.push(text);
    }
    expect(at - first).toBe(Number(count));
  }
  return [...result, ...old.slice(at)].join('');
}

it('property: whoever carries it out has the new text', () => {
  const text = fc
    .tuple(
      fc.array(fc.constantFrom('a\n', 'b\n', 'c\r\n', '\n', '\td\n'), { maxLength: 40 }),
      fc.constantFrom('', 'end'),
    )
    .map(([lines, end]) => lines.join('') + end);
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(carryOut(before, unifiedDiff('a', before, after))).toBe(after);
    }),
    { numRuns: 1000 },
  );
});
