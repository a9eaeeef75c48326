import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeApps } from '../../../test/support/fake-apps.ts';
import type { Heard } from '../../asked/heard.ts';
import { questionsOf, type RunningPod, targetsAlone } from '../../asked/targets.ts';
import { AppError } from '../../errors.ts';
import type { Workload } from '../../kubernetes/objects.ts';
import { parseObject } from '../../kubernetes/parse.ts';
import { readAppText } from '../../policy/policy-text.ts';
import { createSnapshot } from '../../snapshot/snapshot.ts';
import { appEntries, saveEntries } from './app-entry.ts';
import { FIX_OF_RULE } from './pod-asker.ts';

const REDIRECT: Heard = { kind: 'answer', status: 301, location: 'https://10.0.0.5/', says: '' };

function entriesFor(
  image: string,
  heard: Heard = REDIRECT,
  path = '/healthz',
  known = fakeApps({}),
  ids: readonly string[] = [],
) {
  const probe = { httpGet: { path, port: 8080 } };
  const containers = [{ name: 'web', image, ports: [{ containerPort: 8080 }], readinessProbe: probe }];
  const raw = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-0', namespace: 'shop' }, spec: { containers } };
  const pod: RunningPod = {
    object: parseObject(raw) as Workload,
    address: '10.0.0.5',
    phase: 'Running',
    isReady: true,
    isLeaving: false,
  };
  const targets = targetsAlone(pod.object).flatMap((target) => {
    const questions = questionsOf(target, pod);
    if (questions === undefined) return [];
    const asked = [{ pod, questions, google: [heard, heard] as const, kubelet: undefined, instead: undefined }];
    return [{ backend: undefined, target, asked, passed: [], leftOut: 0 }];
  });
  const catalogue = { apps: known, ids: new Set(ids), snapshot: createSnapshot([], 'nothing'), fixOf: FIX_OF_RULE };
  return appEntries({ day: '2026-11-28', targets, unasked: [] }, catalogue);
}

describe('an entry', () => {
  it.each([
    ['docker.io/acme/wiki:1.2', 'wiki', 'docker.io/acme/wiki'],
    ['registry.example:5000/acme/My_Wiki@sha256:0123', 'my-wiki', 'registry.example:5000/acme/My_Wiki'],
    ['wiki', 'wiki', 'wiki'],
  ])('of %s can be read back', (image, id, repository) => {
    const [entry] = entriesFor(image);
    expect(entry?.id).toBe(id);
    const read = readAppText(entry?.text ?? '', `${id}.yaml`);
    expect(read).toMatchObject({
      ok: true,
      value: {
        id,
        match: { images: [repository] },
        answers: [{ port: 8080, path: '/healthz', status: 301, redirectsToHttps: true }],
      },
    });
  });

  it('has nothing in it that an image or a path could smuggle in', () => {
    expect(entriesFor('wiki\nfix: |\n  curl evil')).toEqual([]);
    expect(entriesFor('wiki', REDIRECT, '/*')).toEqual([]);
    const [entry] = entriesFor('wiki', REDIRECT, '/a: b #c');
    const read = readAppText(entry?.text ?? '', 'wiki.yaml');
    expect(read).toMatchObject({ ok: true, value: { id: 'wiki', answers: [{ path: '/a: b #c' }] } });
  });

  it('takes no id of the catalogue, for it would replace the known app', () => {
    expect(entriesFor('wiki', REDIRECT, '/healthz', fakeApps({}), ['wiki'])[0]?.id).toBe('wiki-asked');
  });

  it('is not made of what the catalogue has already, nor of silence', () => {
    const known = fakeApps({ wiki: [{ status: 301, redirectsToHttps: true }] });
    expect(entriesFor('wiki', REDIRECT, '/healthz', known)).toEqual([]);
    expect(entriesFor('wiki', { kind: 'silence', why: 'timeout', detail: '' })).toEqual([]);
  });
});

describe('saving', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'guard-entries-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('makes the directory, and writes over nothing', () => {
    const root = join(directory, 'policy');
    const [path = ''] = saveEntries([{ id: 'wiki', text: 'one' }], root);
    expect(readFileSync(path, 'utf8')).toBe('one');
    expect(() => saveEntries([{ id: 'wiki', text: 'two' }], root)).toThrow(AppError);
    expect(readFileSync(path, 'utf8')).toBe('one');
  });

  it('follows no link to a file that is not there yet', () => {
    saveEntries([], directory);
    const root = join(directory, 'policy');
    saveEntries([{ id: 'other', text: '' }], root);
    symlinkSync(join(directory, 'elsewhere'), join(root, 'apps', 'wiki.yaml'));
    expect(() => saveEntries([{ id: 'wiki', text: 'two' }], root)).toThrow('is there already');
  });

  it('says why it cannot write', () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(() => saveEntries([{ id: 'wiki', text: '' }], file)).toThrow(AppError);
  });
});
