// What an API server, or who is in its place, may answer: bodies and lists without end, more than there is room for,
// refusals that ask for a year of patience, redirects; and clocks that are set meanwhile.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ApiError, type ClusterConnection, connect } from '../../src/cluster/api/connection.ts';
import { listPages } from '../../src/cluster/api/list.ts';
import { RESOURCES, type Resource } from '../../src/cluster/api/resources.ts';
import { type LiveView, startLiveView } from '../../src/cluster/view/live-view.ts';
import type { Timings } from '../../src/cluster/view/reflector.ts';
import { Room } from '../../src/cluster/view/room.ts';
import { until } from '../server/support.ts';
import type { RawObject } from '../support/objects.ts';
import { type Answer, event, json, type PlayedServer, page, playApiServer, refusal, stream } from './api-server.ts';

const HOUR_MS = 3_600_000;
const MIB = 2 ** 20;

const named = (name: string, note = ''): RawObject => ({
  metadata: { name, namespace: 'shop', resourceVersion: '5', annotations: { note } },
});

interface Played {
  readonly server: PlayedServer;
  readonly connection: ClusterConnection;
}

async function play(list: readonly Answer[], watch: readonly Answer[] = [stream()]): Promise<Played> {
  const server = await playApiServer({ list, watch });
  const connection = connect({ kubeconfig: server.kubeconfig });
  onTestFinished(async () => {
    connection.close();
    await server.close();
  });
  return { server, connection };
}

function services(): Resource {
  const found = RESOURCES.find(({ kind }) => kind === 'Service');
  if (found === undefined) throw new Error('Services are not watched');
  return found;
}

