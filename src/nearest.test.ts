import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';

describe('the nearest candidate', () => {
  it.each([
    ['one letter off', 'gcee', ['gce', 'nginx'], 'gce'],
    ['capitals', 'GCE', ['gce'], 'gce'],
    ['too far', 'traefik', ['gce', 'nginx'], undefined],
    ['the nearer of two', 'http-api', ['http', 'http-app'], 'http-app'],
    ['the longest word that somebody may have mistyped', `${'x'.repeat(63)}y`, ['x'.repeat(64)], 'x'.repeat(64)],
    ['a word that nobody types', `${'x'.repeat(64)}y`, ['x'.repeat(64)], undefined],
    ['more candidates than somebody has in mind', 'p1', Array.from({ length: 201 }, (_, at) => `p${at}`), undefined],
  ])('%s', (_, word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });
});
