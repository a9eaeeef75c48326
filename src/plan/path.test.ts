import { describe, expect, it } from 'vitest';
import { translatePath, whyGoogleRefuses } from './path.ts';

/** Facts §5.2 */
describe('translatePath', () => {
  it.each([
    ['/', 'Prefix', ['/*']],
    ['/foo', 'Prefix', ['/foo', '/foo/*']],
    ['/foo/', 'Prefix', ['/foo', '/foo/*']],
    ['/foo//', 'Prefix', ['/foo/', '/foo//*']],
    ['/', 'Exact', ['/']],
    ['/foo', 'Exact', ['/foo']],
    ['/foo/', 'Exact', ['/foo/']],
    ['/', 'ImplementationSpecific', ['/']],
    ['/foo/*', 'ImplementationSpecific', ['/foo/*']],
    ['/foo*', 'ImplementationSpecific', ['/foo*']],
    ['', 'ImplementationSpecific', ['/*']],
    ['', undefined, ['/*']],
    ['/foo', undefined, ['/foo']],
  ])('%j of type %s becomes %j', (path, pathType, paths) => {
    expect(translatePath(path, pathType)).toEqual({ ok: true, paths });
  });

  it.each([
    ['', 'Exact', 'C14'],
    ['/*', 'Exact', 'C14'],
    ['', 'Prefix', 'C15'],
    ['/*', 'Prefix', 'C15'],
    ['/a*b', 'Prefix', 'C15'],
    ['/', 'exact', 'C16'],
    ['/', '', 'C16'],
  ])('%j of type %j fails with %s', (path, pathType, condition) => {
    expect(translatePath(path, pathType)).toMatchObject({ ok: false, condition });
  });
});

describe('whyGoogleRefuses', () => {
  it.each(['/', '/*', '/foo', '/foo/*', '/foo.html', '/a-b_c~d'])('takes %j', (path) => {
    expect(whyGoogleRefuses(path)).toBeUndefined();
  });

  it.each(['foo', '*', '/foo*', '/*/foo', '/foo/*/', '/foo/**', '/api(/|$)(.*)', '/a?b', '/a#b'])(
    'does not take %j',
    (path) => {
      expect(whyGoogleRefuses(path)).toMatch(/^(?:no-slash|wildcard|character)$/);
    },
  );
});
