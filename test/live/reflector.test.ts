import { describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/cluster/api/connection.ts';
import { RESOURCES } from '../../src/cluster/api/resources.ts';
import { createGate, createSlices } from '../../src/cluster/view/fair-scheduling.ts';
import { Reflector, type Timings } from '../../src/cluster/view/reflector.ts';
import { at } from '../../src/kubernetes/read.ts';
import { until } from '../server/support.ts';
import type { RawObject } from '../support/objects.ts';
import { type Answer, event, json, type PlayedServer, page, playApiServer, refusal, stream } from './api-server.ts';

const named = (name: string, resourceVersion = '5', note = ''): RawObject => ({
  metadata: { name, namespace: 'shop', resourceVersion, annotations: { note } },
});

interface Mirrored {
  readonly server: PlayedServer;
  /** Name → note of what is mirrored now. */
  readonly notes: ReadonlyMap<string, string>;
  /** What the reflector has reported, in order. */
  readonly told: readonly string[];
}

async function mirror(
  list: readonly Answer[],
  watch: readonly Answer[],
  timings: Partial<Timings> = {},
): Promise<Mirrored> {
  const server = await playApiServer({ list, watch });
  const notes = new Map<string, string>();
  const told: string[] = [];
  const connection = connect({ kubeconfig: server.kubeconfig });
  const [resource] = RESOURCES;
  if (resource === undefined) throw new Error('nothing is watched');
  const reflector = new Reflector({
    connection,
    resource,
    gate: createGate(1),
    slices: createSlices(),
    sink: {
      put: (raw) =>
        void notes.set(
          `${at(raw, 'metadata', 'namespace')}/${at(raw, 'metadata', 'name')}`,
          String(at(raw, 'metadata', 'annotations', 'note')),
        ),
      remove: (key) => void notes.delete(key),
      keys: () => notes.keys(),
    },
    events: {
      know: (knowledge) => void told.push(knowledge),
      restarted: (reason) => void told.push(`restarted: ${reason}`),
      failed: (failure, verb, reason) => void told.push(`${failure}: ${verb}: ${reason}`),
      succeeded: () => void told.push('watching'),
    },
    timings: { backoffMs: 20, longestBackoffMs: 100, lookAgainMs: 20, ...timings },
  });
  onTestFinished(async () => {
    await reflector.stop();
    connection.close();
    await server.close();
  });
  return { server, notes, told };
}

const namesIn = ({ notes }: Mirrored): readonly string[] => [...notes.keys()].toSorted();
const times = ({ server }: Mirrored, verb: string): number => server.asked.filter((one) => one.verb === verb).length;

describe('a list', () => {
  it('comes in pages, and the watch goes on where it ended', async () => {
    const mirrored = await mirror([page([named('a')], '7', 'more'), page([named('b')], '7')], [stream()]);
    await until('the watch', () => mirrored.told.includes('watching'));
    expect(namesIn(mirrored)).toEqual(['shop/a', 'shop/b']);
    expect(mirrored.told).toEqual(['current', 'current', 'watching']);
    const [first, second, third] = mirrored.server.asked;
    expect([first?.query.get('limit'), first?.query.get('continue')]).toEqual(['25', null]);
    expect(second?.query.get('continue')).toBe('more');
    expect(Object.fromEntries(third?.query ?? [])).toMatchObject({ resourceVersion: '7', allowWatchBookmarks: 'true' });
    const seconds = Number(third?.query.get('timeoutSeconds'));
    expect(seconds >= 300 && seconds <= 600).toBe(true);
  });

  it('that comes again takes in what has another version, and leaves the rest as it is', async () => {
    const first = page([named('same', '3', 'kept'), named('other', '4', 'old'), named('gone', '5', 'old')], '5');
    const second = page([named('same', '3', 'unread'), named('other', '8', 'new')], '9');
    const mirrored = await mirror([first, second], [refusal(410, 'Expired'), stream()]);
    await until('the second list', () => times(mirrored, 'list') === 2 && mirrored.told.includes('watching'));
    expect(Object.fromEntries(mirrored.notes)).toEqual({ 'shop/same': 'kept', 'shop/other': 'new' });
  });

  it('takes in an object that has come back with the version that it had', async () => {
    const again = page([named('back', '3', 'again')], '9');
    const mirrored = await mirror(
      [page([named('back', '3', 'first')], '5'), page([], '7'), again],
      [refusal(410, 'Expired'), refusal(410, 'Expired'), stream()],
    );
    await until('the third list', () => times(mirrored, 'list') === 3 && mirrored.told.includes('watching'));
    expect(Object.fromEntries(mirrored.notes)).toEqual({ 'shop/back': 'again' });
  });

  it('that breaks off takes nothing away; the next whole one does', async () => {
    const pages = [
      page([named('a'), named('b'), named('c')], '5'),
      page([named('a')], '9', 'more'),
      refusal(500, 'InternalError'),
      page([named('a')], '9', 'more'),
      page([named('c')], '9'),
    ];
    let isGoing = false;
    const lastPage: Answer = (response, query) => {
      const send = (): void => (isGoing ? pages[4]?.(response, query) : void setTimeout(send, 5));
      send();
    };
    const expired = stream(event('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }));
    const mirrored = await mirror([...pages.slice(0, 4), lastPage], [expired, stream()]);
    await until('the refused page', () => mirrored.told.some((line) => line.startsWith('refused: list: refused: Int')));
    expect(namesIn(mirrored)).toEqual(['shop/a', 'shop/b', 'shop/c']);
    isGoing = true;
    await until('the whole list', () => !mirrored.notes.has('shop/b'));
    expect(namesIn(mirrored)).toEqual(['shop/a', 'shop/c']);
    expect(mirrored.told).toContain('restarted: expired');
  });

  it('starts again where a page is asked for too late', async () => {
    const mirrored = await mirror(
      [page([named('a')], '5', 'more'), refusal(410, 'Expired'), page([named('b')], '8')],
      [stream()],
    );
    await until('the watch', () => mirrored.told.includes('watching'));
    expect(namesIn(mirrored)).toEqual(['shop/b']);
    expect(mirrored.server.asked.map(({ query }) => query.get('continue'))).toEqual([null, 'more', null, null]);
  });

  it('waits as long as the API server asks for', async () => {
    const busy = refusal(429, 'TooManyRequests', { 'retry-after': '1' });
    const mirrored = await mirror([busy, page([named('a')], '5')], [stream()]);
    await until('the watch', () => mirrored.told.includes('watching'));
    const [first, second] = mirrored.server.asked;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it('without a version, or that is no JSON, is no list', async () => {
    const mirrored = await mirror(
      [json(200, { items: [] }), (response) => void response.end('<html>'), page([named('a')], '5')],
      [stream()],
    );
    await until('the watch', () => mirrored.told.includes('watching'));
    expect(mirrored.told.filter((line) => line.includes('list:'))).toEqual([
      'refused: list: its list has no resourceVersion (500)',
      'unreachable: list: /api/v1/services: its answer is not JSON',
    ]);
  });
});

describe('a watch', () => {
  it('is read wherever its chunks are cut', async () => {
    const text =
      event('ADDED', named('b', '6', 'größer 🎈')) +
      event('DELETED', named('a', '7')) +
      event('MODIFIED', named('b', '8', 'naïve'));
    const bytes = [...Buffer.from(text)].map((byte) => Buffer.from([byte]));
    const mirrored = await mirror([page([named('a')], '5')], [stream(...bytes)]);
    await until('all of it', () => mirrored.notes.get('shop/b') === 'naïve' && !mirrored.notes.has('shop/a'));
    const half = Buffer.from(event('ADDED', named('c', '6', '🎈🎈')));
    const again = await mirror(
      [page([], '5')],
      [stream(half.subarray(0, half.length - 9), half.subarray(half.length - 9))],
    );
    await until('the object', () => again.notes.get('shop/c') === '🎈🎈');
  });

  it('that the API server ends goes on after the last event or bookmark', async () => {
    const ends =
      (text: string): Answer =>
      (response) =>
        void response.end(text);
    const bookmark = event('BOOKMARK', { kind: 'Service', metadata: { resourceVersion: '40' } });
    const mirrored = await mirror([page([], '5')], [ends(event('ADDED', named('a', '6'))), ends(bookmark), stream()]);
    await until('the third watch', () => times(mirrored, 'watch') === 3);
    const versions = mirrored.server.asked.map(({ query }) => query.get('resourceVersion'));
    expect(versions).toEqual([null, '5', '6', '40']);
  });

  it.each([
    ['an answer', refusal(410, 'Expired')],
    ['an event', stream(event('ERROR', { kind: 'Status', code: 410, reason: 'Gone', message: 'too old' }))],
  ])('that is too old, by %s, makes way for a list', async (_by, expired) => {
    const mirrored = await mirror([page([named('a')], '5'), page([named('b')], '9')], [expired, stream()]);
    await until('the second list', () => mirrored.notes.has('shop/b'));
    await until('the second watch', () => times(mirrored, 'watch') === 2);
    expect(namesIn(mirrored)).toEqual(['shop/b']);
    expect(mirrored.server.asked.at(-1)?.query.get('resourceVersion')).toBe('9');
  });

  it.each([
    ['no JSON', stream('{"type":"ADD\n'), 'a line is not JSON'],
    ['no object', stream('{"type":"ADDED"}\n'), 'an event has no object'],
    ['no known type', stream(event('CHANGED', named('a'))), 'an event is of no type that there is'],
    ['a line without end', stream('x'.repeat(11 * 1024 * 1024)), 'a line is longer than 10485760 characters'],
  ])('with %s is given up for a list', async (_what, garbage, fault) => {
    const mirrored = await mirror([page([named('a')], '5'), page([named('b')], '9')], [garbage, garbage, stream()]);
    await until('the third watch', () => times(mirrored, 'watch') === 3);
    expect(namesIn(mirrored)).toEqual(['shop/b']);
    expect(mirrored.told).toContain('restarted: garbled');
    expect(mirrored.told).toContain(`refused: watch: /api/v1/services: ${fault}`);
  });

  it('that is refused again and again makes way for a list', async () => {
    const mirrored = await mirror(
      [page([named('a')], '5'), page([named('b')], '2')],
      [...Array(4).fill(refusal(504, 'Timeout')), stream()],
    );
    await until('the watch', () => mirrored.told.includes('watching'));
    expect(namesIn(mirrored)).toEqual(['shop/b']);
    expect(mirrored.server.asked.at(-1)?.query.get('resourceVersion')).toBe('2');
  });

  it('that breaks goes on where it was, without another list', async () => {
    const breaks: Answer = (response) => {
      response.writeHead(200).write(event('ADDED', named('b', '6')));
      setTimeout(() => response.destroy(), 20);
    };
    const mirrored = await mirror([page([named('a')], '5')], [breaks, stream()]);
    await until('the second watch', () => times(mirrored, 'watch') === 2);
    expect(namesIn(mirrored)).toEqual(['shop/a', 'shop/b']);
    expect(mirrored.server.asked.map(({ query }) => query.get('resourceVersion'))).toEqual([null, '5', '6']);
    expect(mirrored.told).toContain('restarted: broken');
  });
});
