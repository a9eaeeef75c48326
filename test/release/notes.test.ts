// The notes of a release, from the changelog.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { notesOf } from '../../scripts/release/notes.ts';

const ROOT = new URL('../../', import.meta.url);

const CHANGELOG = `# Changelog

## Unreleased

### Added
- what comes next

## 1.2.0 - 2026-03-04

### Added
- one thing
  in two lines

### Fixed
- another

## [1.1.0] - 2026-01-02

- the first
`;

describe('the notes of a release', () => {
  it('are its section of the changelog, and nothing of the others', () => {
    expect(notesOf(CHANGELOG, 'v1.2.0', '1.2.0')).toBe(
      '### Added\n- one thing\n  in two lines\n\n### Fixed\n- another\n',
    );
    expect(notesOf(CHANGELOG, 'v1.1.0', '1.1.0')).toBe('- the first\n');
  });

  it.each([
    ['the tag is another version than package.json', CHANGELOG, 'v1.2.0', '1.1.0', 'The tag is v1.2.0'],
    ['the tag has no v', CHANGELOG, '1.2.0', '1.2.0', 'The tag is 1.2.0'],
    ['there is no section', CHANGELOG, 'v1.3.0', '1.3.0', 'no section "## 1.3.0'],
    ['a section is only nearly so called', CHANGELOG, 'v1.2', '1.2', 'no section "## 1.2 '],
    ['there are two', `${CHANGELOG}\n## 1.2.0 - 2026-05-06\n- x\n`, 'v1.2.0', '1.2.0', '2 sections'],
    ['it is empty', '## 1.0.0 - 2026-01-01\n\n## 0.9.0 - 2025-01-01\n- x\n', 'v1.0.0', '1.0.0', 'is empty'],
    ['it has no day', '## 1.0.0\n- x\n', 'v1.0.0', '1.0.0', 'lacks its day'],
  ])('do not exist where %s', (_, changelog, tag, version, said) => {
    expect(() => notesOf(changelog, tag, version)).toThrow(said);
  });

  it('stop the workflow where the changelog of this repository does not have them', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/release-notes.ts', 'v999.0.0'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^The tag is v999\.0\.0, and package\.json has the version \d+\.\d+\.\d+\.\n$/);
  });
});

describe('the changelog', () => {
  it('begins with what is not released yet, and names each version once, with its day', () => {
    const headings = readFileSync(new URL('CHANGELOG.md', ROOT), 'utf8').match(/^## .*$/gm) ?? [];
    expect(headings[0]).toBe('## Unreleased');
    for (const heading of headings.slice(1)) expect(heading).toMatch(/^## \d+\.\d+\.\d+ - \d{4}-\d{2}-\d{2}$/);
    expect(new Set(headings).size).toBe(headings.length);
  });
});
