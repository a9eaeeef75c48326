// What `serve --ask` asks of a Pod on a real API server, and what it keeps of the answer.
import { createSecureServer } from 'node:http2';
import { createServer as createTcpServer } from 'node:net';
import { expect, it } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import { deployment } from '../support/objects.ts';
import { mustSucceed } from './api-client.ts';
import { CONTAINER, DIGEST, describeAsker, LEARNED, logged, redirect } from './asking.ts';

describeAsker('test/cluster/asker.test.ts', (asking) => {
  it('asks as Google does, once, follows nothing, and the webhook warns of what comes with the same', async () => {
    const asked = await asking.serve('10.8.1.17', redirect);
    const metadata = await asking.serve('169.254.169.254', (_, response) => response.end('token'), 443);
    await asking.world();
    const asker = await asking.startAsker();
    const today = new Date().toISOString().slice(0, 10);
    expect(await asking.untilLearned()).toMatchObject([
      {
        status: 307,
        scheme: 'https',
        path: '/healthz',
        source: 'asked',
        namespace: asking.namespace,
        port: 8080,
        digest: DIGEST,
      },
    ]);
    await logged(asker, 'looked at every backend', 3);
    const headers = { host: '10.8.1.17', 'user-agent': 'GoogleHC/1.0', connection: 'close' };
    expect(asked).toEqual([`GET /healthz ${JSON.stringify(headers)}`]);
    expect(metadata).toEqual([]);

    const guard = await asking.startWebhook();
    const warned = await asking.untilWarned(guard, deployment({ container: CONTAINER }));
    expect(warned).toEqual([
      `Deployment/${asking.namespace}/web: possible: behind Ingress "web" Google's check GET /healthz gets 307 from container "web" (asked on ${today}), not 200: UNHEALTHY [probe-redirects-to-https]. Fix: Let the app answer plain HTTP with 200 there`,
    ]);
    expect(await asking.warningsOf(guard, deployment({ container: { ...CONTAINER, args: ['--insecure'] } }))).toEqual(
      [],
    );
    expect(await asking.warningsOf(guard, deployment({ container: { ...CONTAINER, image: 'other:1.0' } }))).toEqual([]);
  });

  it.each([403, 429, 503])('keeps nothing of %i, which may be for who asks, or for the moment', async (status) => {
    const asked = await asking.serve('10.8.1.17', (_, response) => response.writeHead(status).end());
    await asking.world();
    const asker = await asking.startAsker();
    const [line] = await logged(asker, 'asked a Pod');
    expect(line).toMatchObject({ status, learned: false });
    await logged(asker, 'looked at every backend', 4);
    // It looked each second, and asks the same once a minute.
    expect(asked).toHaveLength(1);
    expect(await asking.learned()).toEqual([]);
  });

  it('keeps nothing of a port that nothing listens on', async () => {
    await asking.world();
    const asker = await asking.startAsker();
    const [line] = await logged(asker, 'asked a Pod');
    expect(line).toMatchObject({ silence: 'refused', learned: false });
    await logged(asker, 'looked at every backend');
    expect(await asking.learned()).toEqual([]);
  });

  it('reads no more of a gigabyte than it needs, and waits no longer for a slow one than the check does', async () => {
    let sent = 0;
    await asking.serve('10.8.1.17', (_, response) => {
      response.writeHead(404, { 'content-length': String(1024 ** 3) });
      const chunk = Buffer.alloc(64 * 1024);
      const send = (): void => {
        while (!response.destroyed && sent < 1024 ** 3) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', send);
        }
      };
      send();
    });
    await asking.world();
    await asking.startAsker();
    expect(await asking.untilLearned()).toMatchObject([{ status: 404, scheme: '' }]);
    expect(sent).toBeLessThan(16 * 1024 * 1024);
    const { body } = await mustSucceed(asking.client.request({ method: 'GET', path: LEARNED }));
    expect(JSON.stringify(body).length).toBeLessThan(4096);
  });

  it.each([
    ['HTTPS', '1.1', 'HTTPS'],
    ['HTTP2', '2.0', 'HTTPS'],
  ])(
    'asks over TLS where the backend is %s, whatever the certificate, and the webhook says so',
    async (protocol, version, scheme) => {
      const { certPem, keyPem } = await (await createAuthority('nobody')).issue({ commonName: 'app' });
      const asked: string[] = [];
      const server = createSecureServer({ cert: certPem, key: keyPem, allowHTTP1: protocol === 'HTTPS' });
      server.on('request', ({ method, url, httpVersion, headers }, response) => {
        asked.push(`${method} ${url} ${httpVersion} ${headers['user-agent']}`);
        response.writeHead(302, { location: 'https://169.254.169.254/computeMetadata/v1/' }).end();
      });
      await asking.listen(server, '10.8.1.17');
      const readinessProbe = { httpGet: { path: '/healthz', port: 8080, scheme } };
      const tlsContainer = { ...CONTAINER, readinessProbe };
      await asking.world({ more: { readinessProbe }, appProtocol: protocol, containers: [tlsContainer] });
      const asker = await asking.startAsker();
      expect(await asking.untilLearned()).toMatchObject([
        { protocol, status: 302, scheme: 'https', redirectsTo: 'otherHost', path: '/healthz' },
      ]);
      await logged(asker, 'looked at every backend', 3);
      expect(asked).toEqual([`GET /healthz ${version} GoogleHC/1.0`]);
      const guard = await asking.startWebhook();
      const warned = await asking.untilWarned(guard, deployment({ container: tlsContainer }));
      expect(warned.join()).toContain(`GET /healthz over ${protocol} gets 302 from container "web" (asked on`);
    },
  );

  it.each([
    ['HTTPS', 'tls'],
    ['HTTP2', 'tls'],
  ])('keeps nothing of a port without TLS behind a backend that is %s', async (protocol, silence) => {
    const asked = await asking.serve('10.8.1.17', redirect);
    await asking.world({ appProtocol: protocol });
    const asker = await asking.startAsker();
    const [line] = await logged(asker, 'asked a Pod');
    expect(line).toMatchObject({ protocol, silence, learned: false });
    await logged(asker, 'looked at every backend', 2);
    expect([asked, await asking.learned()]).toEqual([[], []]);
  });

  it.each([
    ['to itself', ['/healthz']],
    ['between two paths', ['/a', '/healthz']],
    ['to itself, with its address', ['http://10.8.1.17:8080/healthz']],
  ])('asks once who redirects in a circle, %s, and keeps the first status', async (_, circle) => {
    const asked = await asking.serve('10.8.1.17', (_, response) =>
      response.writeHead(302, { location: circle[(asked.length - 1) % circle.length] }).end(),
    );
    await asking.world();
    const asker = await asking.startAsker();
    expect(await asking.untilLearned()).toMatchObject([
      { status: 302, scheme: 'http', path: '/healthz', source: 'asked' },
    ]);
    await logged(asker, 'looked at every backend', 3);
    expect(asked).toEqual([expect.stringMatching(/^GET \/healthz /)]);
  });

  it.each([
    ['no longer than the check does', 1, 1],
    ['for no check longer than five seconds', 60, 5],
  ])('waits for who sends a byte a while %s', async (_, timeoutSeconds, seconds) => {
    const heldMs: number[] = [];
    const slow = createTcpServer((socket) => {
      const openedAtMs = performance.now();
      // A head that begins well, and never ends.
      const head = Buffer.from(`HTTP/1.1 200 OK\r\nX-Slow: ${'x'.repeat(4096)}`);
      let sent = 0;
      const timer = setInterval(() => socket.write(head.subarray(sent, ++sent)), 50);
      socket
        .resume()
        .on('error', () => undefined)
        .on('close', () => {
          clearInterval(timer);
          heldMs.push(performance.now() - openedAtMs);
        });
    });
    await asking.listen(slow, '10.8.1.17');
    await asking.world({ more: { readinessProbe: { ...CONTAINER.readinessProbe, timeoutSeconds } } });
    const asker = await asking.startAsker();
    const [line] = await logged(asker, 'asked a Pod');
    expect(line).toMatchObject({ learned: false, silence: 'timeout' });
    await logged(asker, 'looked at every backend');
    expect(heldMs).toHaveLength(1);
    // Room for a machine that is busy; a head of this length takes 200 s.
    expect(heldMs[0]).toBeGreaterThan(seconds * 900);
    expect(heldMs[0]).toBeLessThan(seconds * 1000 + 10_000);
    expect(await asking.learned()).toEqual([]);
  });

  it('counts what it asks, refuses and writes, without a name of anything', async () => {
    await asking.serve('10.8.1.17', redirect);
    await asking.world();
    await asking.pod({ name: 'web-1', address: '10.7.0.1', digest: `sha256:${'b'.repeat(64)}` });
    const asker = await asking.startAsker();
    await logged(asker, 'a Pod is not asked');
    await asking.untilLearned();
    await logged(asker, 'looked at every backend', 2);
    const { health } = asker.line as { readonly health: { readonly port: number } };
    const page = async (path: string): Promise<Response> => fetch(`http://127.0.0.1:${health.port}${path}`);
    const text = await (await page('/metrics')).text();
    const numbers = new Map(
      text
        .split('\n')
        .filter((line) => line.startsWith('guard_'))
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    );
    expect(numbers.get('guard_asker_asked_total{result="learned"}')).toBe(1);
    expect(numbers.get('guard_asker_refused_total{reason="address"}')).toBeGreaterThan(0);
    expect(numbers.get('guard_asker_store_writes_total{outcome="written"}')).toBeGreaterThan(0);
    expect(numbers.get('guard_asker_store_entries')).toBe(1);
    expect(numbers.get('guard_asker_store_bytes')).toBeGreaterThan(100);
    const now = Date.now() / 1000;
    for (const name of ['store_newest', 'last_look'])
      expect(Math.abs(now - (numbers.get(`guard_asker_${name}_timestamp_seconds`) ?? 0)), name).toBeLessThan(120);
    expect(numbers.get('guard_asker_leader')).toBe(1);
    expect(text).not.toContain(asking.namespace);
    expect(text).not.toContain('10.7.0.1');
    expect((await page('/livez')).status).toBe(200);
    expect((await page('/validate')).status).toBe(404);
  });
});
