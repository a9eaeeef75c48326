import { describe, expect, it } from 'vitest';
import type { LocatedFinding } from './check-report.ts';
import { excerptLines } from './source-excerpt.ts';

const LINE = `{"before":"${'a'.repeat(60)}","class":"gce","after":"${'z'.repeat(60)}"}`;
const AT = LINE.indexOf('gce');

function excerptOf(source: string, at: number, width: number): readonly string[] {
  const located: Pick<LocatedFinding, 'line' | 'mark'> = {
    line: 1,
    mark: { source, column: at + 1, endColumn: at + 4 },
  };
  return excerptLines(located, width);
}

describe('a source line that is too long', () => {
  it('says at both ends that it was cut, with the mark where it belongs', () => {
    const [text = '', carets = ''] = excerptOf(LINE, AT, 60);
    expect(text).toHaveLength(60);
    expect(text).toMatch(/^ {4}1 \| ….*…$/u);
    expect(text.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('gce');
  });

  it('says it at the end alone where its beginning is shown, and nowhere where all of it is', () => {
    expect(excerptOf(LINE, 2, 60)[0]).toMatch(/^ {4}1 \| \{.*…$/u);
    expect(excerptOf(LINE, AT, 400)[0]).toBe(`    1 | ${LINE}`);
  });
});
