import { describe, expect, it } from 'vitest';
import { WIDTH, wrapCommand, wrapProse } from './explain-wrap.ts';

describe('wrapProse', () => {
  it('leaves a short text on its line', () => {
    expect(wrapProse('  Fix: ', 'this and that', 6)).toEqual(['  Fix: this and that']);
  });

  it('indents the lines that follow', () => {
    const lines = wrapProse('  a: ', 'word '.repeat(40).trim(), 5);
    expect(lines.map((line) => line.length <= WIDTH)).toEqual(lines.map(() => true));
    expect(lines.slice(1).every((line) => line.startsWith('     word'))).toBe(true);
    expect(lines.join(' ').replaceAll(/ +/g, ' ')).toBe(` a: ${'word '.repeat(40).trim()}`);
  });

  it('gives a word that is longer than a line a line of its own, uncut', () => {
    const name = 'x'.repeat(100);
    expect(wrapProse('', `a ${name} b`, 2)).toEqual(['a', `  ${name}`, '  b']);
  });
});

describe('wrapCommand', () => {
  it('can be pasted: it breaks between arguments, and the shell is told', () => {
    const command = `kubectl annotate service checkout -n production cloud.google.com/neg='{"ingress": true, "exposed_ports": {}}'`;
    expect(wrapCommand('  Fix: ', command, 6)).toEqual([
      '  Fix: kubectl annotate service checkout -n production \\',
      `      cloud.google.com/neg='{"ingress": true, "exposed_ports": {}}'`,
    ]);
  });
});