describe('an answer', () => {
  it('without end is given up, and its connection closed', async () => {
    let sent = 0;
    let isClosed = false;
    const endless: Answer = (response) => {
      response.writeHead(200).on('close', () => {
        isClosed = true;
      });
      const more = (): void => {
        if (isClosed) return;
        sent += 65_536;
        if (response.write(' '.repeat(65_536))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    };
    const { connection } = await play([endless]);
    await expect(connection.request({ path: '/version' })).rejects.toThrow('its answer is larger than 10485760 bytes');
    await until('the end of the connection', () => isClosed);
    // What is under way in the sockets is read by nobody.
    expect(sent).toBeLessThan(32 * MIB);
  });

  it('that says itself that it is too large is not read', async () => {
    const { connection } = await play([
      (response) => void response.writeHead(200, { 'content-length': 1e12 }).write('{'),
    ]);
    await expect(connection.request({ path: '/version' })).rejects.toThrow(ApiError);
    await expect(connection.request({ path: '/version' })).rejects.toThrow('its answer is larger than 10485760 bytes');
  });

  it('that refuses at length is a refusal all the same', async () => {
    const { connection } = await play([json(503, { message: 'x'.repeat(MIB) })]);
    await expect(connection.request({ path: '/version' })).rejects.toMatchObject({
      status: 503,
      message: 'it answered 503',
    });
  });

  it.each([301, 302, 307, 308])('with %i leads nowhere, for credentials are not sent elsewhere', async (status) => {
    let visits = 0;
    const elsewhere = createServer((_request, response) => {
      visits += 1;
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    onTestFinished(() => void elsewhere.close());
    const { port } = elsewhere.address() as AddressInfo;
    const { connection, server } = await play([json(status, {}, { location: `http://127.0.0.1:${port}/` })]);
    await expect(connection.request({ path: '/version' })).rejects.toMatchObject({ status });
    expect([visits, server.asked.length]).toEqual([0, 1]);
  });
});

describe('a list', () => {
  /** As an API server pages them: as many as are asked for, from the one that the token names. */
  const paged =
    (texts: readonly string[]): Answer =>
    (response, query) => {
      const from = Number(query.get('continue') ?? 0);
      const to = from + Number(query.get('limit'));
      const next = to < texts.length ? `,"continue":"${to}"` : '';
      response.end(`{"metadata":{"resourceVersion":"7"${next}},"items":[${texts.slice(from, to).join(',')}]}`);
    };

  const names = async ({ connection }: Played, limit: number): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const { items } of listPages(connection, services(), { limit })) {
      found.push(...items.map((item) => String((item['metadata'] as { readonly name?: unknown }).name)));
    }
    return found;
  };

  it('of large objects comes in smaller pages, and in larger ones again', async () => {
    const large = Array.from({ length: 8 }, (_, index) =>
      JSON.stringify(named(`large-${index}`, 'x'.repeat(0.6 * MIB))),
    );
    const small = Array.from({ length: 30 }, (_, index) => JSON.stringify(named(`small-${index}`)));
    const played = await play([paged([...large, ...small])]);
    expect(await names(played, 16)).toEqual(
      [...large, ...small].map((text) => (JSON.parse(text) as { metadata: { name: string } }).metadata.name),
    );
    const limits = played.server.asked.map(({ query }) => query.get('limit'));
    expect(limits.slice(0, 4)).toEqual(['16', '8', '4', '2']);
    expect(limits.at(-1)).toBe('16');
  });

  it('has room for the largest object that there may be, each character written in six', async () => {
    const largest = JSON.stringify(named('largest', '')).replace('""', `"${'\\u003c'.repeat(1.5 * MIB)}"`);
    const played = await play([paged([largest, JSON.stringify(named('next'))])]);
    expect(await names(played, 25)).toEqual(['largest', 'next']);
  });

  it('that names a page as its own next is given up', async () => {
    const played = await play([page([named('a')], '7', 'more')]);
    await expect(names(played, 25)).rejects.toThrow('its list has no end');
    expect(played.server.asked).toHaveLength(2);
  });
});

interface Seen {
  readonly view: LiveView;
  readonly room: Room;
  readonly played: Played;
  readonly warnings: readonly string[];
  readonly restarts: readonly string[];
}

const QUICK: Partial<Timings> = {
  backoffMs: 10,
  longestBackoffMs: 40,
  lookAgainMs: 20,
  fullMs: 20,
  longestRetryAfterMs: 50,
};

/** Services are answered by these, of everything else there is nothing. */
async function viewOf(
  list: readonly Answer[],
  watch: readonly Answer[],
  { mostBytes = MIB, timings = {} }: { readonly mostBytes?: number; readonly timings?: Partial<Timings> } = {},
): Promise<Seen> {
  const played = await play(list, watch);
  const room = new Room(mostBytes);
  const warnings: string[] = [];
  const restarts: string[] = [];
  const { connection } = played;
  const view = startLiveView(onlyServices(connection), {
    configMaps: [],
    logger: { info: () => undefined, warn: (_details, message) => void warnings.push(message) },
    onRestart: (_kind, reason) => void restarts.push(reason),
    timings: { ...QUICK, ...timings },
    room,
  });
  onTestFinished(() => view.stop());
  return { view, room, played, warnings, restarts };
}

/** Of the other kinds there is nothing, and what is played is for one watch. */
function onlyServices(connection: ClusterConnection): ClusterConnection {
  const isPlayed = (path: string): boolean => path.endsWith('/services');
  return {
    ...connection,
    request: (call) =>
      isPlayed(call.path)
        ? connection.request(call)
        : Promise.resolve({ metadata: { resourceVersion: '1' }, items: [] }),
    open: (call) => (isPlayed(call.path) ? connection.open(call) : aborted(call.signal)),
  };
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

const kindView = ({ view }: Seen) => view.kinds().find(({ kind }) => kind === 'Service');
const countOf = ({ view }: Seen): number => view.snapshot.count('Service');

describe('more objects than there is room for', () => {
  const many = (count: number, from = 0): readonly RawObject[] =>
    Array.from({ length: count }, (_, index) => named(`s-${from + index}`));

  it('are not kept, and of a list without end nothing is remembered', async () => {
    const endless: Answer = (response, query) => {
      const from = Number(query.get('continue') ?? 0);
      page(many(25, from), '7', String(from + 25))(response, query);
    };
    const seen = await viewOf([endless], [stream()], { mostBytes: 100 * 1024 });
    await until('many pages', () => seen.played.server.asked.length > 30);
    expect(countOf(seen)).toBe(100);
    expect(seen.room.usedBytes).toBe(100 * 1024);
    expect(kindView(seen)?.isSynced).toBe(false);
    expect(seen.warnings).toEqual([expect.stringMatching(/^no room for all Service objects/)]);
  });

  it('of one watch prove nothing by their absence, until there is room', async () => {
    const grown = event('MODIFIED', { ...named('a', 'x'.repeat(100 * 1024)) });
    const changed = grown.replace('"resourceVersion":"5"', '"resourceVersion":"6"');
    const seen = await viewOf(
      [page([named('a'), named('b')], '5'), page([named('a')], '9')],
      [stream(changed), stream()],
      { mostBytes: 50 * 1024 },
    );
    await until('the event without room', () => seen.restarts.includes('no-room'));
    await until('the next list', () => kindView(seen)?.isSynced === true && countOf(seen) === 1);
    expect(seen.room.usedBytes).toBe(1024);
  });

  it('make room when they go, also for what came meanwhile', async () => {
    const before = many(50);
    const after = [...many(20), ...many(30, 100)];
    const seen = await viewOf([page(before, '5'), page(after, '9')], [refusal(410, 'Expired'), stream()], {
      mostBytes: 50 * 1024,
    });
    const isLast = (): boolean => seen.view.snapshot.keeps('Service', 'shop', 's-129');
    await until('all that there is', () => kindView(seen)?.isSynced === true && isLast());
    expect(countOf(seen)).toBe(50);
    expect(seen.warnings.filter((warning) => warning.startsWith('no room'))).toHaveLength(1);
    expect(seen.room.usedBytes).toBe(50 * 1024);
  });
});

describe('a refusal', () => {
  const FOREVER = { 'retry-after': '99999999999' };

  it.each([
    ['401', refusal(401, 'Unauthorized')],
    ['403', refusal(403, 'Forbidden')],
    ['429 for three thousand years', refusal(429, 'TooManyRequests', FOREVER)],
    ['500', refusal(500, 'InternalError')],
    ['503 for three thousand years', refusal(503, 'ServiceUnavailable', FOREVER)],
    ['a redirect', json(302, {}, { location: 'https://127.0.0.1:1/' })],
  ])('by %s of lists and watches ends when it ends, and is not answered by a storm', async (_what, answer) => {
    const seen = await viewOf([answer, answer, page([named('a')], '5')], [answer, answer, stream()]);
    await until('the watch', () => kindView(seen)?.isSynced === true && seen.played.server.asked.length >= 6);
    expect(countOf(seen)).toBe(1);
    const { asked } = seen.played.server;
    expect(asked.length).toBeLessThanOrEqual(8);
    const firstMs = asked[0]?.atMs ?? 0;
    expect((asked.at(-1)?.atMs ?? 0) - firstMs).toBeGreaterThan(20);
  });

  it('that asks for a wait that no timer has is not answered at once', async () => {
    const seen = await viewOf([refusal(429, 'TooManyRequests', FOREVER), page([], '5')], [stream()], {
      timings: { longestRetryAfterMs: 300 },
    });
    await until('the watch', () => kindView(seen)?.isSynced === true);
    const [first, second] = seen.played.server.asked;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(290);
  });
});

/** It goes on from there. */
function setClock(byMs: number): void {
  const now = Date.now.bind(Date);
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + byMs);
  onTestFinished(() => clock.mockRestore());
}

describe('a clock that is set', () => {
  it.each([
    ['forward', HOUR_MS],
    ['back', -HOUR_MS],
  ])('%s changes no age, and what is seen stays', async (_how, byMs) => {
    let isBroken = false;
    const breaks: Answer = (response) => {
      response.writeHead(200).flushHeaders();
      const look = (): void => void (isBroken ? response.destroy() : setTimeout(look, 5));
      look();
    };
    const seen = await viewOf([page([named('a')], '5')], [breaks, refusal(500, 'InternalError'), stream()]);
    await until('the watch', () => kindView(seen)?.isSynced === true);
    setClock(byMs);
    const ageMs = Date.now() - (kindView(seen)?.lastSignMs ?? 0);
    expect(ageMs >= 0 && ageMs < HOUR_MS / 2).toBe(true);
    const sinceMs = Date.now() - (seen.view.syncedAtMs('Service') ?? 0);
    expect(sinceMs >= 0 && sinceMs < HOUR_MS / 2).toBe(true);
    isBroken = true;
    await until('the refused watch', () => seen.restarts.includes('refused'));
    expect(kindView(seen)?.isSynced).toBe(true);
  });

  it('back does not hide that nothing has been heard for long', async () => {
    const seen = await viewOf([page([named('a')], '5')], [stream(), refusal(500, 'InternalError')], {
      // A list that follows refusals is a sign again, so the silence alone has to be long enough.
      timings: { staleMs: 900, silenceMs: 1000 },
    });
    await until('the watch', () => kindView(seen)?.isSynced === true);
    setClock(-HOUR_MS);
    await until('the staleness', () => kindView(seen)?.isSynced === false);
  });
});
