// A load generator on keep-alive TLS connections, in a process of its own: writes one request on each connection as
// soon as the answer to the last has come, and counts. It parses no more of an answer than its length, so that the
// server is what is measured.
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';

const [port = '', caFile = '', path = '', bodyFile = '', connections = '8', seconds = '5'] = process.argv.slice(2);
const body = readFileSync(bodyFile);
const head = `POST ${path}?timeout=10s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
const request = Buffer.concat([Buffer.from(head), body]);

/** Of the measured time; `answers` has all. */
const latenciesMs: number[] = [];
let isMeasuring = false;
let isOver = false;
let bad = 0;
let answers = 0;

function run(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port: Number(port),
      ca: readFileSync(caFile),
      servername: 'localhost',
    });
    let pending: Buffer = Buffer.alloc(0);
    let sentAt = 0;
    const send = (): void => {
      sentAt = performance.now();
      socket.write(request);
    };
    socket.setNoDelay(true);
    socket.on('secureConnect', send);
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      const end = pending.indexOf('\r\n\r\n');
      if (end < 0) return;
      const headers = pending.subarray(0, end).toString('latin1');
      const length = Number(/content-length: (\d+)/i.exec(headers)?.[1]);
      if (pending.length < end + 4 + length) return;
      pending = Buffer.alloc(0);
      answers += 1;
      if (!headers.startsWith('HTTP/1.1 200')) bad += 1;
      if (isMeasuring) latenciesMs.push(performance.now() - sentAt);
      if (isOver) {
        socket.end();
        resolve();
      } else send();
    });
  });
}

const runs = Array.from({ length: Number(connections) }, run);
const WARM_UP_MS = 1500;
setTimeout(() => {
  isMeasuring = true;
}, WARM_UP_MS);
setTimeout(
  () => {
    isMeasuring = false;
    isOver = true;
  },
  WARM_UP_MS + Number(seconds) * 1000,
);
await Promise.all(runs);

const sorted = latenciesMs.toSorted((a, b) => a - b);
const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
process.stdout.write(
  JSON.stringify({ perSecond: sorted.length / Number(seconds), p50Ms: at(0.5), p99Ms: at(0.99), bad, answers }),
);
